import { answeredChallenges, type PbxActivity, type PbxName, PbxSum } from './pbx-activity';
import { BUCKET_SECONDS, DAY, HOUR } from './policy';

/** What is remembered of what PBX logs say of one source: constant size. Times are window ends, epoch seconds. */
export interface PbxState {
  /** Wrong passwords, of those the proven ones, and challenges, in buckets of 5 minutes over the last hour. */
  readonly tries: readonly PbxTries[];
  /** Accounts with a wrong password, accounts that do not exist, and numbers dialled, of the last day. */
  readonly accounts: readonly RememberedName[];
  readonly unknown: readonly RememberedName[];
  readonly dialled: readonly RememberedName[];
  /** Requests of no account's in the last hour, by window. */
  readonly strangers: readonly (readonly [count: number, at: number])[];
  /** Last time the source gave the right password before it looked bad; 0 for never. */
  readonly authenticatedAt: number;
}

export type PbxTries = readonly [bucket: number, refused: number, proven: number, challenges: number];

/** A name, by its hash, with the first and the last time, and whether a line proves the address. */
export type RememberedName = readonly [name: string, first: number, last: number, proven: 0 | 1];

/** Nothing remembered. */
export const NO_PBX_STATE: PbxState = {
  tries: [],
  accounts: [],
  unknown: [],
  dialled: [],
  strangers: [],
  authenticatedAt: 0,
};

/** Most names and windows remembered of each kind. */
export const MAX_PBX_REMEMBERED = 16;
/** How long names are remembered, seconds. */
export const PBX_NAME_SECONDS = DAY;
/** How long tries are remembered, seconds. */
export const PBX_TRY_SECONDS = HOUR;

/** What PBX logs said in a window, with the wrong passwords that are proven to come from the source. */
export interface PbxWindow {
  readonly activity: PbxActivity;
  /** By their lines, or by nonces that were sent to the source. */
  readonly proven: number;
}

/**
 * @param now what the logs say of the window
 * @param before the same of the window before it, in which a challenge may have been sent
 */
export function pbxWindow(
  now: PbxActivity | undefined,
  before: PbxActivity | undefined,
): PbxWindow | undefined {
  if (now === undefined) return undefined;
  const proven = Math.min(now.refused, Math.max(now.proven, answeredChallenges(now, before)));
  return { activity: now, proven };
}

/** The state after a window. @param isGood whether nothing bad is known of the source */
export function foldPbx(
  before: PbxState | undefined,
  window: PbxWindow | undefined,
  windowEnd: number,
  isGood: boolean,
): PbxState | undefined {
  if (window === undefined) return before;
  const { activity, proven } = window;
  const state = before ?? NO_PBX_STATE;
  return {
    tries: foldTries(state.tries, activity, proven, windowEnd),
    accounts: foldNames(state.accounts, activity.accounts, windowEnd),
    unknown: foldNames(state.unknown, activity.unknown, windowEnd),
    dialled: foldNames(state.dialled, activity.dialled, windowEnd),
    strangers: foldStrangers(state.strangers, activity.strangers, windowEnd),
    authenticatedAt: isGood && activity.succeeded > 0 ? windowEnd : state.authenticatedAt,
  };
}

function foldTries(
  before: PbxState['tries'],
  { refused, challenges }: PbxActivity,
  proven: number,
  windowEnd: number,
): PbxState['tries'] {
  const bucket = bucketOf(windowEnd);
  const kept = before.filter(([start]) => start > windowEnd - PBX_TRY_SECONDS && start !== bucket);
  const [, ...counts] = before.find(([start]) => start === bucket) ?? [bucket, 0, 0, 0];
  if (refused === 0 && challenges === 0 && counts.every((count) => count === 0)) return kept;
  return [...kept, [bucket, counts[0] + refused, counts[1] + proven, counts[2] + challenges]];
}

/** The bucket that a window lies in, whose end may be the bucket's. */
function bucketOf(windowEnd: number): number {
  const within = windowEnd - 1;
  return within - (within % BUCKET_SECONDS);
}

/** The newest stay; those of one time in the order of their names, which nobody chooses. */
function foldNames(
  before: readonly RememberedName[],
  now: readonly PbxName[],
  windowEnd: number,
): RememberedName[] {
  const names = new Map(
    before.filter(([, , last]) => last > windowEnd - PBX_NAME_SECONDS).map((name) => [name[0], name]),
  );
  for (const [name, proven] of now) {
    const [, first, , was] = names.get(name) ?? [name, windowEnd, windowEnd, 0];
    names.set(name, [name, first, windowEnd, proven === 1 ? 1 : was]);
  }
  return [...names.values()]
    .sort((a, b) => b[2] - a[2] || (a[0] < b[0] ? -1 : 1))
    .slice(0, MAX_PBX_REMEMBERED);
}

function foldStrangers(
  before: PbxState['strangers'],
  count: number,
  windowEnd: number,
): PbxState['strangers'] {
  const kept = before.filter(([, at]) => at > windowEnd - PBX_TRY_SECONDS);
  return count === 0 ? kept : [...kept, [count, windowEnd] as const].slice(-MAX_PBX_REMEMBERED);
}

/** The state once its evidence has earned a ban: a new one needs new evidence. */
export function consumePbx(state: PbxState | undefined): PbxState | undefined {
  return state && { ...NO_PBX_STATE, authenticatedAt: state.authenticatedAt };
}

/** Wrong passwords within an hour that no right one has followed. */
export function hasFailedLately(state: PbxState | undefined): boolean {
  return state?.tries.some(([bucket, refused]) => refused > 0 && bucket > state.authenticatedAt) ?? false;
}

/** Of two who watched a source at different times: what accuses is the later one's. */
export function mergePbx(later: PbxState | undefined, earlier: PbxState | undefined): PbxState | undefined {
  if (later === undefined && earlier === undefined) return undefined;
  const authenticatedAt = Math.max(later?.authenticatedAt ?? 0, earlier?.authenticatedAt ?? 0);
  return { ...(later ?? NO_PBX_STATE), authenticatedAt };
}

/** Adds the PBX parts of contributions up; undefined where there are none. */
export function sumOfPbx(parts: readonly { readonly pbx?: PbxActivity }[]): PbxActivity | undefined {
  const some = parts.flatMap(({ pbx }) => pbx ?? []);
  if (some.length === 0) return undefined;
  const sum = new PbxSum();
  for (const part of some) sum.add(part);
  return sum.total();
}
