import { createHash } from 'node:crypto';
import type { Ban } from './ban';
import { formatDuration } from './duration';
import type { Hold } from './hold';

/** Everything that leaves a line, in the ledger's words. */
export const HISTORY_ACTIONS = [
  'ban',
  'unban',
  'hold',
  'release',
  'allow',
  'disallow',
  'pause',
  'resume',
  'reconcile',
  'clear',
  'backfill',
  'redrive',
  'import',
] as const;
/** One of them. */
export type HistoryAction = (typeof HISTORY_ACTIONS)[number];

/** The key under which what was done to the whole environment is kept: no source is called so. */
export const ENVIRONMENT_KEY = 'environment';

/** One line of a source's history: who did what, when and why. */
export interface HistoryEntry {
  /** Epoch seconds. */
  readonly at: number;
  readonly action: HistoryAction;
  /** `detector`, or the operator's caller identity. */
  readonly by: string;
  readonly detail: string;
}

/** Digits of an epoch time in a sort key: enough until the year 33658, so that text order is time order. */
const TIME_DIGITS = 12;

/** A whole number of seconds ≥ 0 as text of fixed length, so that text order is number order. */
export function paddedSeconds(seconds: number): string {
  return String(seconds).padStart(TIME_DIGITS, '0');
}

/**
 * Identity and order of a history entry: time first, and equal entries have equal ids, so that a retry writes the same
 * line again instead of a second one.
 */
export function historyId(entry: HistoryEntry): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([entry.by, entry.detail]))
    .digest('hex');
  return `${paddedSeconds(entry.at)}#${entry.action}#${digest.slice(0, 12)}`;
}

/** The line a ban leaves: when, how long, the how manieth, and on what evidence or by whose word. */
export function banEntry(ban: Ban, by: string): HistoryEntry {
  const length = formatDuration(Math.max(1, ban.expiresAt - ban.bannedAt));
  const reasons = ban.evidence.map((evidence) => `${evidence.rule}: ${evidence.detail}`);
  const why = [...reasons, ...(ban.because === undefined ? [] : [ban.because])].join('; ');
  return {
    at: ban.bannedAt,
    action: 'ban',
    by,
    detail: `${ban.cidr} for ${length}, offence ${ban.offence}: ${why}`,
  };
}

/** The line a hold leaves. */
export function holdEntry({ at, until, by, because }: Hold): HistoryEntry {
  const length = formatDuration(Math.max(1, until - at));
  return { at, action: 'hold', by, detail: `not banned automatically for ${length}: ${because}` };
}

/** The line that the end of a hold by hand leaves. */
export function releaseEntry(by: string, because: string, at: number): HistoryEntry {
  return { at, action: 'release', by, detail: because };
}
