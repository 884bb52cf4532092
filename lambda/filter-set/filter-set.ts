import type { Cidr, CidrSet, IpFamily } from '../address';

/**
 * Largest weight, cost and bonus: a million of them still add up to a number, and so does what they outweigh.
 */
export const MOST_WORTH = 1e300;

/** One thing to block: a banned source with what blocking it is worth. */
export interface FilterCandidate {
  /**
   * What has to be covered: an IPv4 address, an IPv6 /64 or address, or a block. An IPv6 address stands for its /64,
   * which its holder has all of; but where that /64 touches the allowlist or a legitimate source, only for itself. So
   * give the address where it is known: a /64 that must not be covered cannot be split without it.
   */
  readonly cidr: Cidr;
  /** What blocking it is worth: decayed probe packets, 0 to {@link MOST_WORTH}. */
  readonly weight: number;
  /** Whether its evidence could be forged: such a source never helps to justify a wider prefix. */
  readonly forgeable: boolean;
  /** An operator's ban: takes a slot before all others. */
  readonly pinned: boolean;
}

/** A source that is known to be legitimate. */
export interface LegitimateSource {
  readonly cidr: Cidr;
  /** What blocking it would cost, in the unit of weights, 0 to {@link MOST_WORTH}; Infinity (the default) for "never". */
  readonly cost: number;
}

/** Input of {@link chooseFilterSet}: one family at a time. */
export interface FilterSetProblem {
  readonly family: IpFamily;
  /** Most entries to choose (K). */
  readonly slots: number;
  readonly candidates: readonly FilterCandidate[];
  readonly legitimate: readonly LegitimateSource[];
  /** Never covered, not even in part. */
  readonly allowlist: CidrSet;
  /** What the slots hold now: kept where that is as good (stability). */
  readonly current: readonly Cidr[];
  readonly policy: FilterSetPolicy;
}

/** Numbers the choice depends on. Objective: Σ weight − Σ cost − c0 · other addresses + σ · kept entries. */
export interface FilterSetPolicy {
  /** Widest prefix allowed, bits: 24 for IPv4 and 48 for IPv6 by default. */
  readonly maxWidth: Readonly<Record<IpFamily, number>>;
  /** Bonus of an entry that is in place already (σ), in the unit of weights. */
  readonly stability: number;
  /** Cost of each covered address (/64 for IPv6) that is neither banned nor known (c0). */
  readonly collateralCost: number;
  /** A wider prefix needs at least so many banned sources whose evidence is not forgeable. */
  readonly minSources: number;
  /** … and at least this share of its addresses (/64s) banned. */
  readonly minDensity: number;
}

/** An entry of the filter set: what one slot should deny. */
export interface FilterEntry {
  readonly cidr: Cidr;
  /** Weight of the candidates it covers. */
  readonly weight: number;
  /** Number of candidates it covers. */
  readonly sources: number;
  /** Addresses (/64s) covered that are neither banned nor known. */
  readonly collateral: number;
}

/** The choice: disjoint entries in address order, and the candidates that no entry covers, heaviest first. */
export interface FilterSet {
  readonly entries: readonly FilterEntry[];
  readonly overflow: readonly FilterCandidate[];
  readonly blockedWeight: number;
  readonly totalWeight: number;
}
