import type { Contribution } from '../detection/contribution';
import type { NetworkState } from '../detection/network-state';
import type { AnsweringAddresses, SourceState } from '../detection/source-state';
import type { Ban } from './ban';
import type { FeedSnapshot } from './feed-snapshot';
import type { HistoryEntry } from './history';
import type { Hold } from './hold';
import type { Lease } from './lease';

export type { FeedSnapshot } from './feed-snapshot';
export type { HistoryEntry } from './history';
export type { Hold } from './hold';
export type { Lease } from './lease';

/** A stored value with the version that a conditional write must still find; 0 for "not stored yet". */
export interface Versioned<T> {
  readonly value: T;
  readonly version: number;
}

/** A network ACL entry that Ringfence made (invariant I2: only these may be changed or removed). */
export interface OwnedEntry {
  readonly networkAclId: string;
  readonly ruleNumber: number;
  /** Canonical CIDR text. */
  readonly cidr: string;
}

/** An {@link OwnedEntry} with who recorded it, and when. */
export interface RecordedEntry extends OwnedEntry {
  /** Fence of the lease under which it was recorded; 0 for none. */
  readonly fence: number;
  /** When it was recorded, epoch seconds. */
  readonly recordedAt: number;
}

/** What decides whether a writer may go on: who holds the lease, and whether an operator stopped all changes. */
export interface WriterGate {
  readonly lease: Lease | undefined;
  readonly pause: Pause | undefined;
}

/** An operator's stop of all changes: who, why, and since when (epoch seconds). */
export interface Pause {
  readonly by: string;
  readonly because: string;
  readonly at: number;
}

/** What the last run of the enforcer came to: how an operator sees that enforcement is alive. */
export interface EnforcementRunNote {
  /** Epoch seconds. */
  readonly at: number;
  /** Whether it did all that it may do in the deployment's mode. */
  readonly ok: boolean;
  /** Changes made or, where nothing may be changed, planned. */
  readonly changes: number;
  /** What went wrong, where something did. */
  readonly detail?: string;
  /** What the run saw of the walls. @default of an older version, or where nothing was looked at: not known */
  readonly walls?: WallsNote;
}

/** How full the walls were, for who tells people of it without reading them again. */
export interface WallsNote {
  /** Deny entries that hold a ban, of all network ACLs and both families, and how many there may be. */
  readonly slotsUsed: number;
  readonly slots: number;
  /** Bans that found no slot, and how many of them no IP set holds either. */
  readonly overflow: number;
  readonly deniedByNothing: number;
  /** New bans that the open breaker holds back; undefined where it is closed. */
  readonly held?: number;
}

/** What detection needs of the ledger. */
export interface DetectionLedger {
  /**
   * Writes each contribution once. A digest stands for one batch: it always comes with the same contributions, in one
   * call. @returns how many were new and how many were there already
   */
  recordContributions(
    contributions: readonly Contribution[],
  ): Promise<{ written: number; duplicates: number }>;
  /** All contributions of one window, read consistently and in full, in a stable order (key, digest). */
  contributionsOf(window: number): Promise<Contribution[]>;
  /** The states of the given keys that exist. */
  sourceStates(keys: readonly string[]): Promise<Map<string, Versioned<SourceState>>>;
  /** @throws LedgerConflictError when somebody else wrote the state since it was read */
  putSourceState(state: SourceState, expectedVersion: number): Promise<void>;
  /** The states of the given neighbourhoods that exist. */
  networkStates(keys: readonly string[]): Promise<Map<string, Versioned<NetworkState>>>;
  /** @throws LedgerConflictError when somebody else wrote the state since it was read */
  putNetworkState(state: NetworkState, expectedVersion: number): Promise<void>;
  answeringAddresses(): Promise<AnsweringAddresses>;
  /** Remembers answers; a time older than the one stored changes nothing. */
  recordAnswers(answers: AnsweringAddresses): Promise<void>;
  /** Start of the last window judged, or undefined before the first. */
  judgedThrough(): Promise<number | undefined>;
  /** Start of the first window ever judged, or undefined before it: what was earlier nobody watched. */
  watchingSince(): Promise<number | undefined>;
  /** Remembers the first window ever judged; where one is remembered, nothing changes. */
  startWatching(window: number): Promise<void>;
  /** Moves the mark forward; one that is already further stays. */
  advanceJudgedThrough(window: number): Promise<void>;
  /**
   * The oldest window after `after` (epoch seconds) for which contributions were announced, or undefined. A writer that
   * failed half-way may leave a window without any.
   */
  nextPendingWindow(after: number | undefined): Promise<number | undefined>;
}

/** The bans. */
export interface BanLedger {
  /**
   * The latest ban of each key that has one, in force or not, as it was made or ended; its weight is the one it was made
   * with, {@link bansInForce} has the current one.
   */
  latestBans(keys: readonly string[]): Promise<Map<string, Ban>>;
  /**
   * Makes `ban` the latest of its key and adds it to the history. It is the latest only once all of it is written, so a
   * retry after a crash completes it; a ban of the same rank (see `banRank`) is the same decision and changes nothing,
   * also when an operator has ended it since.
   * @throws LedgerConflictError when the key's latest ban is newer than the one given
   */
  putBan(ban: Ban, by: string): Promise<void>;
  /**
   * Updates weight and weightAt of a ban that is still the latest and was not weighed later; does nothing otherwise.
   */
  updateBanWeight(ban: Ban, weight: number, weightAt: number): Promise<void>;
  /**
   * Ends the ban of the key that is not over at `at`. @returns the ban as it was, or undefined where there is none
   * @throws LedgerConflictError when somebody else replaced the ban meanwhile
   */
  endBan(key: string, at: number, by: string, because: string): Promise<Ban | undefined>;
  /**
   * Every ban in force at `now` (epoch seconds), and those that begin later by the clock of who made them, see
   * `isStanding`; read consistently and in full, ordered by key.
   */
  bansInForce(now: number): Promise<Ban[]>;
  /** What was done to a key (see `cidrKey` for CIDRs), oldest first. Kept for a year. */
  history(key: string): Promise<HistoryEntry[]>;
}

/** Sources known to be legitimate by what they did: nothing wider than an address may be denied over their heads. */
export interface LegitimacyLedger {
  /** Remembers each source's key until the time given (epoch seconds); an earlier one than stored changes nothing. */
  recordLegitimate(entries: ReadonlyMap<string, number>): Promise<void>;
  /** Keys of all whose time is later than `now` (epoch seconds), read consistently and in full, ordered by key. */
  legitimateSources(now: number): Promise<string[]>;
}

/** What enforcement needs besides the bans. */
export interface EnforcementLedger {
  /** CIDRs that operators allowed, canonical text, ordered: IPv4 first, then by address. */
  allowedCidrs(): Promise<string[]>;
  /** @throws AddressError when `cidr` is no CIDR or address */
  allow(cidr: string, by: string, because: string, at: number): Promise<void>;
  disallow(cidr: string, by: string, because: string, at: number): Promise<void>;
  /** Entries we made in the network ACL, ordered by rule number. */
  ownedEntries(networkAclId: string): Promise<RecordedEntry[]>;
  /**
   * Written before the call that makes the entry, so that a crash in between leaves nothing we do not know of.
   * @throws LedgerConflictError when a writer with a greater fence wrote it: this one's lease is lost
   */
  recordOwnedEntry(entry: RecordedEntry): Promise<void>;
  /**
   * Removed after the call that deletes it.
   * @param fence of the lease under which it is removed
   * @throws LedgerConflictError when a writer with a greater fence wrote it: this one's lease is lost, and the entry is
   * the other's
   */
  forgetOwnedEntry(networkAclId: string, ruleNumber: number, fence: number): Promise<void>;
  /**
   * Takes or renews the lease, see `nextLease`. @returns the lease, or undefined while somebody else holds it
   * @param nowMs epoch milliseconds, @param ttlMs how long it is held without renewal
   */
  acquireLease(holder: string, nowMs: number, ttlMs: number): Promise<Lease | undefined>;
  /** Gives the lease back, if it is still held with that fence. */
  releaseLease(lease: Lease): Promise<void>;
  /** Lease and pause in one consistent read: asked before each change. */
  gate(): Promise<WriterGate>;
  /** Whether an operator stopped all changes, with who and why. */
  paused(): Promise<Pause | undefined>;
  setPaused(pause: Pause | undefined): Promise<void>;
}

/** What operators do besides banning and allowing, and what they look at. */
export interface OperatorLedger {
  /** Keeps detection from banning anybody inside the CIDR until the hold ends; replaces one for the same CIDR. */
  hold(hold: Hold): Promise<void>;
  /** Ends the hold on the CIDR. One that is not there leaves a line of history and nothing else. */
  releaseHold(cidr: string, by: string, because: string, at: number): Promise<void>;
  /** All holds, those that ended lately included: event time decides which one counts, see `holdAgainst`. */
  holds(): Promise<Hold[]>;
  /** Adds a line to the history of a key; the same line again changes nothing. */
  note(key: string, entry: HistoryEntry): Promise<void>;
  lastRun(): Promise<EnforcementRunNote | undefined>;
  recordRun(run: EnforcementRunNote): Promise<void>;
}

/** Feeds of others' bans. */
export interface FeedLedger {
  /** Makes this the feed of its name, whole; the one before is gone. */
  putFeed(feed: FeedSnapshot): Promise<void>;
  /** The feed of that name, in force or not, in full. */
  feed(name: string): Promise<FeedSnapshot | undefined>;
  /** Every feed in force at `now` (epoch seconds), read consistently and in full, ordered by name. */
  feedsInForce(now: number): Promise<FeedSnapshot[]>;
  /** Forgets the feed; does nothing where there is none. */
  removeFeed(name: string): Promise<void>;
}

/** The only truth: sources, bans, allow items, what we own and who may write. */
export type Ledger = DetectionLedger &
  BanLedger &
  LegitimacyLedger &
  EnforcementLedger &
  OperatorLedger &
  FeedLedger;

/** Somebody else changed the item since it was read: read again and decide again. */
export class LedgerConflictError extends Error {
  override readonly name = 'LedgerConflictError';
}

/** What a write to an owned entry says whose writer has lost the lease to another. */
export function fencedOff(networkAclId: string, ruleNumber: number, fence: number): LedgerConflictError {
  return new LedgerConflictError(
    `entry ${ruleNumber} of ${networkAclId} was written under a newer lease than ${fence}: another writer took over`,
  );
}

/** The ledger could not be read or written in full, or holds data of a newer schema (invariant I6: change nothing). */
export class LedgerUnavailableError extends Error {
  override readonly name = 'LedgerUnavailableError';
}
