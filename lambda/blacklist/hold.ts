import { cidrsOverlap, parseCidr } from '../address';
import type { Ban } from './ban';

/**
 * An operator's word that detection bans nobody inside a CIDR for a time: what keeps an unbanned source from being
 * banned again by what it goes on doing. Times are epoch seconds.
 */
export interface Hold {
  /** Canonical CIDR text. */
  readonly cidr: string;
  readonly at: number;
  /** Held until before this time. */
  readonly until: number;
  readonly by: string;
  readonly because: string;
}

/**
 * The hold that keeps an automatic ban from being made, if any. Event time decides, so that a retry decides the same:
 * the ban would begin before the hold ends, and would not be over before the hold was given (a backfill may still
 * write down what was long before it).
 */
export function holdAgainst(
  ban: Pick<Ban, 'cidr' | 'bannedAt' | 'expiresAt'>,
  holds: readonly Hold[],
): Hold | undefined {
  if (holds.length === 0) return undefined;
  const banned = parseCidr(ban.cidr);
  return holds.find(
    ({ cidr, at, until }) =>
      ban.bannedAt < until && ban.expiresAt > at && cidrsOverlap(parseCidr(cidr), banned),
  );
}
