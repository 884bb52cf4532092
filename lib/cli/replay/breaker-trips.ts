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
 * When `maxNewPerHour` would have tripped the breaker.
 * @param bans every ban made, in order of time
 */
export function breakerTrips(bans: readonly Ban[], maxNewPerHour: number): BreakerTrip[] {
  const trips: BreakerTrip[] = [];
  const recent: number[] = [];
  let open: { at: number; held: number } | undefined;
  for (const { bannedAt } of bans) {
    let last = 0;
    while ((recent[0] ?? Infinity) + HOUR_SECONDS <= bannedAt) {
      last = recent.shift() ?? 0;
      if (open !== undefined && recent.length < maxNewPerHour) {
        trips.push({ ...open, until: last + HOUR_SECONDS });
        open = undefined;
      }
    }
    recent.push(bannedAt);
    if (open === undefined && recent.length > maxNewPerHour) open = { at: bannedAt, held: 0 };
    if (open !== undefined) open.held += 1;
  }
  return open === undefined ? trips : [...trips, { ...open, until: Infinity }];
}
