import type { Ban } from '../../../lambda/blacklist/ban';

/** A time in which more new bans were decided than the breaker lets through (invariant I10). Epoch seconds. */
export interface BreakerTrip {
  /** When the ban too many was decided. */
  readonly at: number;
  /** When the trailing hour was below the bound again; Infinity where the log ends before. */
  readonly until: number;
  /** Bans that would have been recorded but not enforced meanwhile. */
  readonly held: number;
}

const HOUR_SECONDS = 3600;

/**
 * When `maxNewPerHour` would have tripped the breaker, as the enforcer counts.
 * @param bans every ban made, in order of time
 * @param end end of the log, epoch seconds
 */
export function breakerTrips(bans: readonly Ban[], maxNewPerHour: number, end: number): BreakerTrip[] {
  const breaker = new TrailingHour(maxNewPerHour);
  for (const { bannedAt } of bans) breaker.add(bannedAt);
  return breaker.tripsUntil(end);
}

/** Walks through the bans and keeps the times of those within the last hour. */
class TrailingHour {
  readonly #trips: BreakerTrip[] = [];
  readonly #recent: number[] = [];
  #open: { at: number; held: number } | undefined;

  constructor(private readonly bound: number) {}

  add(bannedAt: number): void {
    this.#moveTo(bannedAt);
    this.#recent.push(bannedAt);
    if (this.#recent.length > this.bound) this.#open ??= { at: bannedAt, held: 0 };
    if (this.#open !== undefined) this.#open.held += 1;
  }

  tripsUntil(end: number): BreakerTrip[] {
    this.#moveTo(end);
    return this.#open === undefined ? this.#trips : [...this.#trips, { ...this.#open, until: Infinity }];
  }

  #moveTo(time: number): void {
    for (let [oldest] = this.#recent; oldest !== undefined; [oldest] = this.#recent) {
      const leaves = oldest + HOUR_SECONDS;
      if (leaves > time) return;
      this.#recent.shift();
      if (this.#open === undefined || this.#recent.length >= this.bound) continue;
      this.#trips.push({ ...this.#open, until: leaves });
      this.#open = undefined;
    }
  }
}
