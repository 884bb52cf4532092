import { formatCidr, parseCidr } from '../address';
import { cidrKey } from './ban';
import { holdItem, readItem, runItem } from './dynamodb-items';
import { HOLD_PK, singleton } from './dynamodb-keys';
import type { DynamoDbTable } from './dynamodb-table';
import { type HistoryEntry, holdEntry, releaseEntry } from './history';
import type { Hold } from './hold';
import type { EnforcementRunNote, OperatorLedger } from './ledger';

/** Adds a line to the history of a key. */
type AppendHistory = (key: string, entry: HistoryEntry) => Promise<void>;

/** How long a lapsed hold is kept: windows are judged up to two days late, and must find what was in force then. */
const LAPSED_TTL_SECONDS = 3 * 86_400;

/** Holds, notes and the last run. History is written before what it tells of, as for allow items. */
export class DynamoDbOperatorLedger implements OperatorLedger {
  readonly #table: DynamoDbTable;
  readonly #appendHistory: AppendHistory;

  constructor(table: DynamoDbTable, appendHistory: AppendHistory) {
    this.#table = table;
    this.#appendHistory = appendHistory;
  }

  async hold(hold: Hold): Promise<void> {
    const cidr = formatCidr(parseCidr(hold.cidr));
    await this.#appendHistory(cidrKey(cidr), holdEntry(hold));
    const ttl = this.#table.ttl(hold.until, LAPSED_TTL_SECONDS);
    await this.#table.put({ pk: HOLD_PK, sk: cidr }, { ...hold, cidr, ttl });
  }

  async releaseHold(cidr: string, by: string, because: string, at: number): Promise<void> {
    const canonical = formatCidr(parseCidr(cidr));
    await this.#appendHistory(cidrKey(canonical), releaseEntry(by, because, at));
    await this.#table.delete({ pk: HOLD_PK, sk: canonical });
  }

  async holds(): Promise<Hold[]> {
    const items = await this.#table.query(HOLD_PK);
    return items.map((item) => readItem(holdItem, item));
  }

  note(key: string, entry: HistoryEntry): Promise<void> {
    return this.#appendHistory(key, entry);
  }

  async lastRun(): Promise<EnforcementRunNote | undefined> {
    const item = await this.#table.get(singleton('RUN'));
    return item && readItem(runItem, item);
  }

  async recordRun(run: EnforcementRunNote): Promise<void> {
    await this.#table.put(singleton('RUN'), run);
  }
}
