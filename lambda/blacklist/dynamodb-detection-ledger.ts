import type { Contribution } from '../detection/contribution';
import type { NetworkState } from '../detection/network-state';
import type { AnsweringAddresses, SourceState } from '../detection/source-state';
import { forEachLimited } from './concurrency';
import type * as z from '../schema';
import { answerItem, networkItem, readItem, stateItem, versionItem, windowItem } from './dynamodb-items';
import {
  ANSWERS_PK,
  CONTRIBUTION_SHARDS,
  type ItemKey,
  PENDING_PK,
  contributionsPk,
  networkStateKey,
  singleton,
  stateKey,
} from './dynamodb-keys';
import type { DynamoDbTable } from './dynamodb-table';
import { paddedSeconds } from './history';
import { type DetectionLedger, LedgerConflictError, type Versioned } from './ledger';
import {
  type ContributionPack,
  packContributions,
  packedAttribute,
  uniqueContributions,
  unpackContributions,
} from './packed-contributions';

const DAY = 86_400;
/** Contributions are judged minutes after their window; two days leave time to repair what broke over a weekend. */
const CONTRIBUTION_TTL_SECONDS = 2 * DAY;
/** Longer than any rule looks back: media trust and first contact count for 7 days. */
const STATE_TTL_SECONDS = 30 * DAY;
/** Requests under way at a time: enough to hide the latency, few enough for the SDK's 50 sockets. */
const PARALLEL = 16;
/** Windows remembered as announced. A warm Lambda sees the last few. */
const ANNOUNCED_WINDOWS = 64;

/**
 * Contributions, states and marks. Order of writes: a window is announced before its contributions are written, so
 * that none can be there and never be found; a crash in between leaves a pending window without contributions, and
 * the retry fills it.
 */
export class DynamoDbDetectionLedger implements DetectionLedger {
  readonly #table: DynamoDbTable;
  readonly #announced = new Set<number>();

  constructor(table: DynamoDbTable) {
    this.#table = table;
  }

  async recordContributions(contributions: readonly Contribution[]) {
    const packs = packContributions(contributions);
    await forEachLimited(new Set(packs.map((pack) => pack.window)), PARALLEL, (window) =>
      this.#announce(window),
    );
    let written = 0;
    await forEachLimited(packs, PARALLEL, async (pack) => {
      if (await this.#putPack(pack)) written += pack.contributions.length;
    });
    return { written, duplicates: contributions.length - written };
  }

  async contributionsOf(window: number): Promise<Contribution[]> {
    const shards = Array.from({ length: CONTRIBUTION_SHARDS }, (_, shard) => contributionsPk(window, shard));
    const items = await Promise.all(shards.map((pk) => this.#table.query(pk)));
    return uniqueContributions(items.flat().flatMap(unpackContributions));
  }

  sourceStates(keys: readonly string[]): Promise<Map<string, Versioned<SourceState>>> {
    return this.#states(stateItem, keys.map(stateKey));
  }

  putSourceState(state: SourceState, expectedVersion: number): Promise<void> {
    return this.#putState(stateKey(state.key), state, expectedVersion);
  }

  networkStates(keys: readonly string[]): Promise<Map<string, Versioned<NetworkState>>> {
    return this.#states(networkItem, keys.map(networkStateKey));
  }

  putNetworkState(state: NetworkState, expectedVersion: number): Promise<void> {
    return this.#putState(networkStateKey(state.key), state, expectedVersion);
  }

  async answeringAddresses(): Promise<AnsweringAddresses> {
    const answers = (await this.#table.query(ANSWERS_PK)).map((item) => readItem(answerItem, item));
    return new Map(answers.map(({ sk, at }) => [sk, at]));
  }

  async recordAnswers(answers: AnsweringAddresses): Promise<void> {
    await forEachLimited(answers, PARALLEL, async ([address, at]) => {
      await this.#table.set(
        { pk: ANSWERS_PK, sk: address },
        { at },
        { text: 'attribute_not_exists(#at) OR #at < :at', names: [] },
      );
    });
  }

  async judgedThrough(): Promise<number | undefined> {
    const item = await this.#table.get(singleton('JUDGED'));
    return item && readItem(windowItem, item).window;
  }

  async watchingSince(): Promise<number | undefined> {
    const item = await this.#table.get(singleton('WATCHING'));
    return item && readItem(windowItem, item).window;
  }

  async startWatching(window: number): Promise<void> {
    const condition = { text: 'attribute_not_exists(#pk)', names: ['pk'] };
    await this.#table.put(singleton('WATCHING'), { window }, condition);
  }

  async advanceJudgedThrough(window: number): Promise<void> {
    const condition = { text: 'attribute_not_exists(#window) OR #window < :window', names: [] };
    await this.#table.set(singleton('JUDGED'), { window }, condition);
  }

  async nextPendingWindow(after: number | undefined): Promise<number | undefined> {
    const range = after === undefined ? {} : { after: paddedSeconds(Math.max(0, after)) };
    const [item] = await this.#table.query(PENDING_PK, { ...range, limit: 1 });
    return item && readItem(windowItem, item).window;
  }

  /** Once per window and process: nothing but the TTL ever removes the item, days after a process is gone. */
  async #announce(window: number): Promise<void> {
    if (this.#announced.has(window)) return;
    const ttl = this.#table.ttl(window, CONTRIBUTION_TTL_SECONDS);
    await this.#table.put({ pk: PENDING_PK, sk: paddedSeconds(window) }, { window, ttl });
    this.#announced.add(window);
    const [oldest] = this.#announced;
    if (this.#announced.size > ANNOUNCED_WINDOWS && oldest !== undefined) this.#announced.delete(oldest);
  }

  async #states<T extends { key: string }>(
    shape: z.ZodMiniType<T>,
    keys: readonly ItemKey[],
  ): Promise<Map<string, Versioned<T>>> {
    const items = await this.#table.getAll(keys);
    return new Map(
      items.map((item) => {
        const value = readItem(shape, item);
        return [value.key, { value, version: readItem(versionItem, item).version }];
      }),
    );
  }

  async #putState(key: ItemKey, state: SourceState | NetworkState, expectedVersion: number): Promise<void> {
    const ttl = this.#table.ttl(state.lastSeen, STATE_TTL_SECONDS);
    const condition =
      expectedVersion === 0
        ? { text: 'attribute_not_exists(#pk)', names: ['pk'] }
        : { text: '#version = :expected', names: ['version'], values: { expected: expectedVersion } };
    if (await this.#table.put(key, { ...state, version: expectedVersion + 1, ttl }, condition)) return;
    throw new LedgerConflictError(`the state of ${state.key} is no longer version ${expectedVersion}`);
  }

  /** The condition is there for the count only: the item that it would overwrite has the same content. */
  #putPack(pack: ContributionPack): Promise<boolean> {
    const ttl = this.#table.ttl(pack.window, CONTRIBUTION_TTL_SECONDS);
    const item = { ...packedAttribute(pack.contributions), ttl };
    return this.#table.put(pack.key, item, { text: 'attribute_not_exists(#pk)', names: ['pk'] });
  }
}
