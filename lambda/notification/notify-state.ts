import type { Versioned } from '../blacklist/ledger';

/** One ban as a message tells of it. Texts are as they came: whoever prints them makes them safe. */
export interface NotedBan {
  readonly source: string;
  readonly offence: number;
  /** Epoch seconds, as the next two. */
  readonly bannedAt: number;
  readonly expiresAt: number;
  readonly score: number;
  readonly weight: number;
  /** What the rules found. */
  readonly because: string;
}

/** Bans to be told of: all are counted, the heaviest are kept. */
export interface NotedBans {
  /** Sources banned for the first time. */
  readonly first: number;
  /** Sources banned again, for longer where their evidence cannot be forged. */
  readonly again: number;
  /** The heaviest, see `MOST_NOTED`. */
  readonly heaviest: readonly NotedBan[];
}

/** States of an environment that a person has to know of: how long they have lasted is told once. */
export const CONDITIONS = ['blind', 'late', 'breaker', 'capacity'] as const;
/** One of them. */
export type Condition = (typeof CONDITIONS)[number];

/** From when to when a condition was seen, epoch seconds. */
export interface Spell {
  readonly since: number;
  readonly seen: number;
}

/** What has been told and what is still to be told: kept in the ledger, so that a retry tells nothing twice. */
export interface NotifyState {
  /** Automatic bans up to this `bannedAt` are in here or told, epoch seconds. */
  readonly cursor: number;
  /** When the last message went, epoch seconds; 0 for never. */
  readonly sentAt: number;
  /** Not told yet. */
  readonly pending: NotedBans;
  /** Conditions that were told and are not over. */
  readonly told: Readonly<Partial<Record<Condition, Spell>>>;
  /** Since the last digest. */
  readonly day: NotedBans;
  /** When the last digest went, epoch seconds. */
  readonly digestAt: number;
  /** Until when somebody is at work on a message, epoch seconds; 0 for nobody. */
  readonly claimedUntil: number;
}

/** Where the state is kept between runs. */
export interface NotifyStateStore {
  read(): Promise<Versioned<NotifyState> | undefined>;
  /** @returns false when somebody else wrote since that version was read, and nothing was written; 0 for none there yet */
  write(state: NotifyState, expectedVersion: number): Promise<boolean>;
}

/** Nobody to tell of. */
export const NO_BANS: NotedBans = { first: 0, again: 0, heaviest: [] };

/** Bans that a message names; the rest are counted. Enough to see an attack by, few enough for a phone. */
export const MOST_NOTED = 10;

/** The bans with some more, heaviest first. */
export function withBans(noted: NotedBans, more: readonly NotedBan[]): NotedBans {
  const first = more.filter(({ offence }) => offence === 1).length;
  const heaviest = [...noted.heaviest, ...more]
    .sort((a, b) => b.weight - a.weight || a.bannedAt - b.bannedAt || (a.source < b.source ? -1 : 1))
    .slice(0, MOST_NOTED);
  return { first: noted.first + first, again: noted.again + more.length - first, heaviest };
}
