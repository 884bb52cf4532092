import { type Cidr, CidrSet, type IpFamily, cidrOf, compareCidrs } from '../address';
import type { FilterEntry, FilterSet, FilterSetProblem, LegitimateSource } from './filter-set';
import { type CandidateItems, candidatesInside, itemsOf } from './items';
import { applyLimits } from './limits';
import { optimise } from './optimise';
import { uncovered } from './overflow';
import { pinnedEntries } from './pinned';
import { type PrefixTree, buildTree } from './prefix-tree';
import { PrefixValue } from './prefix-value';
import { pruned } from './prune';
import { readRecords } from './records';
import { beginScratch } from './scratch';
import { chosenNodes } from './traceback';
import { TreeWalk } from './tree-walk';
import { UNIT_BITS, readKey } from './units';
import { validateProblem } from './validate';

/** About what records, items, orders and networks take for each candidate; what is not used stays untouched. */
const BYTES_PER_RECORD: Readonly<Record<IpFamily, number>> = { 4: 75, 6: 99 };

/**
 * Chooses what the slots of one family should deny: of all sets of at most K disjoint prefixes one that maximises
 * Σ weight − Σ cost − c0 · collateral + σ · kept entries. Exact, O(N log N + N·K), and the same for the same input.
 * @throws FilterSetError for a number out of bounds
 */
export function chooseFilterSet(problem: FilterSetProblem): FilterSet {
  validateProblem(problem);
  beginScratch(BYTES_PER_RECORD[problem.family] * (problem.candidates.length + problem.current.length + 16));
  const { never, priced } = splitLegitimate(problem.legitimate);
  const forbidden = problem.allowlist.union(CidrSet.of(never));
  const legitimate = priced.map((source) => source.cidr);
  const items = itemsOf(readRecords(problem, forbidden.union(CidrSet.of(legitimate))));
  const pinned = pinnedEntries(problem, forbidden);
  const slots = Math.min(problem.slots - pinned.length, items.count);
  // An operator's entry stands as it was written, and entries are disjoint, so the others keep away from it.
  const untouchable = [...forbidden.cidrs().filter(({ family }) => family === problem.family), ...pinned];
  const tree = buildTree(
    pruned(items, problem, slots, [...untouchable, ...legitimate]),
    UNIT_BITS[problem.family],
  );
  const value = new PrefixValue(tree, applyLimits(tree, untouchable, priced), problem);
  const optimal = slots === 0 ? [] : chosenNodes(tree, optimise(tree, slots, value), slots);
  const nodes = [...optimal, ...nodesOf(tree, pinned)].sort((a, b) => a - b);
  return filterSet(problem, items, tree, nodes, value);
}

/** Sources never to cover, and those that have a price, in an order that does not depend on the input's. */
function splitLegitimate(sources: readonly LegitimateSource[]): {
  never: Cidr[];
  priced: LegitimateSource[];
} {
  const priced = sources.filter(({ cost }) => cost < Infinity);
  priced.sort((a, b) => compareCidrs(a.cidr, b.cidr) || a.cost - b.cost);
  return { never: sources.filter(({ cost }) => cost === Infinity).map(({ cidr }) => cidr), priced };
}

function nodesOf(tree: PrefixTree, cidrs: readonly Cidr[]): number[] {
  const walk = new TreeWalk(tree);
  return cidrs.map((cidr) => {
    walk.to(cidr);
    return walk.inner;
  });
}

/** @param nodes in address order */
function filterSet(
  problem: FilterSetProblem,
  items: CandidateItems,
  tree: PrefixTree,
  nodes: readonly number[],
  value: PrefixValue,
): FilterSet {
  const entries = nodes.map((node): FilterEntry => {
    const cidr = cidrAt(problem.family, tree, node);
    return {
      cidr,
      weight: tree.weight[node] as number,
      sources: candidatesInside(items, cidr),
      collateral: value.collateral(node),
    };
  });
  return {
    entries,
    overflow: uncovered(problem.candidates, items, entries),
    blockedWeight: entries.reduce((sum, entry) => sum + entry.weight, 0),
    totalWeight: items.weight.reduce((sum, weight) => sum + weight, 0),
  };
}

function cidrAt(family: IpFamily, tree: PrefixTree, node: number): Cidr {
  const value = readKey(tree.items.words, tree.firstItem[node] as number);
  return cidrOf({ family, value }, tree.length[node] as number);
}
