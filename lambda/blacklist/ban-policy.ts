import { formatCidr, parseCidr } from '../address';
import type { Verdict } from '../detection/evidence';
import { sourceKey } from '../detection/source-key';
import { type Ban, isInForce } from './ban';
import { formatDuration, parseDuration } from './duration';
import type { DecayedWeight } from '../detection/weight';

/** How long automatic bans last. All times in seconds. */
export interface BanPolicy {
  /** Length of a first ban, and of every ban on forgeable evidence. */
  readonly firstSeconds: number;
  /** What each further proven offence multiplies the length by. */
  readonly factor: number;
  /** No automatic ban is longer. */
  readonly maxSeconds: number;
  /** Quiet time after a ban's end that takes one offence off the count. */
  readonly decaySeconds: number;
}

/** The policy as an environment writes it, durations as text. */
export interface BanPolicyText {
  readonly first: string;
  readonly factor: number;
  readonly max: string;
  /** @default 30d */
  readonly decay?: string;
}

/** A policy that cannot be meant. The message quotes the value and the bound. */
export class BanPolicyError extends Error {
  override readonly name = 'BanPolicyError';
}

/** Bans are enforced at a tick of 60 s: a shorter one might never be seen. */
const SHORTEST_BAN_SECONDS = 60;
/** An address changes hands in a year; what should stay out longer belongs in a security group, by hand. */
const LONGEST_BAN_SECONDS = 365 * 86_400;

/** 1 h, 4 h, 16 h, 2.7 d, 10.7 d, 30 d: an address that changes hands is soon free again, a persistent one is not. */
export const DEFAULT_BAN_POLICY: BanPolicy = parseBanPolicy({ first: '1h', factor: 4, max: '30d' });

/**
 * Reads and checks the policy of an environment.
 * @throws DurationError or BanPolicyError
 */
export function parseBanPolicy(text: BanPolicyText): BanPolicy {
  return checkBanPolicy({
    firstSeconds: parseDuration(text.first),
    factor: text.factor,
    maxSeconds: parseDuration(text.max),
    decaySeconds: parseDuration(text.decay ?? '30d'),
  });
}

/**
 * @returns the policy, when every number is within its bounds
 * @throws BanPolicyError quoting the value and the bound
 */
export function checkBanPolicy(policy: BanPolicy): BanPolicy {
  requireSeconds('ban.first', policy.firstSeconds, SHORTEST_BAN_SECONDS, LONGEST_BAN_SECONDS);
  requireSeconds('ban.max', policy.maxSeconds, policy.firstSeconds, LONGEST_BAN_SECONDS);
  requireSeconds('ban.decay', policy.decaySeconds, SHORTEST_BAN_SECONDS, Number.MAX_SAFE_INTEGER);
  if (!(policy.factor >= 1 && policy.factor <= 1000)) {
    throw new BanPolicyError(`ban.factor is ${policy.factor}: write a number from 1 (no escalation) to 1000`);
  }
  return policy;
}

function requireSeconds(name: string, value: number, least: number, most: number): void {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return;
  throw new BanPolicyError(
    `${name} is ${value} seconds: write a whole number of seconds from ${least} (${formatDuration(least)}) to ${most}`,
  );
}

/** What {@link decideBan} decides on. */
export interface BanQuestion {
  readonly verdict: Verdict;
  /** The latest ban of the verdict's key, in force or not. */
  readonly latestBan: Ban | undefined;
  readonly policy: BanPolicy;
  /** What to block, canonical CIDR text. @default the /32 of an IPv4 source, the /64 of an IPv6 one */
  readonly cidr?: string;
  /** Decayed SIP packets from the source. @default one packet, when the verdict was decided */
  readonly weight?: DecayedWeight;
}

/**
 * Decides whether a verdict bans its source, and for how long.
 *
 * - Only a `probe` is banned, not while a ban is in force, and not by a verdict decided at or before the latest ban:
 *   that one is the same decision, or was overtaken. So a retry decides nothing new.
 * - The evidence has to hold something newer than what the latest ban was made on (or than an operator's decision).
 *   Evidence stays in force for up to a day, and without this a ban of an hour would renew and escalate itself from
 *   one offence alone.
 * - The n-th ban with evidence that cannot be forged lasts first · factor^(n−1), at most max. A ban on evidence that
 *   could all be forged is an offence too, but always lasts `first`, and never makes a later one longer: whoever
 *   forges an address must not earn its owner a month.
 * - Each full `decaySeconds` without a ban takes one off both counts. A ban that an operator ended early was never one.
 *
 * @returns the ban to put, or undefined when nothing is to be decided
 */
export function decideBan(question: BanQuestion): Ban | undefined {
  const { verdict, latestBan, policy } = question;
  if (verdict.kind !== 'probe') return undefined;
  if (latestBan !== undefined && !mayFollow(latestBan, verdict)) return undefined;
  const counts = countOffence(verdict, latestBan, policy);
  const weight = question.weight ?? { value: 1, at: verdict.decidedAt };
  return {
    schema: 1,
    key: verdict.key,
    source: verdict.source,
    cidr: question.cidr ?? cidrOfSource(verdict.source),
    bannedAt: verdict.decidedAt,
    expiresAt:
      verdict.decidedAt + (counts.forgeable ? policy.firstSeconds : banSeconds(policy, counts.proven)),
    ...counts,
    score: verdict.score,
    evidence: verdict.evidence,
    weight: weight.value,
    weightAt: weight.at,
    origin: 'automatic',
  };
}

/** Length of the n-th proven ban, seconds: never below `first`, never above `max`, whole. */
export function banSeconds(policy: BanPolicy, provenOffence: number): number {
  return Math.min(policy.maxSeconds, Math.floor(policy.firstSeconds * policy.factor ** (provenOffence - 1)));
}

/** How many proven offences a ban stands for; see `Ban.proven` for bans that do not say. */
export function provenOffences(ban: Ban): number {
  return ban.proven ?? (ban.forgeable ? 0 : ban.offence);
}

function mayFollow(latest: Ban, verdict: Verdict): boolean {
  if (verdict.decidedAt <= latest.bannedAt || isInForce(latest, verdict.decidedAt)) return false;
  const known = knownThrough(latest);
  return verdict.evidence.some((evidence) => evidence.at > known);
}

/** Evidence up to this time was there when the latest ban was made, or when an operator made or ended it. */
function knownThrough(latest: Ban): number {
  const byHand = latest.endedAt ?? (latest.origin === 'operator' ? latest.bannedAt : -Infinity);
  return latest.evidence.reduce((newest, evidence) => Math.max(newest, evidence.at), byHand);
}

function countOffence(verdict: Verdict, latest: Ban | undefined, policy: BanPolicy) {
  // No evidence at all proves nothing either: `every` is true then, and the ban is a short one.
  const forgeable = verdict.evidence.every((evidence) => evidence.forgeable);
  const before =
    latest === undefined ? { offence: 0, proven: 0 } : remembered(latest, verdict.decidedAt, policy);
  return { offence: before.offence + 1, proven: before.proven + (forgeable ? 0 : 1), forgeable };
}

/** The counts of the latest ban that are left at `now`. */
function remembered(latest: Ban, now: number, policy: BanPolicy): { offence: number; proven: number } {
  const quietPeriods = Math.floor((now - latest.expiresAt) / policy.decaySeconds);
  const struckOut = latest.endedAt === undefined ? 0 : 1;
  return {
    offence: Math.max(0, latest.offence - struckOut - quietPeriods),
    proven: Math.max(0, provenOffences(latest) - (latest.forgeable ? 0 : struckOut) - quietPeriods),
  };
}

function cidrOfSource(source: string): string {
  return formatCidr(parseCidr(sourceKey(source)));
}
