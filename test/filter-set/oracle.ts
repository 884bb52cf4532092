import { type Cidr, cidrOf, cidrsOverlap, compareCidrs, formatCidr } from '../../lambda/address';
import type { FilterCandidate, FilterSetProblem } from '../../lambda/filter-set';

/**
 * The filter set by definition: every prefix that holds a banned source is valued as docs/filter-set.md says, and
 * every set of at most K disjoint ones is tried. Slow, obvious, and without a line in common with the optimiser.
 */

/** What a set of entries is worth. Sets are compared by objective, then kept entries, then fewer entries. */
export interface Worth {
  readonly objective: number;
  readonly kept: number;
  readonly entries: number;
}

export interface Valued {
  readonly cidr: Cidr;
  /** v(p) + σ if it is in place; −Infinity where a rule forbids it. */
  readonly value: number;
  readonly kept: number;
  readonly weight: number;
  readonly sources: number;
  readonly collateral: number;
}

const unitBits = (family: 4 | 6): number => (family === 4 ? 32 : 64);
const bits = (family: 4 | 6): number => (family === 4 ? 32 : 128);
const inside = (outer: Cidr, inner: Cidr): boolean => outer.first <= inner.first && inner.last <= outer.last;
const widenedTo = (cidr: Cidr, length: number): Cidr =>
  cidrOf({ family: cidr.family, value: cidr.first }, Math.min(cidr.prefixLength, length));

/** The units (addresses, or /64s) that a block covers or touches, by number. */
function unitsIn(cidr: Cidr): bigint[] {
  const shift = BigInt(bits(cidr.family) - unitBits(cidr.family));
  const units: bigint[] = [];
  for (let unit = cidr.first >> shift; unit <= cidr.last >> shift; unit++) units.push(unit);
  return units;
}

/** What a candidate is keyed by: a /64 stands for its addresses unless something in it must be spared. */
export function keyOf(problem: FilterSetProblem, { cidr, pinned }: FilterCandidate): Cidr {
  const unit = widenedTo(cidr, unitBits(cidr.family));
  const spared =
    problem.allowlist.overlaps(unit) || problem.legitimate.some((l) => cidrsOverlap(l.cidr, unit));
  return pinned || spared ? cidr : unit;
}

export function valueOf(problem: FilterSetProblem, cidr: Cidr): Valued {
  const { policy, family } = problem;
  const keyed = problem.candidates.map((candidate) => ({ ...candidate, cidr: keyOf(problem, candidate) }));
  const covered = keyed.filter((candidate) => inside(cidr, candidate.cidr));
  const touched = problem.legitimate.filter((source) => cidrsOverlap(source.cidr, cidr));
  const overlapping = keyed.filter((candidate) => cidrsOverlap(candidate.cidr, cidr));
  const banned = new Set(overlapping.flatMap((candidate) => unitsIn(candidate.cidr)));
  const strong = new Set(overlapping.filter((c) => !c.forgeable).flatMap((c) => unitsIn(c.cidr)));
  const known = new Set(touched.flatMap((source) => unitsIn(source.cidr)));
  const units = unitsIn(cidr);
  const wide = cidr.prefixLength < unitBits(family);
  const strongSources = new Set(
    covered.filter((c) => !c.forgeable).map((c) => formatCidr(widenedTo(c.cidr, unitBits(family)))),
  );
  const density = units.filter((unit) => strong.has(unit)).length / units.length;
  const dense = strongSources.size >= policy.minSources && density >= policy.minDensity;
  const asked = covered.some((candidate) => compareCidrs(candidate.cidr, cidr) === 0);
  const allowed =
    covered.length > 0 &&
    !problem.allowlist.overlaps(cidr) &&
    touched.every((source) => source.cost < Infinity) &&
    cidr.prefixLength >= policy.maxWidth[family] &&
    (!wide || dense || asked);
  const collateral = units.filter((unit) => !banned.has(unit) && !known.has(unit)).length;
  const weight = covered.reduce((sum, c) => sum + c.weight, 0);
  const cost = touched.reduce((sum, source) => sum + source.cost, 0);
  const kept = problem.current.some((entry) => compareCidrs(entry, cidr) === 0) ? 1 : 0;
  const worth = weight - cost - policy.collateralCost * collateral + policy.stability * kept;
  return { cidr, value: allowed ? worth : -Infinity, kept, weight, sources: covered.length, collateral };
}

/** Operators' blocks that take slots before the rest. */
export function pinnedOf(problem: FilterSetProblem): Cidr[] {
  const isCurrent = (c: FilterCandidate) =>
    problem.current.some((entry) => compareCidrs(entry, c.cidr) === 0) ? 1 : 0;
  const worth = (c: FilterCandidate) => c.weight + problem.policy.stability * isCurrent(c);
  const allowed = problem.candidates.filter(
    (c) =>
      c.pinned &&
      !problem.allowlist.overlaps(c.cidr) &&
      !problem.legitimate.some((l) => l.cost === Infinity && cidrsOverlap(l.cidr, c.cidr)),
  );
  return allowed
    .filter((c, i) =>
      allowed.every((o, j) => i === j || !inside(o.cidr, c.cidr) || (inside(c.cidr, o.cidr) && i < j)),
    )
    .sort((a, b) => worth(b) - worth(a) || isCurrent(b) - isCurrent(a) || compareCidrs(a.cidr, b.cidr))
    .slice(0, problem.slots)
    .map((c) => c.cidr);
}

/** The best worth of any set, without the pinned entries. */
export function bestWorth(problem: FilterSetProblem): Worth {
  const pinned = pinnedOf(problem);
  const useful = prefixesOf(problem)
    .filter((cidr) => !pinned.some((entry) => cidrsOverlap(entry, cidr)))
    .map((cidr) => valueOf(problem, cidr))
    .filter(({ value }) => value > 0);
  let best: Worth = { objective: 0, kept: 0, entries: 0 };
  const tryAll = (from: number, left: number, chosen: readonly Valued[], worth: Worth): void => {
    if (isBetter(worth, best)) best = worth;
    for (let i = from; left > 0 && i < useful.length; i++) {
      const next = useful[i] as Valued;
      if (chosen.some(({ cidr }) => cidrsOverlap(cidr, next.cidr))) continue;
      tryAll(i + 1, left - 1, [...chosen, next], {
        objective: worth.objective + next.value,
        kept: worth.kept + next.kept,
        entries: worth.entries + 1,
      });
    }
  };
  tryAll(0, problem.slots - pinned.length, [], best);
  return best;
}

function isBetter(a: Worth, b: Worth): boolean {
  if (a.objective !== b.objective) return a.objective > b.objective;
  return a.kept === b.kept ? a.entries < b.entries : a.kept > b.kept;
}

/**
 * Every prefix of the lengths that tell something apart: instances keep the 62 bits between a /64 and its last two
 * bits at zero, so lengths from 65 to 125 all mean what /126 means unless one of them is in place.
 */
function prefixesOf(problem: FilterSetProblem): Cidr[] {
  const lengths = new Set(problem.current.map((cidr) => cidr.prefixLength));
  for (let l = 0; l <= bits(problem.family); l++) if (l <= 64 || l >= 126) lengths.add(l);
  const prefixes = new Map<string, Cidr>();
  for (const { cidr } of problem.candidates) {
    for (const length of lengths) {
      if (length < problem.policy.maxWidth[problem.family]) continue;
      const prefix = cidrOf({ family: cidr.family, value: cidr.first }, length);
      prefixes.set(formatCidr(prefix), prefix);
    }
  }
  return [...prefixes.values()];
}
