import { forEachLimited } from './concurrency';
import { legitimateItem, readItem } from './dynamodb-items';
import { LEGITIMATE_SHARDS, legitimateKey, legitimatePk } from './dynamodb-keys';
import type { DynamoDbTable } from './dynamodb-table';
import type { LegitimacyLedger } from './ledger';
import { compareText } from './packed-contributions';

/** How long an entry may stay after its time before the TTL takes it, seconds: the slack of a slow clock. */
const EXPIRED_TTL_SECONDS = 86_400;
/** Requests under way at a time, see `DynamoDbDetectionLedger`. */
const PARALLEL = 16;

/**
 * The sources known to be legitimate, one item each in a few partitions that are read whole at each tick. The TTL is
 * housekeeping only: an entry past its time that is still there is passed over.
 */
export class DynamoDbLegitimacyLedger implements LegitimacyLedger {
  readonly #table: DynamoDbTable;

  constructor(table: DynamoDbTable) {
    this.#table = table;
  }

  async recordLegitimate(entries: ReadonlyMap<string, number>): Promise<void> {
    await forEachLimited(entries, PARALLEL, async ([key, until]) => {
      await this.#table.set(
        legitimateKey(key),
        { until, ttl: this.#table.ttl(until, EXPIRED_TTL_SECONDS) },
        { text: 'attribute_not_exists(#until) OR #until < :until', names: [] },
      );
    });
  }

  async legitimateSources(now: number): Promise<string[]> {
    const shards = Array.from({ length: LEGITIMATE_SHARDS }, (_, shard) => legitimatePk(shard));
    const items = (await Promise.all(shards.map((pk) => this.#table.query(pk)))).flat();
    const entries = items.map((item) => readItem(legitimateItem, item));
    return entries
      .filter(({ until }) => until > now)
      .map(({ sk }) => sk)
      .sort(compareText);
  }
}
