import type { Ban } from '../../../../lambda/blacklist/ban';
import { forEachLimited } from '../../../../lambda/blacklist/concurrency';
import type { JudgePendingOptions } from '../../../../lambda/blacklist/judge-pending';
import { type Ledger, LedgerConflictError, type Versioned } from '../../../../lambda/blacklist/ledger';
import { MemoryLedger } from '../../../../lambda/blacklist/memory-ledger';
import type { Contribution, SourceState } from '../../../../lambda/detection';
import { mergeStates } from '../../../../lambda/detection/merge-states';

type JudgedLedger = JudgePendingOptions['ledger'];

/** Requests under way at a time, see `DynamoDbDetectionLedger`. */
const PARALLEL = 16;
/** States read in one request (DynamoDB API reference, *BatchGetItem*). */
const BATCH = 100;
/** How often a state that the live detector wrote meanwhile is merged anew. */
const ATTEMPTS = 5;

/**
 * A ledger in which windows long past can be judged while the live detector goes on: contributions, marks and states
 * are in memory, bans, answers and legitimacy in the real ledger. The states are merged into the real ones at the end.
 * A source whose real state is older than the log goes on from there; of one that was seen since, the log is read as
 * if it were new, because a state cannot be turned back.
 */
export class BackfillLedger implements JudgedLedger {
  readonly #memory = new MemoryLedger({ forgetPast: true });
  /** States as of the windows judged; undefined for a source that starts anew. */
  readonly #states = new Map<string, Versioned<SourceState> | undefined>();
  readonly #changed = new Set<string>();
  #firstWindow = Infinity;

  /**
   * @param by who is written into the history as the maker of bans
   * @param now epoch seconds: legitimacy that has ended by then is not written
   */
  constructor(
    private readonly real: Ledger,
    private readonly by: string,
    private readonly now: number,
  ) {}

  recordContributions(contributions: readonly Contribution[]) {
    for (const { window } of contributions) this.#firstWindow = Math.min(this.#firstWindow, window);
    return this.#memory.recordContributions(contributions);
  }

  contributionsOf: JudgedLedger['contributionsOf'] = (window) => this.#memory.contributionsOf(window);
  judgedThrough: JudgedLedger['judgedThrough'] = () => this.#memory.judgedThrough();
  watchingSince: JudgedLedger['watchingSince'] = () => this.#memory.watchingSince();

  /** The live detector too has been watching since then, if it has not judged anything yet. */
  async startWatching(window: number): Promise<void> {
    await this.#memory.startWatching(window);
    await this.real.startWatching(window);
  }

  nextPendingWindow: JudgedLedger['nextPendingWindow'] = (after) => this.#memory.nextPendingWindow(after);
  advanceJudgedThrough: JudgedLedger['advanceJudgedThrough'] = (window) =>
    this.#memory.advanceJudgedThrough(window);
  networkStates: JudgedLedger['networkStates'] = (keys) => this.#memory.networkStates(keys);
  putNetworkState: JudgedLedger['putNetworkState'] = (state, version) =>
    this.#memory.putNetworkState(state, version);

  answeringAddresses: JudgedLedger['answeringAddresses'] = () => this.real.answeringAddresses();
  recordAnswers: JudgedLedger['recordAnswers'] = (answers) => this.real.recordAnswers(answers);
  latestBans: JudgedLedger['latestBans'] = (keys) => this.real.latestBans(keys);
  updateBanWeight: JudgedLedger['updateBanWeight'] = (...args) => this.real.updateBanWeight(...args);
  endBan: JudgedLedger['endBan'] = (...args) => this.real.endBan(...args);
  bansInForce: JudgedLedger['bansInForce'] = (now) => this.real.bansInForce(now);
  history: JudgedLedger['history'] = (key) => this.real.history(key);
  holds: JudgedLedger['holds'] = () => this.real.holds();

  putBan(ban: Ban): Promise<void> {
    return this.real.putBan(ban, this.by);
  }

  async recordLegitimate(entries: ReadonlyMap<string, number>): Promise<void> {
    await this.real.recordLegitimate(new Map([...entries].filter(([, until]) => until > this.now)));
  }

  async sourceStates(keys: readonly string[]): Promise<Map<string, Versioned<SourceState>>> {
    const unknown = keys.filter((key) => !this.#states.has(key));
    const stored = unknown.length > 0 ? await this.real.sourceStates(unknown) : new Map<string, never>();
    for (const key of unknown) {
      const state: Versioned<SourceState> | undefined = stored.get(key);
      const isOlder = state !== undefined && state.value.foldedThrough < this.#firstWindow;
      this.#states.set(key, isOlder ? { value: state.value, version: 1 } : undefined);
    }
    const known = keys.flatMap((key) => {
      const state = this.#states.get(key);
      return state === undefined ? [] : [[key, state] as const];
    });
    return new Map(known);
  }

  putSourceState(state: SourceState, expectedVersion: number): Promise<void> {
    this.#states.set(state.key, { value: state, version: expectedVersion + 1 });
    this.#changed.add(state.key);
    return Promise.resolve();
  }

  /** Merges the states of all sources that were judged into the real ones. @returns how many */
  async mergeIntoReal(): Promise<number> {
    const keys = [...this.#changed];
    for (let i = 0; i < keys.length; i += BATCH) {
      const some = keys.slice(i, i + BATCH);
      const live = await this.real.sourceStates(some);
      await forEachLimited(some, PARALLEL, (key) => this.#merge(key, live.get(key)));
    }
    return keys.length;
  }

  async #merge(key: string, live: Versioned<SourceState> | undefined, attempt = 1): Promise<void> {
    const earlier = this.#states.get(key)?.value;
    if (earlier === undefined) return;
    const merged = live === undefined ? earlier : mergeStates(live.value, earlier);
    if (live !== undefined && JSON.stringify(merged) === JSON.stringify(live.value)) return;
    try {
      await this.real.putSourceState(merged, live?.version ?? 0);
    } catch (error) {
      if (!(error instanceof LedgerConflictError) || attempt === ATTEMPTS) throw error;
      await this.#merge(key, (await this.real.sourceStates([key])).get(key), attempt + 1);
    }
  }
}
