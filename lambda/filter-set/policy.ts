import type { FilterSetPolicy } from './filter-set';

/** What a deployed environment uses. The command `plan` has its own defaults: see its help. */
export const defaultFilterSetPolicy: FilterSetPolicy = {
  // The widest that registries hand out to one customer as a matter of course (RFC 6177 for IPv6).
  maxWidth: { 4: 24, 6: 48 },
  // One decayed probe packet: an entry is not worth a call for less than one probe more.
  stability: 1,
  // A whole unused /24 costs 0.000256: too little to outweigh a probe, enough to prefer the narrower of equals.
  collateralCost: 1e-6,
  // Two neighbours are a coincidence often enough.
  minSources: 3,
  minDensity: 0.01,
};
