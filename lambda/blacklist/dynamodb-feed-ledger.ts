import { gunzipSync, gzipSync } from 'node:zlib';
import { feedItem, feedPartItem, readItem, type RawItem } from './dynamodb-items';
import { FEEDS_PK, feedKey, feedPartKey, feedPartsPk } from './dynamodb-keys';
import type { DynamoDbTable } from './dynamodb-table';
import { type FeedSnapshot, feedInForce } from './feed-snapshot';
import { type FeedLedger, LedgerUnavailableError } from './ledger';
import { compareText } from './packed-contributions';

/** Entries in one item: at most 49 bytes each before compression, and an item holds 400 KB. */
const PART_ENTRIES = 8000;
/** How long an expired feed may stay before the TTL takes it, seconds: what its successor is compared with. */
const EXPIRED_TTL_SECONDS = 30 * 86_400;

/**
 * The feeds: a head each in one partition, and its entries in parts that carry their digest in the key. Parts are
 * written first, so a head that is there always has all of its parts; those of the version before go by TTL.
 */
export class DynamoDbFeedLedger implements FeedLedger {
  readonly #table: DynamoDbTable;

  constructor(table: DynamoDbTable) {
    this.#table = table;
  }

  async putFeed(feed: FeedSnapshot): Promise<void> {
    const { cidrs, ...head } = feed;
    const ttl = this.#table.ttl(feed.expiresAt, EXPIRED_TTL_SECONDS);
    const parts = Math.ceil(cidrs.length / PART_ENTRIES);
    for (let part = 0; part < parts; part++) {
      const entries = cidrs.slice(part * PART_ENTRIES, (part + 1) * PART_ENTRIES);
      const packed = gzipSync(entries.join('\n'));
      await this.#table.put(feedPartKey(feed.name, feed.digest, part), { packed, ttl });
    }
    await this.#table.put(feedKey(feed.name), { ...head, parts, ttl });
  }

  async feed(name: string): Promise<FeedSnapshot | undefined> {
    const item = await this.#table.get(feedKey(name));
    return item && this.#whole(item);
  }

  async feedsInForce(now: number): Promise<FeedSnapshot[]> {
    const items = await this.#table.query(FEEDS_PK);
    const current = items.filter((item) => feedInForce(readItem(feedItem, item), now));
    const feeds = await Promise.all(current.map((item) => this.#whole(item)));
    return feeds.sort((a, b) => compareText(a.name, b.name));
  }

  async removeFeed(name: string): Promise<void> {
    await this.#table.delete(feedKey(name));
  }

  /** @throws LedgerUnavailableError where a part is missing: half a feed would look like a short one */
  async #whole(item: RawItem): Promise<FeedSnapshot> {
    const { parts, ...head } = readItem(feedItem, item);
    const items = await this.#table.query(feedPartsPk(head.name), { prefix: `${head.digest}#` });
    if (items.length !== parts) {
      throw new LedgerUnavailableError(
        `feed ${head.name} has ${items.length} of ${parts} parts in the ledger: import it again, or remove it`,
      );
    }
    return { ...head, cidrs: items.flatMap(entriesOf) };
  }
}

function entriesOf(item: RawItem): string[] {
  const { packed } = readItem(feedPartItem, item);
  try {
    return gunzipSync(packed).toString().split('\n');
  } catch (error) {
    throw new LedgerUnavailableError(`a part of a feed (${JSON.stringify(item['pk'])}) is not gzip`, {
      cause: error,
    });
  }
}
