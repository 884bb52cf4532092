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

const definition = (url = `${base}/list`) =>
  parseFeedDefinition({ name: 'test', url, keySecret: 'arn' }, { thisMachine: true });

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
  [302, /leads elsewhere, which is not followed; .*: http:\/\/169\.254\.169\.254\/latest/],
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

it('gives up when it is told to, also amid an answer', async () => {
  const given = new AbortController();
  answer = (_path, response) => {
    response.writeHead(200);
    response.write('198.51.100.7\n');
    setImmediate(() => given.abort(new Error('out of time')));
  };
  await expect(fetchFeed(definition(), { signal: given.signal })).rejects.toThrow(/out of time/);
});

it('stops reading beyond the longest feed', async () => {
  answer = (_path, response) => {
    response.writeHead(200);
    const line = Buffer.alloc(1024 * 1024, '198.51.100.7\n');
    for (let i = 0; i < 20; i++) response.write(line);
    response.end();
  };
  await expect(fetchFeed(definition())).rejects.toMatchObject({ reason: 'too-long' });
});

describe('a definition', () => {
  it('of a known feed needs its name only', () => {
    expect(parseFeedDefinition({ name: 'voipbl' })).toEqual({
      name: 'voipbl',
      format: 'plain',
      weight: 0.5,
      expiresSeconds: 7 * 86_400,
      maxAgeSeconds: 7 * 86_400,
      everySeconds: 6 * 3600,
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
    [{ name: 'x', every: '5m' }, /more often than every 1h/],
    [{ name: 'x', every: '1d', expires: '1d' }, /expires be twice every/],
    [{ name: 'x', url: 'no url' }, /write an https:/],
    [{ name: 'x', url: 'https://user:pw@lists.example.com/' }, /password does not belong/],
    ...[
      '127.0.0.1',
      'localhost',
      '10.1.2.3',
      '169.254.169.254',
      '[::1]',
      '[fd00::1]',
      'x.internal',
      '2130706433',
    ].map((host): [unknown, RegExp] => [
      { name: 'x', url: `https://${host}/list` },
      /no server of the Internet/,
    ]),
    [{ name: 'x', url: 'http://127.0.0.1:9001/' }, /anybody on the way/],
  ])('%j is refused, and says why', (input, message) => {
    expect(() => parseFeedDefinition(input)).toThrow(message);
  });
});
