import type { FilterCandidate, FilterSetPolicy } from './filter-set';

/**
 * What a deployed environment uses, but for the stability bonus, which {@link filterSetPolicyFor} adds. The command
 * `plan` has its own defaults: see its help.
 */
export const defaultFilterSetPolicy: FilterSetPolicy = {
  // The widest that registries hand out to one customer as a matter of course (RFC 6177 for IPv6).
  maxWidth: { 4: 24, 6: 48 },
  stability: 0,
  // A whole unused /24 costs 0.000256: too little to outweigh a probe, enough to prefer the narrower of equals.
  collateralCost: 1e-6,
  // Two neighbours are a coincidence often enough.
  minSources: 3,
  minDensity: 0.01,
};

/** What keeping entries in place may cost all together, as a share of the weight of all candidates. */
const MOST_LOST_TO_STABILITY = 0.01;

/**
 * A bonus σ in proportion to the traffic: at most K entries earn it, so the choice blocks at most one point less of
 * the weight than the best without regard to what is in place. docs/filter-set.md has what that saves in calls.
 */
export function stabilityFor(candidates: readonly FilterCandidate[], slots: number): number {
  const total = candidates.reduce((sum, candidate) => sum + candidate.weight, 0);
  return slots > 0 ? (MOST_LOST_TO_STABILITY * total) / slots : 0;
}

/** What a deployed environment uses to choose among these candidates. */
export function filterSetPolicyFor(candidates: readonly FilterCandidate[], slots: number): FilterSetPolicy {
  return { ...defaultFilterSetPolicy, stability: stabilityFor(candidates, slots) };
}
