import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MemoryLedger } from '../../lambda/blacklist/memory-ledger';
import { LedgerUnavailableError } from '../../lambda/blacklist/ledger';
import { parseFeedDefinitions } from '../../lambda/feeds';
import { FeedImporter } from '../../lambda/handlers/feed-importer';
import { NOW } from '../enforcement/support/bans';
import { deployment } from '../enforcement/support/deployment';
import { RecordedTelemetry } from './support/telemetry';

const HOUR = 3600;

/** The publishers' server on this machine, and how it answers by path. */
let server: Server;
let answers: Record<string, (response: ServerResponse, headers: Readonly<Record<string, unknown>>) => void>;
let asked: string[];
beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(request.url ?? '');
    const answer = answers[request.url ?? ''] ?? ((missing) => missing.writeHead(404).end());
    answer(response, request.headers);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
});
afterAll(() => new Promise((done) => server.close(done)));

let ledger: MemoryLedger;
let clock: { now: number };
let telemetry: RecordedTelemetry;
beforeEach(() => {
  ledger = new MemoryLedger();
  clock = { now: NOW };
  telemetry = new RecordedTelemetry();
  asked = [];
  answers = {};
});

const importer = (feeds: unknown[], change: Partial<ConstructorParameters<typeof FeedImporter>[0]> = {}) =>
  new FeedImporter({
    ledger,
    deployment: deployment({ allowlist: ['203.0.113.0/24'] }),
    definitions: parseFeedDefinitions(feeds),
    telemetry,
    clock: () => clock.now * 1000,
    secret: async (id) => `key-of-${id}\n`,
    // What is published by https at lists.example.com is served here.
    fetch: (url, init) => {
      const { port } = server.address() as AddressInfo;
      return fetch((url as string).replace('https://lists.example.com', `http://127.0.0.1:${port}`), init);
    },
    ...change,
  });
const feed = (name: string, change = {}) => ({ name, url: `https://lists.example.com/${name}`, ...change });
const text = (body: string) => (response: ServerResponse) => response.end(body);
const run = (one: FeedImporter, remainingMs = 900_000) => one.handle(() => remainingMs);
const lines = (count: number) =>
  Array.from({ length: count }, (_, i) => `198.18.${i >> 7}.${(i & 127) * 2}\n`).join('');

it('reads each feed into the ledger with its weight and end, and tells how many', async () => {
  answers = { '/a': text('198.18.1.1\n198.18.1.3\n'), '/b': text('ip,why\n198.18.2.0/24,x\n') };
  const one = importer([feed('a', { weight: 0.9, expires: '2d' }), feed('b', { format: 'csv' })]);
  expect(await run(one)).toEqual({ taken: ['a', 'b'], refused: [], waiting: [], stale: [] });
  expect(await ledger.feed('a')).toMatchObject({
    weight: 0.9,
    fetchedAt: NOW,
    expiresAt: NOW + 48 * HOUR,
    cidrs: ['198.18.1.1/32', '198.18.1.3/32'],
  });
  expect(telemetry.takeMetrics()).toMatchObject({
    FeedsTaken: 2,
    FeedsRefused: 0,
    StaleFeeds: 0,
    FeedEntries: 3,
  });
});

it('asks for a feed only when it is due, and then only for what is new', async () => {
  answers = {
    '/a': (response, headers) =>
      headers['if-none-match'] === '"v1"'
        ? response.writeHead(304).end()
        : response.writeHead(200, { etag: '"v1"' }).end('198.18.1.1\n'),
  };
  const one = importer([feed('a', { every: '6h' })]);
  await run(one);
  clock.now += HOUR;
  expect(await run(one)).toMatchObject({ taken: [], waiting: ['a'] });
  expect(asked).toHaveLength(1);
  clock.now += 5 * HOUR - 60;
  expect(await run(one)).toMatchObject({ taken: ['a'] });
  expect(asked).toHaveLength(2);
  expect(await ledger.feed('a')).toMatchObject({ fetchedAt: clock.now, cidrs: ['198.18.1.1/32'] });
});

it('does not take the tag of another address for its own', async () => {
  const seen: unknown[] = [];
  const tagged = (response: ServerResponse, headers: Readonly<Record<string, unknown>>) => {
    seen.push(headers['if-none-match']);
    response.writeHead(200, { etag: '"v1"' }).end('198.18.1.1\n');
  };
  answers = { '/a': tagged, '/moved': tagged };
  await run(importer([feed('a')]));
  clock.now += 6 * HOUR;
  await run(importer([feed('a', { url: 'https://lists.example.com/moved' })]));
  expect(seen).toEqual([undefined, undefined]);
});

describe('a feed that is not in order leaves what was there, and is told', () => {
  const old = 'Tue, 20 Oct 2026 10:00:00 GMT';
  it.each<[string, (response: ServerResponse) => unknown, string]>([
    ['stale', (response) => response.writeHead(200, { 'last-modified': old }).end(lines(20)), 'stale'],
    [
      'truncated',
      (response) => {
        response.writeHead(200, { 'content-length': '1000' });
        response.write('198.18.1.1\n');
        setImmediate(() => response.destroy());
      },
      'truncated',
    ],
    ['a web page', text('<!doctype html><title>Please log in</title>'), 'html'],
    ['grown tenfold', text(lines(250)), 'grown'],
    ['shrunk by 90 %', text(lines(2)), 'shrunk'],
    ['empty', text('# nothing today\n'), 'empty'],
    ['not there', (response) => response.writeHead(503).end(), 'unreachable'],
    [
      'elsewhere',
      (response) => response.writeHead(301, { location: 'http://10.0.0.1/' }).end(),
      'unreachable',
    ],
  ])('%s', async (_, answer, reason) => {
    answers = { '/a': text(lines(25)) };
    const one = importer([feed('a')]);
    await run(one);
    const before = await ledger.feed('a');
    clock.now += 6 * HOUR;
    answers = { '/a': answer };
    expect(await run(one)).toEqual({ taken: [], refused: ['a'], waiting: [], stale: [] });
    expect(await ledger.feed('a')).toEqual(before);
    expect(telemetry.warnings).toMatchObject([
      { message: expect.stringContaining('feed a was not taken') as string, fields: { feed: 'a', reason } },
    ]);
    // It is tried again in the next run, not only when it would be due.
    clock.now += HOUR;
    answers = { '/a': text(lines(24)) };
    expect(await run(one)).toMatchObject({ taken: ['a'] });
  });
});

it('takes out own addresses and the allowlist, operators’ items too, and warns', async () => {
  answers = { '/a': text('10.20.1.1\n203.0.113.9\n192.0.2.9\n198.18.1.1\n') };
  await ledger.allow('192.0.2.0/24', 'op', 'a carrier', NOW);
  await run(importer([feed('a')]));
  expect((await ledger.feed('a'))?.cidrs).toEqual(['198.18.1.1/32']);
  expect(telemetry.takeMetrics()).toMatchObject({ FeedEntriesOurs: 2 });
  expect(telemetry.warnings).toMatchObject([
    {
      message: expect.stringMatching(/lists what is ours/) as string,
      fields: { ours: ['203.0.113.9/32', '192.0.2.9/32'] },
    },
  ]);
});

it('is stale where it was never taken, or not for four times as long as it should', async () => {
  const one = importer([feed('a', { every: '6h' }), feed('never')]);
  answers = { '/a': text('198.18.1.1\n') };
  expect(await run(one)).toMatchObject({ taken: ['a'], stale: ['never'] });
  answers = {};
  clock.now += 24 * HOUR;
  expect((await run(one)).stale).toEqual(['never']);
  clock.now += HOUR;
  telemetry.takeMetrics();
  expect((await run(one)).stale).toEqual(['never', 'a']);
  expect(telemetry.takeMetrics()['StaleFeeds']).toBe(2);
  expect(telemetry.errors.at(-1)).toMatch(/^feed a stays stale/);
});

it('reads the key from its secret, trims it, and shows it nowhere', async () => {
  answers = {
    '/key-of-arn/a': text('198.18.1.1\n'),
    '/key-of-arn/b': (response) => response.writeHead(500).end(),
  };
  const url = (name: string) => `https://lists.example.com/{key}/${name}`;
  const feeds = ['a', 'b'].map((name) => feed(name, { url: url(name), keySecret: 'arn' }));
  expect(await run(importer(feeds))).toMatchObject({ taken: ['a'], refused: ['b'] });
  expect(JSON.stringify([telemetry.warnings, telemetry.errors, await ledger.feed('a')])).not.toContain(
    'key-of',
  );
});

it('goes on with the others where a secret cannot be read', async () => {
  answers = { '/b': text('198.18.1.1\n') };
  const feeds = [feed('a', { url: 'https://lists.example.com/{key}/a', keySecret: 'arn' }), feed('b')];
  const denied = importer(feeds, { secret: () => Promise.reject(new Error('AccessDeniedException')) });
  expect(await run(denied)).toMatchObject({ taken: ['b'], refused: ['a'] });
  expect(telemetry.warnings[0]?.message).toBe('AccessDeniedException');
});

it('begins with the longest unread, and leaves to the next run what it has no time for', async () => {
  answers = { '/a': text('198.18.1.1\n'), '/b': text('198.18.1.3\n') };
  await run(importer([feed('a')]));
  clock.now += 12 * HOUR;
  asked = [];
  // Enough for the first, and no more.
  const outcome = await importer([feed('a'), feed('b')]).handle(() => (asked.length === 0 ? 60_000 : 10_000));
  expect(asked).toEqual(['/b']);
  expect(outcome).toMatchObject({ taken: ['b'], refused: ['a'] });
});

it('fails where the ledger cannot be read: nothing could be compared', async () => {
  const broken = importer([feed('a')], {
    ledger: {
      feed: () => Promise.reject(new LedgerUnavailableError('throttled')),
      putFeed: (snapshot) => ledger.putFeed(snapshot),
      allowedCidrs: () => ledger.allowedCidrs(),
    },
  });
  await expect(run(broken)).rejects.toThrow('throttled');
  expect(asked).toEqual([]);
});
