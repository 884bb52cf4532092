import type { Ban } from '../blacklist/ban';
import type { EnforcementRunNote, FeedSnapshot, Pause } from '../blacklist/ledger';
import {
  CONDITIONS,
  type Condition,
  NO_BANS,
  type NotedBan,
  type NotifyState,
  type Spell,
  withBans,
} from './notify-state';

/** What one run sees. Times are epoch seconds. */
export interface NotifyFacts {
  readonly now: number;
  /** Bans of windows that decide at this time or earlier are all written; undefined before the first window. */
  readonly decidedUntil: number | undefined;
  /** Read after {@link decidedUntil}. */
  readonly bans: readonly Ban[];
  readonly lastRun: EnforcementRunNote | undefined;
  readonly pause: Pause | undefined;
  /** When records were last read; undefined for not lately, `unknown` where that could not be found out. */
  readonly lastRecords: number | 'unknown' | undefined;
  readonly feeds: readonly FeedSnapshot[];
}

/** What decides when there is something to tell. All in seconds. */
export interface NotifySettings {
  /** Whether bans are told of, or left to the digest. */
  readonly bans: boolean;
  /** Least time between two messages. */
  readonly everySeconds: number;
  /** Hour of the day, UTC, of the digest; undefined for none. */
  readonly digestHour: number | undefined;
  /** Without records for so long we are blind: as the alarm SightSilence has it. */
  readonly silenceSeconds: number;
}

/** Without a run for so long enforcement counts as late, seconds: as the alarm EnforcementLate has it. */
const LATE_SECONDS = 300;

/** Gone for so long a condition is over; before that it may only be between two fits. */
const OVER_SECONDS = 3600;

/** The conditions that hold now; `unknown` ones are neither here nor over. */
export function conditionsOf(
  facts: NotifyFacts,
  settings: NotifySettings,
): ReadonlyMap<Condition, boolean | 'unknown'> {
  const { lastRun, now } = facts;
  const walls = lastRun?.walls;
  return new Map<Condition, boolean | 'unknown'>([
    ['blind', isBlind(facts, settings)],
    ['late', lastRun !== undefined && now - lastRun.at > LATE_SECONDS],
    ['breaker', walls === undefined ? 'unknown' : walls.held !== undefined],
    ['capacity', walls === undefined ? 'unknown' : walls.overflow > 0],
  ]);
}

/** Not before anything was ever seen: a new environment has nothing to see yet, and an alarm for the rest. */
function isBlind(
  { lastRecords, decidedUntil, now }: NotifyFacts,
  { silenceSeconds }: NotifySettings,
): boolean | 'unknown' {
  if (lastRecords === 'unknown') return 'unknown';
  if (lastRecords === undefined) return decidedUntil !== undefined;
  return now - lastRecords > silenceSeconds;
}

/** Where everything begins: what is banned already is nobody's news. */
export function firstState({ now, decidedUntil }: NotifyFacts): NotifyState {
  return {
    cursor: decidedUntil ?? 0,
    sentAt: 0,
    pending: NO_BANS,
    told: {},
    day: NO_BANS,
    digestAt: now,
    claimedUntil: 0,
  };
}

/**
 * The state with what is new. Windows are judged in order and all bans of one begin at the same time, so every automatic
 * ban up to `decidedUntil` is taken exactly once. Operators know of their own.
 */
export function observed(state: NotifyState, facts: NotifyFacts): NotifyState {
  const { decidedUntil = state.cursor } = facts;
  const fresh = facts.bans.filter(
    ({ origin, bannedAt }) => origin === 'automatic' && bannedAt > state.cursor && bannedAt <= decidedUntil,
  );
  const noted = fresh.map(noteOf);
  return {
    ...state,
    cursor: Math.max(state.cursor, decidedUntil),
    pending: withBans(state.pending, noted),
    day: withBans(state.day, noted),
  };
}

function noteOf({ source, offence, bannedAt, expiresAt, score, weight, evidence, because }: Ban): NotedBan {
  const reason = because ?? evidence.map(({ rule, detail }) => `${rule}: ${detail}`).join('; ');
  return { source, offence, bannedAt, expiresAt, score, weight, because: reason.slice(0, 400) };
}

/** What has begun and what is over since it was last told, and the spells as they are then. */
export interface ConditionNews {
  readonly begun: readonly Condition[];
  readonly over: readonly { readonly condition: Condition; readonly spell: Spell }[];
  readonly told: NotifyState['told'];
}

/** Compares what was told with what holds now. */
export function newsOf(state: NotifyState, facts: NotifyFacts, settings: NotifySettings): ConditionNews {
  const current = conditionsOf(facts, settings);
  const begun: Condition[] = [];
  const over: { condition: Condition; spell: Spell }[] = [];
  const told: Partial<Record<Condition, Spell>> = {};
  for (const condition of CONDITIONS) {
    const holds = current.get(condition);
    const spell = state.told[condition];
    if (holds === true) {
      if (spell === undefined) begun.push(condition);
      told[condition] = { since: spell?.since ?? facts.now, seen: facts.now };
    } else if (spell !== undefined) {
      if (holds === false && facts.now - spell.seen > OVER_SECONDS) over.push({ condition, spell });
      else told[condition] = spell;
    }
  }
  return { begun, over, told };
}

/** Whether a digest is due: the hour has come since the last one. */
export function isDigestDue(state: NotifyState, now: number, { digestHour }: NotifySettings): boolean {
  if (digestHour === undefined) return false;
  const today = Math.floor(now / 86_400) * 86_400 + digestHour * 3600;
  const latest = today <= now ? today : today - 86_400;
  return state.digestAt < latest;
}
