import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fetchFeed, parseFeedDefinition } from '../../lambda/feeds';

/** A feed's server on this machine, answering as each test says. */
let server: Server;
let base: string;
let answer: (path: string, response: ServerResponse, headers: Readonly<Record<string, unknown>>) => void;
beforeAll(async () => {
  server = createServer((request, response) => answer(request.url ?? '', response, request.headers));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((done) => server.close(done)));

const definition = (url = `${base}/list`) => parseFeedDefinition({ name: 'test', url, keySecret: 'arn' });

it('brings the text with what the server says about it', async () => {
  answer = (_path, response) =>
    response
      .writeHead(200, {
        etag: '"v1"',
        'content-type': 'text/plain',
        'last-modified': 'Fri, 20 Nov 2026 10:00:00 GMT',
      })
      .end('198.51.100.7\n');
  expect(await fetchFeed(definition())).toEqual({
    text: '198.51.100.7\n',
    from: `${base}/list`,
    etag: '"v1"',
    contentType: 'text/plain',
    lastModified: Date.UTC(2026, 10, 20, 10) / 1000,
  });
});

it('asks only for what is new', async () => {
  answer = (_path, response, headers) =>
    response.writeHead(headers['if-none-match'] === '"v1"' ? 304 : 200).end();
  expect(await fetchFeed(definition(), { etag: '"v1"' })).toBeUndefined();
});

it('refuses an answer that breaks off before its announced end', async () => {
  answer = (_path, response) => {
    response.writeHead(200, { 'content-length': '1000' });
    response.write('198.51.100.7\n');
    setImmediate(() => response.destroy());
  };
  await expect(fetchFeed(definition())).rejects.toMatchObject({ name: 'FeedRefusedError' });
});

it.each([
  [500, /answered 500/],
  [302, /could not be fetched/],
])('refuses a %i, and follows no redirect', async (status, message) => {
  answer = (_path, response) =>
    response.writeHead(status, { location: 'http://169.254.169.254/latest/meta-data' }).end();
  await expect(fetchFeed(definition())).rejects.toThrow(message);
});

it('never tells the key', async () => {
  answer = (_path, response) => response.writeHead(403).end();
  const error: unknown = await fetchFeed(definition(`${base}/api/{key}/list`), { key: 's3cret/key' }).catch(
    (reason: unknown) => reason,
  );
  expect(String(error)).toContain(`${base}/api/…/list answered 403`);
  expect(String(error)).not.toContain('s3cret');
});

it('follows the pages of APIBAN to their end', async () => {
  const pages: Record<string, unknown> = {
    '100': { ipaddress: ['198.51.100.7', '198.51.100.8'], ID: '1700000001' },
    '1700000001': { ipaddress: ['198.51.100.9'], ID: '1700000002' },
    '1700000002': { ipaddress: ['no new bans'], ID: 'none' },
  };
  const asked: string[] = [];
  answer = (path, response) => {
    asked.push(path);
    response.end(JSON.stringify(pages[path.split('/').pop() ?? '']));
  };
  const feed = await fetchFeed(definition(`${base}/api/{key}/banned/{page}`), { key: 'k' });
  expect(JSON.parse(feed?.text ?? '')).toEqual([['198.51.100.7', '198.51.100.8'], ['198.51.100.9'], []]);
  expect(asked).toEqual(['/api/k/banned/100', '/api/k/banned/1700000001', '/api/k/banned/1700000002']);
});

describe('a definition', () => {
  it('of a known feed needs its name only', () => {
    expect(parseFeedDefinition({ name: 'voipbl' })).toEqual({
      name: 'voipbl',
      format: 'plain',
      weight: 0.5,
      expiresSeconds: 7 * 86_400,
      maxAgeSeconds: 7 * 86_400,
      url: 'https://voipbl.org/update/',
    });
  });

  it.each([
    [{ name: 'apiban' }, /feed apiban needs a key/],
    [{ name: 'x', url: 'http://lists.example.com/x' }, /anybody on the way could change a list/],
    [{ name: 'X y' }, /write a name of lower-case letters/],
    [{ name: 'x', weight: 2 }, /weight/],
    [{ name: 'x', expires: 'soon' }, /"soon"/],
    [{ name: 'x', colour: 'red' }, /colour/],
  ])('%j is refused, and says why', (input, message) => {
    expect(() => parseFeedDefinition(input)).toThrow(message);
  });
});
