import { CidrSet, parseCidr } from '../address';
import type { Ban } from '../blacklist/ban';
import type { LegitimateSource } from '../filter-set';
import { subtract } from './ban-target';

/**
 * What no wider entry may cover: the known legitimate sources without what is itself banned. A source that was trusted
 * and is banned all the same was banned by an operator, or after its trust had ended: that is a decision about this
 * very source, and knowing it must not undo it (only the allowlist does, invariant I1). The rest of a /64 of which an
 * operator banned one address keeps its protection.
 * @param bans those to be enforced; one that the breaker holds back takes nobody's protection away
 * @param known keys of the legitimate sources
 */
export function legitimateBesides(bans: readonly Ban[], known: readonly string[]): LegitimateSource[] {
  const banned = CidrSet.parse(bans.map(({ cidr }) => cidr));
  return known.flatMap((key) => subtract(parseCidr(key), banned)).map((cidr) => ({ cidr, cost: Infinity }));
}
