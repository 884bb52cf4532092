import { ADDRESS_BITS, type Cidr, type CidrSet, cidrOf, parseCidr } from '../address';
import type { Ban } from '../blacklist/ban';
import { provenOffences } from '../blacklist/ban-policy';
import { decayWeight } from '../detection/weight';
import type { FilterCandidate } from '../filter-set';

/** A ban in force as something to deny: without what the allowlist keeps open (invariant I1). */
export interface BanTarget {
  readonly ban: Ban;
  /** What a list without limits would deny for it: the ban's CIDR minus the allowlist. Empty if nothing is left. */
  readonly pieces: readonly Cidr[];
  /** What to find a slot for: fewer blocks, because slots are few. Empty if nothing is left. */
  readonly candidates: readonly FilterCandidate[];
  /** Decayed packets as of now, more for a source that keeps coming back ({@link returnFactor}); > 0. */
  readonly weight: number;
}

/** A choice needs positive weights; a ban that weighs nothing any more is still worth an empty slot. */
const LEAST_WEIGHT = 1e-6;

/**
 * What each ban denies now.
 * @param now epoch seconds, to which weights are decayed
 */
export function banTargets(bans: readonly Ban[], now: number, allowlist: CidrSet): BanTarget[] {
  return bans.map((ban) => {
    const pieces = subtract(parseCidr(ban.cidr), allowlist);
    const packets = decayWeight(ban.weight, ban.weightAt, now);
    const weight = Math.max(LEAST_WEIGHT, packets * returnFactor(provenOffences(ban)));
    const slotted = slottedPieces(ban, pieces, allowlist);
    const candidates = slotted.map((cidr) => ({
      cidr,
      weight: weight / slotted.length,
      forgeable: ban.forgeable,
      pinned: ban.origin === 'operator',
    }));
    return { ban, pieces, candidates, weight };
  });
}

/**
 * How much more a packet of a repeat offender counts: 1 for a first offence, then 4/3, 3/2 … below 2. A source
 * that came back after each of n bans is to be expected again with probability (n + 1) / (n + 2) (rule of succession,
 * Laplace 1774), a first offender with 1/2. An entry is worth what it will block, so weights are in that proportion.
 * Only offences that cannot be forged count, as for the length of a ban.
 */
export function returnFactor(provenOffences: number): number {
  const before = Math.max(0, provenOffences - 1);
  return (2 * (before + 1)) / (before + 2);
}

/** A /64 with a hole takes up to 64 slots, so of an automatic ban only the address seen; an operator means the block. */
function slottedPieces(ban: Ban, pieces: readonly Cidr[], allowlist: CidrSet): readonly Cidr[] {
  if (pieces.length < 2 || ban.origin === 'operator') return pieces;
  const source = parseCidr(ban.source, { hostBits: 'mask' });
  const address = cidrOf({ family: source.family, value: source.first }, ADDRESS_BITS[source.family]);
  return allowlist.overlaps(address) ? [] : [address];
}

/** The fewest blocks that cover the block without the holes, in address order. */
export function subtract(cidr: Cidr, holes: CidrSet): Cidr[] {
  if (!holes.overlaps(cidr)) return [cidr];
  if (holes.covers(cidr)) return [];
  return halves(cidr).flatMap((half) => subtract(half, holes));
}

/** The two halves of a block wider than one address. */
export function halves({ family, first, last, prefixLength }: Cidr): [Cidr, Cidr] {
  const middle = first + (last - first + 1n) / 2n;
  return [
    cidrOf({ family, value: first }, prefixLength + 1),
    cidrOf({ family, value: middle }, prefixLength + 1),
  ];
}
