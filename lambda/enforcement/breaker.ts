import { type CidrSet, parseCidr } from '../address';
import type { Ban } from '../blacklist/ban';

/** Seconds in which new automatic bans are counted (`maxNewPerHour`). */
const TRAILING_SECONDS = 3600;

/** Input of {@link applyBreaker}. */
export interface BreakerInput {
  /** The bans in force at {@link now}. */
  readonly bans: readonly Ban[];
  /** Epoch seconds. */
  readonly now: number;
  /** Most automatic bans that begin within an hour before the breaker trips. */
  readonly maxNewPerHour: number;
  /** What is denied already: what stands stays, also when its ban was renewed meanwhile (invariants I8, I10). */
  readonly standing: CidrSet;
}

/** What the breaker lets through. Both lists keep the order of the input. */
export interface BreakerDecision {
  readonly enforced: readonly Ban[];
  /** In force and recorded, but not enforced. */
  readonly held: readonly Ban[];
  /** Whether it is open now: new automatic bans are held. */
  readonly tripped: boolean;
}

/**
 * Which bans are enforced (invariant I10). The ban that makes more than `maxNewPerHour` automatic ones within an hour
 * trips the breaker; it and later ones are held until fewer than `maxNewPerHour` began within the last hour, and are
 * let through then if they are still in force. Operators' bans neither count nor wait. The decision depends on the
 * bans in force alone, so it needs no memory: a ban that ended early no longer counts, which can only let more pass.
 */
export function applyBreaker({ bans, now, maxNewPerHour, standing }: BreakerInput): BreakerDecision {
  const trailing = new TrailingHour(maxNewPerHour);
  const automatic = bans.filter(({ origin }) => origin === 'automatic').sort(byTimeAndKey);
  for (const ban of automatic) trailing.add(ban);
  trailing.moveTo(now);
  const isHeld = (ban: Ban): boolean => trailing.held.has(ban) && !standing.covers(parseCidr(ban.cidr));
  return {
    enforced: bans.filter((ban) => !isHeld(ban)),
    held: bans.filter(isHeld),
    tripped: trailing.tripped,
  };
}

function byTimeAndKey(a: Ban, b: Ban): number {
  return a.bannedAt - b.bannedAt || (a.key < b.key ? -1 : 1);
}

/** Walks through the bans by time and keeps those that began within the last hour. */
class TrailingHour {
  readonly held = new Set<Ban>();
  tripped = false;
  readonly #recent: Ban[] = [];
  #gone = 0;

  constructor(private readonly bound: number) {}

  add(ban: Ban): void {
    this.moveTo(ban.bannedAt);
    this.#recent.push(ban);
    this.tripped ||= this.#recent.length - this.#gone > this.bound;
    if (this.tripped) this.held.add(ban);
  }

  moveTo(time: number): void {
    while ((this.#recent[this.#gone]?.bannedAt ?? Infinity) + TRAILING_SECONDS <= time) this.#gone += 1;
    if (!this.tripped || this.#recent.length - this.#gone >= this.bound) return;
    this.tripped = false;
    this.held.clear();
  }
}
