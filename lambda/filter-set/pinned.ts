import type { CidrSet } from '../address';
import { type Cidr, cidrsOverlap, compareCidrs } from '../address';
import type { FilterCandidate, FilterSetProblem } from './filter-set';

/**
 * The blocks that operators' bans put into slots before all others, as they were written: at most one for each slot.
 * A block inside another needs no slot; one that overlaps `forbidden` gets none. Where there are more than slots, the
 * heaviest stay (with the bonus of an entry in place), then those in place, then the lower addresses.
 */
export function pinnedEntries(problem: FilterSetProblem, forbidden: CidrSet): Cidr[] {
  const pinned = problem.candidates.filter(({ pinned, cidr }) => pinned && !forbidden.overlaps(cidr));
  if (pinned.length === 0) return [];
  return outermost(pinned)
    .sort(mostImportantFirst(problem))
    .slice(0, problem.slots)
    .map((candidate) => candidate.cidr);
}

/** Leaves out blocks that lie inside others. Address order puts the wider of two nested blocks first. */
function outermost(candidates: readonly FilterCandidate[]): FilterCandidate[] {
  const kept: FilterCandidate[] = [];
  for (const candidate of [...candidates].sort((a, b) => compareCidrs(a.cidr, b.cidr))) {
    const previous = kept.at(-1);
    if (previous === undefined || !cidrsOverlap(previous.cidr, candidate.cidr)) kept.push(candidate);
  }
  return kept;
}

function mostImportantFirst({ current, policy }: FilterSetProblem) {
  const isCurrent = (candidate: FilterCandidate) =>
    Number(current.some((cidr) => compareCidrs(cidr, candidate.cidr) === 0));
  const worth = (candidate: FilterCandidate) => candidate.weight + policy.stability * isCurrent(candidate);
  return (a: FilterCandidate, b: FilterCandidate): number =>
    worth(b) - worth(a) || isCurrent(b) - isCurrent(a) || compareCidrs(a.cidr, b.cidr);
}
