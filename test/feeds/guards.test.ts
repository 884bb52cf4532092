import { CidrSet, formatCidr } from '../../lambda/address';
import { MemoryLedger } from '../../lambda/blacklist/memory-ledger';
import { importFeed, parseFeedDefinition, renewFeed, type FeedRefusedError } from '../../lambda/feeds';
import { NOW } from '../enforcement/support/bans';

const DAY = 86_400;
const definition = parseFeedDefinition({ name: 'test', weight: 0.7, expires: '2d', maxAge: '3d' });
const allowlist = CidrSet.parse(['10.20.0.0/16', '103.55.116.0/24', '203.0.113.0/24', '2001:db8:30::/56']);
const lines = (count: number, first = 0) =>
  Array.from({ length: count }, (_, i) => `198.18.${(first + i) >> 7}.${((first + i) & 127) * 2}\n`).join('');

let ledger: MemoryLedger;
beforeEach(() => (ledger = new MemoryLedger()));

const take = (
  text: string,
  more: { lastModified?: number; contentType?: string; acceptChange?: boolean; now?: number } = {},
) => {
  const { acceptChange, now = NOW, ...source } = more;
  return importFeed(
    ledger,
    definition,
    { text, from: 'test.txt', ...source },
    {
      now,
      allowlist,
      ...(acceptChange !== undefined && { acceptChange }),
    },
  );
};
/** Why the feed was refused, and what the ledger has after it. */
const refused = async (...args: Parameters<typeof take>) => {
  const error = (await take(...args).catch((reason: unknown) => reason)) as FeedRefusedError;
  return {
    reason: error.reason,
    message: error.message,
    left: (await ledger.feed('test'))?.cidrs.length ?? 0,
  };
};

describe('a feed that is in order', () => {
  it('is taken whole, with its weight and its end', async () => {
    const taken = await take(lines(20));
    expect(taken).toMatchObject({ entries: 20, rejected: 0, ours: [], special: 0, tooWide: 0 });
    expect(await ledger.feedsInForce(NOW)).toEqual([taken.feed]);
    expect(taken.feed).toMatchObject({
      weight: 0.7,
      fetchedAt: NOW,
      expiresAt: NOW + 2 * DAY,
      from: 'test.txt',
    });
    expect(await ledger.feedsInForce(NOW + 2 * DAY)).toEqual([]);
  });

  it('may lose and win many entries, short of the bounds', async () => {
    await take(lines(100));
    expect((await take(lines(11))).before).toBe(100);
    expect((await take(lines(109))).entries).toBe(109);
  });

  it('loses duplicates, and blocks that lie in others', async () => {
    const { feed } = await take('198.18.1.7\n198.18.1.0/24\n198.18.1.7/32\n198.18.1.9/24\n');
    expect(feed.cidrs).toEqual(['198.18.1.0/24']);
  });
});

describe('a feed is refused, and what was there before stays, where it is', () => {
  beforeEach(() => take(lines(100)));

  it('stale, as it says itself or as the server says', async () => {
    const old = new Date((NOW - 4 * DAY) * 1000).toUTCString();
    expect(await refused(`; Last-Modified: ${old}\n${lines(100)}`)).toMatchObject({
      reason: 'stale',
      left: 100,
    });
    const byServer = await refused(lines(100), { lastModified: NOW - 4 * DAY });
    expect(byServer.message).toBe(
      'feed test was not taken: it was made 4.0 days ago, and 3 are allowed (maxAge)',
    );
    const metadata = `{"cidr":"198.18.0.0/24"}\n{"type":"metadata","timestamp":${NOW - 4 * DAY},"records":1}\n`;
    expect(await refused(metadata)).toMatchObject({ reason: 'stale' });
    await expect(take(lines(100), { lastModified: NOW - 2 * DAY })).resolves.toBeDefined();
  });

  it.each([
    ['JSON that ends early', '{"ipaddress":["198.18.0.2","198.18.0', /it is no JSON at/],
    ['JSON lines of which the last is cut', '{"cidr":"198.18.0.0/24"}\n{"cidr":"198.1', /it is no JSON at/],
    [
      'fewer entries than it declares',
      `# Number of entries: 120\n${lines(100)}`,
      /says it has 120 entries, and 100 came/,
    ],
    [
      'fewer records than its metadata says',
      '{"cidr":"198.18.0.0/24"}\n{"type":"metadata","timestamp":1795391000,"records":2}\n',
      /says it has 2 entries, and 1 came/,
    ],
  ])('truncated: %s', async (_what, text, message) => {
    const result = await refused(text);
    expect(result).toMatchObject({ reason: 'truncated', left: 100 });
    expect(result.message).toMatch(message);
  });

  it('a last line without an end is not taken: cut, it would be somebody else', async () => {
    const { feed, rejected } = await take(`${lines(60)}198.51.100.1`);
    expect(rejected).toBe(1);
    expect(feed.cidrs).toHaveLength(60);
  });

  it.each([
    ['a page with a doctype', '<!DOCTYPE html><html><body>198.18.0.2</body></html>', undefined],
    ['a page without one', '\n<html>Login</html>', undefined],
    ['anything that the server calls a page', lines(100), 'text/html; charset=utf-8'],
  ])('HTML instead of a list: %s', async (_what, text, contentType) => {
    const result = await refused(text, contentType === undefined ? {} : { contentType });
    expect(result).toMatchObject({ reason: 'html', left: 100 });
    expect(result.message).toContain('a web page came instead of a list');
  });

  it('grown tenfold in entries', async () => {
    expect(await refused(lines(1000))).toMatchObject({ reason: 'grown', left: 100 });
    await expect(take(lines(999))).resolves.toBeDefined();
  });

  it('grown tenfold in addresses, with as many entries', async () => {
    const wide = lines(99) + '198.32.0.0/12\n';
    expect(await refused(wide)).toMatchObject({ reason: 'grown', left: 100 });
  });

  it('shrunk by 90 %', async () => {
    expect(await refused(lines(10))).toMatchObject({ reason: 'shrunk', left: 100 });
    await expect(take(lines(11))).resolves.toBeDefined();
  });

  it('empty, or nothing but comments, or nothing that may be denied', async () => {
    for (const text of [
      '',
      '# nothing today\n',
      '10.0.0.1\n127.0.0.1\n',
      '{"ipaddress":["no new bans"],"ID":"none"}',
    ])
      expect(await refused(text)).toMatchObject({ reason: 'empty', left: 100 });
  });

  it('another kind of document', async () => {
    const result = await refused('date,who\n2026-11-20,me\n2026-11-21,you\n');
    expect(result).toMatchObject({ reason: 'unreadable', left: 100 });
    expect(result.message).toMatch(/3 of 3 values are no address or CIDR, like "date", "2026-11-20"/);
  });

  it('unless an operator accepts a change of size', async () => {
    await expect(take(lines(3000), { acceptChange: true })).resolves.toMatchObject({
      entries: 3000,
      before: 100,
    });
  });
});

describe('what never may be denied is taken out of a feed', () => {
  it('own addresses, proxies and the allowlist: the whole entry, and it is told', async () => {
    const { feed, ours } = await take(
      [
        '198.18.1.7',
        '10.20.3.4',
        '103.55.116.9',
        '203.0.112.0/20',
        '2001:db8:30::7',
        '2001:db8:bad::/64',
        '',
      ].join('\n'),
    );
    expect(feed.cidrs).toEqual(['198.18.1.7/32', '2001:db8:bad::/64']);
    // 10.20.0.0/16 is private as well, and no feed should name it anyway.
    expect(ours).toEqual(['103.55.116.9/32', '203.0.112.0/20', '2001:db8:30::7/128']);
  });

  it('private, loopback and multicast addresses, and blocks wider than a feed may deny', async () => {
    const { feed, special, tooWide } = await take(
      [
        '192.168.1.1',
        '127.0.0.1',
        '224.0.0.1',
        '0.0.0.0/0',
        '2000::/3',
        '198.0.0.0/8',
        '198.18.1.7',
        '',
      ].join('\n'),
    );
    expect(feed.cidrs.map(String)).toEqual(['198.18.1.7/32']);
    expect({ special, tooWide }).toEqual({ special: 4, tooWide: 2 });
  });

  it('keeps everything else', async () => {
    const { feed } = await take(lines(50));
    expect(CidrSet.parse(feed.cidrs).cidrs().map(formatCidr)).toEqual(feed.cidrs);
  });
});

describe('a feed that the server says has not changed', () => {
  it('counts for longer', async () => {
    await take(lines(20));
    await renewFeed(ledger, definition, NOW + DAY);
    expect((await ledger.feedsInForce(NOW + 2.5 * DAY)).map(({ name }) => name)).toEqual(['test']);
  });

  it('does not, once it is older than allowed', async () => {
    await take(lines(20), { lastModified: NOW - 2 * DAY });
    await expect(renewFeed(ledger, definition, NOW + 2 * DAY)).rejects.toMatchObject({ reason: 'stale' });
  });
});
