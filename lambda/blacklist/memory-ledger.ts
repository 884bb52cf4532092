/* eslint-disable @typescript-eslint/require-await -- the port is asynchronous, memory is not */
import { formatCidr, parseCidr } from '../address';
import type { Contribution } from '../detection/contribution';
import type { NetworkState } from '../detection/network-state';
import type { AnsweringAddresses, SourceState } from '../detection/source-state';
import { allowChange, byAddress } from './allow-items';
import { type Ban, banRank, cidrKey, isStanding } from './ban';
import { deepFreeze } from './deep-freeze';
import { type FeedSnapshot, feedInForce } from './feed-snapshot';
import { type HistoryEntry, banEntry, historyId, holdEntry, releaseEntry } from './history';
import type { Hold } from './hold';
import { type Lease, nextLease, released } from './lease';
import {
  type EnforcementRunNote,
  type Ledger,
  LedgerConflictError,
  type Pause,
  type RecordedEntry,
  type Versioned,
  type WriterGate,
  fencedOff,
} from './ledger';
import { compareText, contributionId, contributionOrder } from './packed-contributions';

/** What a {@link MemoryLedger} may forget. */
export interface MemoryLedgerOptions {
  /**
   * Whether contributions of judged windows go, and bans in force that are over: for a replay of any length, whose
   * clock only goes forward. @default false
   */
  readonly forgetPast?: boolean;
  /**
   * Whether to take it on trust that nobody changes what is stored, and freeze nothing: a fifth of a replay's judging.
   * @default false
   */
  readonly trusting?: boolean;
}

/**
 * The ledger in memory, for `replay` and tests: what the other one does, without the waiting. What is put in is
 * frozen, so neither side can change what is stored.
 */
export class MemoryLedger implements Ledger {
  readonly #forgetPast: boolean;
  readonly #trusting: boolean;
  readonly #windows = new Map<number, Map<string, Contribution>>();
  readonly #sources = new Map<string, Versioned<SourceState>>();
  readonly #networks = new Map<string, Versioned<NetworkState>>();
  readonly #answers = new Map<string, number>();
  readonly #latest = new Map<string, Ban>();
  readonly #inForce = new Map<string, Ban>();
  readonly #history = new Map<string, Map<string, HistoryEntry>>();
  readonly #legitimate = new Map<string, number>();
  readonly #allowed = new Set<string>();
  readonly #owned = new Map<string, Map<number, RecordedEntry>>();
  readonly #holds = new Map<string, Hold>();
  readonly #feeds = new Map<string, FeedSnapshot>();
  #run: EnforcementRunNote | undefined;
  #watchingSince: number | undefined;
  #judgedThrough: number | undefined;
  #lease: Lease | undefined;
  #pause: Pause | undefined;

  constructor(options: MemoryLedgerOptions = {}) {
    this.#forgetPast = options.forgetPast ?? false;
    this.#trusting = options.trusting ?? false;
  }

  async recordContributions(contributions: readonly Contribution[]) {
    let written = 0;
    for (const contribution of contributions) {
      const window = emplace(this.#windows, contribution.window, () => new Map<string, Contribution>());
      const id = contributionId(contribution);
      if (window.has(id)) continue;
      window.set(id, deepFreeze(contribution));
      written += 1;
    }
    return { written, duplicates: contributions.length - written };
  }

  async contributionsOf(window: number): Promise<Contribution[]> {
    return [...(this.#windows.get(window)?.values() ?? [])].sort(contributionOrder);
  }

  async sourceStates(keys: readonly string[]): Promise<Map<string, Versioned<SourceState>>> {
    return pick(this.#sources, keys);
  }

  async putSourceState(state: SourceState, expectedVersion: number): Promise<void> {
    putVersioned(this.#sources, this.#kept(state), expectedVersion);
  }

  async networkStates(keys: readonly string[]): Promise<Map<string, Versioned<NetworkState>>> {
    return pick(this.#networks, keys);
  }

  async putNetworkState(state: NetworkState, expectedVersion: number): Promise<void> {
    putVersioned(this.#networks, this.#kept(state), expectedVersion);
  }

  async answeringAddresses(): Promise<AnsweringAddresses> {
    return new Map([...this.#answers].sort(([a], [b]) => compareText(a, b)));
  }

  async recordAnswers(answers: AnsweringAddresses): Promise<void> {
    raise(this.#answers, answers);
  }

  async judgedThrough(): Promise<number | undefined> {
    return this.#judgedThrough;
  }

  async watchingSince(): Promise<number | undefined> {
    return this.#watchingSince;
  }

  async startWatching(window: number): Promise<void> {
    this.#watchingSince ??= window;
  }

  async advanceJudgedThrough(window: number): Promise<void> {
    const mark = Math.max(window, this.#judgedThrough ?? window);
    this.#judgedThrough = mark;
    if (!this.#forgetPast) return;
    // The last one judged is still looked at, as what was just before the next.
    for (const judged of this.#windows.keys()) if (judged < mark) this.#windows.delete(judged);
  }

  async nextPendingWindow(after = -Infinity): Promise<number | undefined> {
    let next: number | undefined;
    for (const window of this.#windows.keys()) {
      if (window > after && (next === undefined || window < next)) next = window;
    }
    return next;
  }

  async latestBans(keys: readonly string[]): Promise<Map<string, Ban>> {
    return pick(this.#latest, keys);
  }

  async putBan(ban: Ban, by: string): Promise<void> {
    const latest = this.#latest.get(ban.key);
    if (latest !== undefined && banRank(latest) > banRank(ban)) {
      throw new LedgerConflictError(`${ban.key} has a ban newer than the one of ${ban.bannedAt} to put`);
    }
    if (latest !== undefined && banRank(latest) === banRank(ban)) return;
    this.#latest.set(ban.key, deepFreeze(ban));
    this.#inForce.set(ban.key, ban);
    this.#note(ban.key, banEntry(ban, by));
  }

  async updateBanWeight(ban: Ban, weight: number, weightAt: number): Promise<void> {
    const current = this.#inForce.get(ban.key);
    if (current === undefined || banRank(current) !== banRank(ban) || current.weightAt > weightAt) return;
    this.#inForce.set(ban.key, Object.freeze({ ...current, weight, weightAt }));
  }

  async endBan(key: string, at: number, by: string, because: string): Promise<Ban | undefined> {
    const ban = this.#inForce.get(key);
    if (ban === undefined || !isStanding(ban, at)) return undefined;
    const ended: Ban = Object.freeze({ ...ban, expiresAt: at, endedAt: at });
    this.#latest.set(key, ended);
    this.#inForce.set(key, ended);
    this.#note(key, { at, action: 'unban', by, detail: because });
    return ban;
  }

  async bansInForce(now: number): Promise<Ban[]> {
    if (this.#forgetPast) {
      for (const [key, ban] of this.#inForce) if (ban.expiresAt <= now) this.#inForce.delete(key);
    }
    const bans = [...this.#inForce.values()].filter((ban) => isStanding(ban, now));
    return bans.sort((a, b) => compareText(a.key, b.key));
  }

  async history(key: string): Promise<HistoryEntry[]> {
    const entries = [...(this.#history.get(key) ?? [])].sort(([a], [b]) => compareText(a, b));
    return entries.map(([, entry]) => entry);
  }

  async recordLegitimate(entries: ReadonlyMap<string, number>): Promise<void> {
    raise(this.#legitimate, entries);
  }

  async legitimateSources(now: number): Promise<string[]> {
    const valid = [...this.#legitimate].filter(([, until]) => until > now);
    return valid.map(([key]) => key).sort(compareText);
  }

  async allowedCidrs(): Promise<string[]> {
    return [...this.#allowed].sort(byAddress);
  }

  async allow(cidr: string, by: string, because: string, at: number): Promise<void> {
    const change = allowChange('allow', { cidr, by, because, at });
    this.#note(change.key, change.entry);
    this.#allowed.add(change.cidr);
  }

  async disallow(cidr: string, by: string, because: string, at: number): Promise<void> {
    const change = allowChange('disallow', { cidr, by, because, at });
    this.#note(change.key, change.entry);
    this.#allowed.delete(change.cidr);
  }

  async ownedEntries(networkAclId: string): Promise<RecordedEntry[]> {
    const entries = [...(this.#owned.get(networkAclId)?.values() ?? [])];
    return entries.sort((a, b) => a.ruleNumber - b.ruleNumber);
  }

  async recordOwnedEntry(entry: RecordedEntry): Promise<void> {
    const entries = emplace(this.#owned, entry.networkAclId, () => new Map<number, RecordedEntry>());
    this.#refuseFencedOff(entry.networkAclId, entry.ruleNumber, entry.fence);
    entries.set(entry.ruleNumber, deepFreeze(entry));
  }

  async forgetOwnedEntry(networkAclId: string, ruleNumber: number, fence: number): Promise<void> {
    this.#refuseFencedOff(networkAclId, ruleNumber, fence);
    this.#owned.get(networkAclId)?.delete(ruleNumber);
  }

  async acquireLease(holder: string, nowMs: number, ttlMs: number): Promise<Lease | undefined> {
    const next = nextLease(this.#lease, { holder, nowMs, ttlMs });
    if (next !== undefined) this.#lease = Object.freeze(next);
    return next;
  }

  async releaseLease({ holder, fence }: Lease): Promise<void> {
    if (this.#lease?.holder === holder && this.#lease.fence === fence) this.#lease = released(this.#lease);
  }

  async gate(): Promise<WriterGate> {
    return { lease: this.#lease, pause: this.#pause };
  }

  async paused(): Promise<Pause | undefined> {
    return this.#pause;
  }

  async setPaused(pause: Pause | undefined): Promise<void> {
    this.#pause = pause && deepFreeze(pause);
  }

  async hold(hold: Hold): Promise<void> {
    const cidr = formatCidr(parseCidr(hold.cidr));
    this.#note(cidrKey(cidr), holdEntry(hold));
    this.#holds.set(cidr, Object.freeze({ ...hold, cidr }));
  }

  async releaseHold(cidr: string, by: string, because: string, at: number): Promise<void> {
    const canonical = formatCidr(parseCidr(cidr));
    this.#note(cidrKey(canonical), releaseEntry(by, because, at));
    this.#holds.delete(canonical);
  }

  async holds(): Promise<Hold[]> {
    return [...this.#holds].sort(([a], [b]) => compareText(a, b)).map(([, hold]) => hold);
  }

  async note(key: string, entry: HistoryEntry): Promise<void> {
    this.#note(key, entry);
  }

  async lastRun(): Promise<EnforcementRunNote | undefined> {
    return this.#run;
  }

  async recordRun(run: EnforcementRunNote): Promise<void> {
    this.#run = Object.freeze(run);
  }

  async putFeed(feed: FeedSnapshot): Promise<void> {
    this.#feeds.set(feed.name, deepFreeze(feed));
  }

  async feed(name: string): Promise<FeedSnapshot | undefined> {
    return this.#feeds.get(name);
  }

  async feedsInForce(now: number): Promise<FeedSnapshot[]> {
    const current = [...this.#feeds.values()].filter((feed) => feedInForce(feed, now));
    return current.sort((a, b) => compareText(a.name, b.name));
  }

  async removeFeed(name: string): Promise<void> {
    this.#feeds.delete(name);
  }

  #refuseFencedOff(networkAclId: string, ruleNumber: number, fence: number): void {
    const stored = this.#owned.get(networkAclId)?.get(ruleNumber);
    if (stored !== undefined && stored.fence > fence) throw fencedOff(networkAclId, ruleNumber, fence);
  }

  #kept<T>(state: T): T {
    return this.#trusting ? state : deepFreeze(state);
  }

  #note(key: string, entry: HistoryEntry): void {
    const entries = emplace(this.#history, key, () => new Map<string, HistoryEntry>());
    entries.set(historyId(entry), Object.freeze(entry));
  }
}

function putVersioned<T extends { readonly key: string }>(
  stored: Map<string, Versioned<T>>,
  value: T,
  expectedVersion: number,
): void {
  if ((stored.get(value.key)?.version ?? 0) !== expectedVersion) {
    throw new LedgerConflictError(`the state of ${value.key} is no longer version ${expectedVersion}`);
  }
  stored.set(value.key, Object.freeze({ value, version: expectedVersion + 1 }));
}

/** Moves times forward, never back. */
function raise(stored: Map<string, number>, times: ReadonlyMap<string, number>): void {
  for (const [key, at] of times) if (at > (stored.get(key) ?? -Infinity)) stored.set(key, at);
}

function pick<T>(stored: ReadonlyMap<string, T>, keys: readonly string[]): Map<string, T> {
  const picked = new Map<string, T>();
  for (const key of keys) {
    const value = stored.get(key);
    if (value !== undefined) picked.set(key, value);
  }
  return picked;
}

function emplace<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const there = map.get(key);
  if (there !== undefined) return there;
  const made = make();
  map.set(key, made);
  return made;
}
