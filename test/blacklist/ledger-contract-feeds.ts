import type { FeedSnapshot } from '../../lambda/blacklist/feed-snapshot';
import type { Ledger } from '../../lambda/blacklist/ledger';
import { T0 } from './values';

const feed = (change: Partial<FeedSnapshot> = {}): FeedSnapshot => ({
  schema: 1,
  name: 'apiban',
  from: 'https://apiban.example.com/api/banned',
  weight: 0.5,
  fetchedAt: T0,
  expiresAt: T0 + 86_400,
  digest: 'd1',
  cidrs: ['198.18.1.2/32', '2001:db8:bad::/64'],
  ...change,
});

/** Feeds of others' bans. */
export function feedContract(create: () => Promise<Ledger>): void {
  let ledger: Ledger;
  beforeEach(async () => {
    ledger = await create();
  });

  describe('feeds', () => {
    test('are none in an empty ledger', async () => {
      expect(await ledger.feedsInForce(T0)).toEqual([]);
      expect(await ledger.feed('apiban')).toBeUndefined();
    });

    test('are read back as they were put, ordered by name, until they expire', async () => {
      const other = feed({
        name: 'voipbl',
        listedAt: T0 - 60,
        etag: '"x"',
        digest: 'd2',
        expiresAt: T0 + 60,
      });
      await ledger.putFeed(other);
      await ledger.putFeed(feed());
      expect(await ledger.feedsInForce(T0)).toEqual([feed(), other]);
      expect(await ledger.feedsInForce(T0 + 60)).toEqual([feed()]);
      expect(await ledger.feed('voipbl')).toEqual(other);
    });

    test('are replaced whole: no entry of the version before stays', async () => {
      await ledger.putFeed(feed());
      const next = feed({ digest: 'd3', cidrs: ['203.0.113.9/32'] });
      await ledger.putFeed(next);
      expect(await ledger.feedsInForce(T0)).toEqual([next]);
    });

    test('may be long', async () => {
      const cidrs = Array.from({ length: 20_001 }, (_, i) => `198.18.${i >> 8}.${i & 255}/32`);
      await ledger.putFeed(feed({ cidrs }));
      expect((await ledger.feed('apiban'))?.cidrs).toEqual(cidrs);
    });

    test('may be empty, and can be removed', async () => {
      await ledger.putFeed(feed({ cidrs: [] }));
      expect(await ledger.feed('apiban')).toEqual(feed({ cidrs: [] }));
      await ledger.removeFeed('apiban');
      await ledger.removeFeed('apiban');
      expect(await ledger.feedsInForce(T0)).toEqual([]);
    });
  });
}
