import { type Cidr, cidrsOverlap, compareCidrs, formatCidr } from '../../lambda/address';
import type { FilterSet, FilterSetProblem } from '../../lambda/filter-set';
import { bestWorth, keyOf, pinnedOf, valueOf } from './oracle';

/** Says what is wrong with a solution, or undefined where nothing is. */
export function mismatch(problem: FilterSetProblem, solution: FilterSet): string | undefined {
  const { entries } = solution;
  if (entries.length > problem.slots) return `${entries.length} entries in ${problem.slots} slots`;
  if (entries.some((a, i) => entries.some((b, j) => i < j && cidrsOverlap(a.cidr, b.cidr))))
    return 'entries overlap';
  if (entries.some((a, i) => i > 0 && compareCidrs(entries[i - 1]?.cidr as Cidr, a.cidr) >= 0))
    return 'not in order';
  return wrongEntry(problem, solution) ?? wrongChoice(problem, solution) ?? wrongOverflow(problem, solution);
}

function wrongEntry(problem: FilterSetProblem, { entries }: FilterSet): string | undefined {
  for (const entry of entries) {
    const { weight, sources, collateral } = valueOf(problem, entry.cidr);
    if (weight === entry.weight && sources === entry.sources && collateral === entry.collateral) continue;
    return `${formatCidr(entry.cidr)} covers ${weight} of ${sources} sources and ${collateral} others`;
  }
  return undefined;
}

function wrongChoice(problem: FilterSetProblem, { entries }: FilterSet): string | undefined {
  const texts = entries.map((entry) => formatCidr(entry.cidr));
  const pinned = pinnedOf(problem).map(formatCidr);
  const missing = pinned.filter((text) => !texts.includes(text));
  if (missing.length > 0) return `pinned ${missing.join(' ')} left out`;
  const chosen = entries.filter((entry) => !pinned.includes(formatCidr(entry.cidr)));
  const valued = chosen.map((entry) => valueOf(problem, entry.cidr));
  const sum = (of: (v: (typeof valued)[number]) => number) => valued.reduce((total, v) => total + of(v), 0);
  const worth = { objective: sum((v) => v.value), kept: sum((v) => v.kept), entries: chosen.length };
  const best = JSON.stringify(bestWorth(problem));
  return JSON.stringify(worth) === best ? undefined : `got ${JSON.stringify(worth)}, best is ${best}`;
}

function wrongOverflow(problem: FilterSetProblem, solution: FilterSet): string | undefined {
  const left = problem.candidates.filter((candidate) => {
    const key = keyOf(problem, candidate);
    return !solution.entries.some(({ cidr }) => cidr.first <= key.first && key.last <= cidr.last);
  });
  if (left.length !== solution.overflow.length || left.some((c) => !solution.overflow.includes(c)))
    return 'overflow';
  if (solution.overflow.some((c, i) => i > 0 && c.weight > (solution.overflow[i - 1]?.weight ?? 0))) {
    return 'overflow out of order';
  }
  const total = problem.candidates.reduce((sum, candidate) => sum + candidate.weight, 0);
  const blocked = total - left.reduce((sum, candidate) => sum + candidate.weight, 0);
  return blocked === solution.blockedWeight && total === solution.totalWeight ? undefined : 'weights';
}

/** A problem as text, to read in a failure. */
export function describeProblem(problem: FilterSetProblem): string {
  return JSON.stringify(
    { ...problem, allowlist: problem.allowlist.toStrings() },
    (_, value: unknown) => (isCidr(value) ? formatCidr(value) : value === Infinity ? 'Infinity' : value),
    1,
  );
}

function isCidr(value: unknown): value is Cidr {
  return typeof value === 'object' && value !== null && 'prefixLength' in value;
}
