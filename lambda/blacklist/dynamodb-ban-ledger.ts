import { type Ban, banRank, isStanding } from './ban';
import { banItem, historyItem, readItem } from './dynamodb-items';
import {
  BAN_SHARDS,
  HISTORY_PREFIX,
  type ItemKey,
  WEIGHED_ATTRIBUTE,
  banInForceKey,
  bansPk,
  latestBanKey,
  sourcePk,
} from './dynamodb-keys';
import type { DynamoDbTable, Expression } from './dynamodb-table';
import { type HistoryEntry, banEntry, historyId } from './history';
import { type BanLedger, LedgerConflictError } from './ledger';
import { compareText } from './packed-contributions';

const DAY = 86_400;
/** History is kept for a year: nothing asks for a bound, and an operator's question is seldom older. */
const HISTORY_TTL_SECONDS = 365 * DAY;
/** How long an expired ban may stay among those in force before the TTL takes it: the slack of a slow clock. */
const EXPIRED_TTL_SECONDS = DAY;

/**
 * The bans, each kept twice:
 *
 * - the **ban in force** in one of 16 partitions that are read whole at each tick. It goes a day after it has expired
 *   (or whenever the TTL gets to it: an expired one that is still there is not in force), so the partitions grow with
 *   the bans in force, not with all bans ever made.
 * - the **latest ban** beside the source's state, for escalation, until no offence of it counts any more.
 *
 * Order of writes in {@link putBan}: ban in force, history, latest ban. Whether a verdict was acted on is asked of the
 * latest ban, which is written last: after a crash anywhere before it, the retry decides the same ban again and its
 * writes land on the same items. In {@link endBan}: history, latest ban, ban in force. The end is asked of the ban in
 * force, so the operator's retry finds it as long as it is; and once the latest ban is ended, no retry of `putBan`
 * brings it back.
 */
export class DynamoDbBanLedger implements BanLedger {
  readonly #table: DynamoDbTable;
  readonly #decaySeconds: number;

  /** @param decaySeconds see `BanPolicy.decaySeconds`: how long the latest ban is remembered for each offence */
  constructor(table: DynamoDbTable, decaySeconds: number) {
    this.#table = table;
    this.#decaySeconds = decaySeconds;
  }

  async latestBans(keys: readonly string[]): Promise<Map<string, Ban>> {
    const items = await this.#table.getAll(keys.map(latestBanKey));
    return new Map(items.map(readBan).map((ban) => [ban.key, ban]));
  }

  async putBan(ban: Ban, by: string): Promise<void> {
    if (await this.#isDecided(ban)) return;
    if (!(await this.#putInForce(ban, notDecided(ban)))) {
      // Here already: by an attempt that did not get to the end, or something newer.
      await this.#refuseIfNewer(ban, banInForceKey(ban.key));
    }
    await this.appendHistory(ban.key, banEntry(ban, by));
    if (!(await this.#putLatest(ban, notDecided(ban)))) {
      await this.#refuseIfNewer(ban, latestBanKey(ban.key));
    }
  }

  async updateBanWeight(ban: Ban, weight: number, weightAt: number): Promise<void> {
    await this.#table.set(
      banInForceKey(ban.key),
      { weight, weightAt, [WEIGHED_ATTRIBUTE]: weightAt },
      {
        text: '#rank = :rank AND #weightAt <= :weightAt',
        names: ['rank'],
        values: { rank: banRank(ban) },
      },
    );
  }

  async endBan(key: string, at: number, by: string, because: string): Promise<Ban | undefined> {
    const ban = await this.#ban(banInForceKey(key));
    if (ban === undefined || !isStanding(ban, at)) return undefined;
    const ended: Ban = { ...ban, expiresAt: at, endedAt: at };
    await this.appendHistory(key, { at, action: 'unban', by, detail: because });
    const written =
      (await this.#putLatest(ended, notNewer(ban))) && (await this.#putInForce(ended, notNewer(ban)));
    if (!written) throw new LedgerConflictError(`${key} was banned anew while its ban was being ended`);
    return ban;
  }

  async bansInForce(now: number): Promise<Ban[]> {
    const shards = Array.from({ length: BAN_SHARDS }, (_, shard) => bansPk(shard));
    const items = await Promise.all(shards.map((pk) => this.#table.query(pk)));
    const bans = items.flat().map(readBan);
    return bans.filter((ban) => isStanding(ban, now)).sort((a, b) => compareText(a.key, b.key));
  }

  async history(key: string): Promise<HistoryEntry[]> {
    const items = await this.#table.query(sourcePk(key), { prefix: HISTORY_PREFIX });
    return items.map((item) => readItem(historyItem, item));
  }

  /** Adds a line to the history of a key; the same line again changes nothing. */
  async appendHistory(key: string, entry: HistoryEntry): Promise<void> {
    const itemKey = { pk: sourcePk(key), sk: HISTORY_PREFIX + historyId(entry) };
    await this.#table.put(itemKey, { ...entry, ttl: this.#table.ttl(entry.at, HISTORY_TTL_SECONDS) });
  }

  /** Whether the ban is the latest of its key already. @throws LedgerConflictError when a newer one is */
  async #isDecided(ban: Ban): Promise<boolean> {
    const latest = await this.#ban(latestBanKey(ban.key));
    if (latest === undefined) return false;
    refuseIfNewer(ban, latest);
    return banRank(latest) === banRank(ban);
  }

  async #refuseIfNewer(ban: Ban, key: ItemKey): Promise<void> {
    const stored = await this.#ban(key);
    if (stored !== undefined) refuseIfNewer(ban, stored);
  }

  async #ban(key: ItemKey): Promise<Ban | undefined> {
    const item = await this.#table.get(key);
    return item && readBan(item);
  }

  #putInForce(ban: Ban, condition: Expression): Promise<boolean> {
    const ttl = this.#table.ttl(ban.expiresAt, EXPIRED_TTL_SECONDS);
    return this.#table.put(banInForceKey(ban.key), { ...ban, rank: banRank(ban), ttl }, condition);
  }

  /** Remembered until every offence has decayed: after that, forgetting it and remembering it decide the same. */
  #putLatest(ban: Ban, condition: Expression): Promise<boolean> {
    const ttl = this.#table.ttl(ban.expiresAt, this.#decaySeconds * ban.offence);
    return this.#table.put(latestBanKey(ban.key), { ...ban, rank: banRank(ban), ttl }, condition);
  }
}

function readBan(item: Record<string, unknown>): Ban {
  return readItem(banItem, item);
}

function refuseIfNewer(ban: Ban, stored: Ban): void {
  if (banRank(stored) <= banRank(ban)) return;
  throw new LedgerConflictError(
    `${ban.key} has a ban of ${stored.bannedAt}, newer than the one of ${ban.bannedAt} to put`,
  );
}

/** Nothing of this rank or newer is stored. */
function notDecided(ban: Ban): Expression {
  return rankCondition('<', ban);
}

/** Nothing newer is stored. */
function notNewer(ban: Ban): Expression {
  return rankCondition('<=', ban);
}

function rankCondition(comparison: '<' | '<=', ban: Ban): Expression {
  const text = `attribute_not_exists(#pk) OR #rank ${comparison} :rank`;
  return { text, names: ['pk', 'rank'], values: { rank: banRank(ban) } };
}
