import type { Contribution } from '../detection/contribution';
import type { AnsweringAddresses, SourceState } from '../detection/source-state';
import type { Ban } from './ban';

/** A stored value with the version that a conditional write must still find; 0 for "not stored yet". */
export interface Versioned<T> {
  readonly value: T;
  readonly version: number;
}

/** One line of a source's history: who did what, when and why. */
export interface HistoryEntry {
  /** Epoch seconds. */
  readonly at: number;
  readonly action: 'ban' | 'unban' | 'allow' | 'disallow';
  /** `detector`, or the operator's caller identity. */
  readonly by: string;
  readonly detail: string;
}

/** A network ACL entry that Ringfence made (invariant I2: only these may be changed or removed). */
export interface OwnedEntry {
  readonly networkAclId: string;
  readonly ruleNumber: number;
  /** Canonical CIDR text. */
  readonly cidr: string;
}

/** The right to change the world, for one writer at a time (invariant I9). Times are epoch milliseconds. */
export interface Lease {
  readonly holder: string;
  readonly expiresAtMs: number;
  /** Grows by one with each new holder. */
  readonly fence: number;
}

/** What detection needs of the ledger. */
export interface DetectionLedger {
  /** Writes each contribution once. @returns how many were new and how many were there already */
  recordContributions(
    contributions: readonly Contribution[],
  ): Promise<{ written: number; duplicates: number }>;
  /** All contributions of one window, read consistently and in full, in a stable order (key, digest). */
  contributionsOf(window: number): Promise<Contribution[]>;
  /** The states of the given keys that exist. */
  sourceStates(keys: readonly string[]): Promise<Map<string, Versioned<SourceState>>>;
  /** @throws LedgerConflictError when somebody else wrote the state since it was read */
  putSourceState(state: SourceState, expectedVersion: number): Promise<void>;
  answeringAddresses(): Promise<AnsweringAddresses>;
  /** Remembers answers; a time older than the one stored changes nothing. */
  recordAnswers(answers: AnsweringAddresses): Promise<void>;
  /** Start of the last window judged, or undefined before the first. */
  judgedThrough(): Promise<number | undefined>;
  /** Moves the mark forward; one that is already further stays. */
  advanceJudgedThrough(window: number): Promise<void>;
  /** The oldest window that holds contributions and lies after `after` (epoch seconds), or undefined. */
  nextPendingWindow(after: number | undefined): Promise<number | undefined>;
}

/** The bans. */
export interface BanLedger {
  /** The latest ban of each key that has one, in force or not. */
  latestBans(keys: readonly string[]): Promise<Map<string, Ban>>;
  /**
   * Makes `ban` the latest of its key and adds it to the history, both or neither being visible as done only when
   * complete: calling it again with the same ban changes nothing.
   * @throws LedgerConflictError when the key's latest ban is newer than the one given
   */
  putBan(ban: Ban, by: string): Promise<void>;
  /** Updates weight and weightAt of a ban that is still the latest; does nothing otherwise. */
  updateBanWeight(ban: Ban, weight: number, weightAt: number): Promise<void>;
  /** Ends the latest ban of the key at `at`. @returns the ban that was in force, or undefined */
  endBan(key: string, at: number, by: string, because: string): Promise<Ban | undefined>;
  /** Every ban in force at `now` (epoch seconds), read consistently and in full, ordered by key. */
  bansInForce(now: number): Promise<Ban[]>;
  history(key: string): Promise<HistoryEntry[]>;
}

/** What enforcement needs besides the bans. */
export interface EnforcementLedger {
  /** CIDRs that operators allowed, canonical text, ordered. */
  allowedCidrs(): Promise<string[]>;
  allow(cidr: string, by: string, because: string, at: number): Promise<void>;
  disallow(cidr: string, by: string, because: string, at: number): Promise<void>;
  /** Entries we made in the network ACL, ordered by rule number. */
  ownedEntries(networkAclId: string): Promise<OwnedEntry[]>;
  /** Written before the call that makes the entry, so that a crash in between leaves nothing we do not know of. */
  recordOwnedEntry(entry: OwnedEntry): Promise<void>;
  /** Removed after the call that deletes it. */
  forgetOwnedEntry(networkAclId: string, ruleNumber: number): Promise<void>;
  /**
   * Takes or renews the lease. @returns the lease, or undefined while somebody else holds it
   * @param nowMs epoch milliseconds, @param ttlMs how long it is held without renewal
   */
  acquireLease(holder: string, nowMs: number, ttlMs: number): Promise<Lease | undefined>;
  /** Gives the lease back, if it is still held with that fence. */
  releaseLease(lease: Lease): Promise<void>;
  /** Whether an operator stopped all changes, with who and why. */
  paused(): Promise<{ by: string; because: string; at: number } | undefined>;
  setPaused(pause: { by: string; because: string; at: number } | undefined): Promise<void>;
}

/** The only truth: sources, bans, allow items, what we own and who may write. */
export type Ledger = DetectionLedger & BanLedger & EnforcementLedger;

/** Somebody else changed the item since it was read: read again and decide again. */
export class LedgerConflictError extends Error {
  override readonly name = 'LedgerConflictError';
}

/** The ledger could not be read or written in full, or holds data of a newer schema (invariant I6: change nothing). */
export class LedgerUnavailableError extends Error {
  override readonly name = 'LedgerUnavailableError';
}
