import { type Cidr, cidrsOverlap, compareCidrs } from '../address';
import type { FilterCandidate, FilterEntry, FilterSet, FilterSetProblem } from './filter-set';

/** Chooses what the slots of one family should deny. */
export function chooseFilterSet(problem: FilterSetProblem): FilterSet {
  const order = [...problem.candidates].sort(heaviestFirst(problem.current));
  const entries: FilterEntry[] = [];
  const overflow: FilterCandidate[] = [];
  for (const candidate of order) {
    if (entries.some((entry) => covers(entry.cidr, candidate.cidr))) continue;
    if (entries.length < problem.slots && isAllowed(problem, candidate.cidr, entries)) {
      entries.push(entryFor(candidate.cidr, problem.candidates));
    } else overflow.push(candidate);
  }
  entries.sort((a, b) => compareCidrs(a.cidr, b.cidr));
  return {
    entries,
    overflow: overflow.filter((c) => !entries.some((entry) => covers(entry.cidr, c.cidr))),
    blockedWeight: sum(entries.map((entry) => entry.weight)),
    totalWeight: sum(problem.candidates.map((candidate) => candidate.weight)),
  };
}

function heaviestFirst(current: readonly Cidr[]) {
  const kept = (c: FilterCandidate) => Number(current.some((entry) => compareCidrs(entry, c.cidr) === 0));
  return (a: FilterCandidate, b: FilterCandidate): number =>
    Number(b.pinned) - Number(a.pinned) ||
    b.weight - a.weight ||
    kept(b) - kept(a) ||
    compareCidrs(a.cidr, b.cidr);
}

function isAllowed(problem: FilterSetProblem, cidr: Cidr, entries: readonly FilterEntry[]): boolean {
  return (
    !problem.allowlist.overlaps(cidr) &&
    !problem.legitimate.some((source) => cidrsOverlap(source.cidr, cidr)) &&
    !entries.some((entry) => cidrsOverlap(entry.cidr, cidr))
  );
}

function entryFor(cidr: Cidr, candidates: readonly FilterCandidate[]): FilterEntry {
  const covered = candidates.filter((candidate) => covers(cidr, candidate.cidr));
  return { cidr, weight: sum(covered.map((c) => c.weight)), sources: covered.length, collateral: 0 };
}

function covers(outer: Cidr, inner: Cidr): boolean {
  return outer.family === inner.family && outer.first <= inner.first && inner.last <= outer.last;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
