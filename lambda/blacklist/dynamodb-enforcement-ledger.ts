import { allowItem, leaseItem, ownedItem, pauseItem, readItem } from './dynamodb-items';
import { ALLOW_PK, entriesPk, entryKey, singleton } from './dynamodb-keys';
import type { DynamoDbTable, Expression } from './dynamodb-table';
import { type AllowChange, allowChange, byAddress } from './allow-items';
import { type Lease, nextLease, released } from './lease';
import {
  type EnforcementLedger,
  type HistoryEntry,
  type RecordedEntry,
  type Pause,
  type WriterGate,
  fencedOff,
} from './ledger';

/** Adds a line to the history of a key. */
type AppendHistory = (key: string, entry: HistoryEntry) => Promise<void>;

/**
 * Allow items, what we own, and who may write. History is written before the allow item: a crash in between leaves a
 * line about what was tried, and the operator's retry does it.
 */
export class DynamoDbEnforcementLedger implements EnforcementLedger {
  readonly #table: DynamoDbTable;
  readonly #appendHistory: AppendHistory;

  constructor(table: DynamoDbTable, appendHistory: AppendHistory) {
    this.#table = table;
    this.#appendHistory = appendHistory;
  }

  async allowedCidrs(): Promise<string[]> {
    const items = await this.#table.query(ALLOW_PK);
    return items.map((item) => readItem(allowItem, item).cidr).sort(byAddress);
  }

  async allow(cidr: string, by: string, because: string, at: number): Promise<void> {
    const change = allowChange('allow', { cidr, by, because, at });
    await this.#note(change);
    await this.#table.put({ pk: ALLOW_PK, sk: change.cidr }, { cidr: change.cidr, by, because, at });
  }

  async disallow(cidr: string, by: string, because: string, at: number): Promise<void> {
    const change = allowChange('disallow', { cidr, by, because, at });
    await this.#note(change);
    await this.#table.delete({ pk: ALLOW_PK, sk: change.cidr });
  }

  async ownedEntries(networkAclId: string): Promise<RecordedEntry[]> {
    const items = await this.#table.query(entriesPk(networkAclId));
    return items.map((item) => readItem(ownedItem, item));
  }

  async recordOwnedEntry(entry: RecordedEntry): Promise<void> {
    const { networkAclId, ruleNumber, cidr, fence, recordedAt } = entry;
    const item = { schema: ownedItem.schema, networkAclId, ruleNumber, cidr, fence, recordedAt };
    if (await this.#table.put(entryKey(networkAclId, ruleNumber), item, notFencedOff(fence))) return;
    throw fencedOff(networkAclId, ruleNumber, fence);
  }

  async forgetOwnedEntry(networkAclId: string, ruleNumber: number, fence: number): Promise<void> {
    if (await this.#table.delete(entryKey(networkAclId, ruleNumber), notFencedOff(fence))) return;
    throw fencedOff(networkAclId, ruleNumber, fence);
  }

  async acquireLease(holder: string, nowMs: number, ttlMs: number): Promise<Lease | undefined> {
    const current = await this.#lease();
    const next = nextLease(current, { holder, nowMs, ttlMs });
    if (next === undefined) return undefined;
    if (await this.#replaceLease(current, next)) return next;
    // Somebody else was faster, or the SDK repeated a write whose answer was lost: then what is stored is ours.
    const stored = await this.#lease();
    return stored !== undefined && isSame(stored, next) ? stored : undefined;
  }

  async releaseLease(lease: Lease): Promise<void> {
    const { holder, fence } = lease;
    await this.#table.set(
      singleton('LEASE'),
      { expiresAtMs: released(lease).expiresAtMs },
      {
        text: '#holder = :expectedHolder AND #fence = :expectedFence',
        names: ['holder', 'fence'],
        values: { expectedHolder: holder, expectedFence: fence },
      },
    );
  }

  async gate(): Promise<WriterGate> {
    const items = await this.#table.getAll([singleton('LEASE'), singleton('PAUSE')]);
    const [lease, pause] = ['LEASE', 'PAUSE'].map((pk) => items.find((item) => item['pk'] === pk));
    return {
      lease: lease && readItem(leaseItem, lease),
      pause: pause && readItem(pauseItem, pause),
    };
  }

  async paused(): Promise<Pause | undefined> {
    const item = await this.#table.get(singleton('PAUSE'));
    return item && readItem(pauseItem, item);
  }

  async setPaused(pause: Pause | undefined): Promise<void> {
    if (pause === undefined) {
      await this.#table.delete(singleton('PAUSE'));
    } else {
      const { by, because, at } = pause;
      await this.#table.put(singleton('PAUSE'), { by, because, at });
    }
  }

  #note(change: AllowChange): Promise<void> {
    return this.#appendHistory(change.key, change.entry);
  }

  async #lease(): Promise<Lease | undefined> {
    const item = await this.#table.get(singleton('LEASE'));
    return item && readItem(leaseItem, item);
  }

  #replaceLease(current: Lease | undefined, next: Lease): Promise<boolean> {
    const condition =
      current === undefined
        ? { text: 'attribute_not_exists(#pk)', names: ['pk'] }
        : {
            text: '#holder = :holder AND #fence = :fence AND #expiresAtMs = :expiresAtMs',
            names: ['holder', 'fence', 'expiresAtMs'],
            values: { ...current },
          };
    return this.#table.put(singleton('LEASE'), next, condition);
  }
}

/** Nobody with a greater fence wrote the item. One of schema 1 has no fence. */
function notFencedOff(fence: number): Expression {
  const text = 'attribute_not_exists(#fence) OR #fence <= :fence';
  return { text, names: ['fence'], values: { fence } };
}

function isSame(a: Lease, b: Lease): boolean {
  return a.holder === b.holder && a.fence === b.fence && a.expiresAtMs === b.expiresAtMs;
}
