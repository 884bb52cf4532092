import { type Cidr, CidrSet, type IpFamily, cidrOf, compareCidrs } from '../address';
import type { FilterEntry, FilterSet, FilterSetProblem, LegitimateSource } from './filter-set';
import { candidatesBetween, packItems } from './items';
import { applyLimits } from './limits';
import { optimise } from './optimise';
import { uncovered } from './overflow';
import { pinnedEntries } from './pinned';
import { PrefixValue } from './prefix-value';
import { type PrefixTree, buildTree } from './prefix-tree';
import { chosenNodes } from './traceback';
import { TreeWalk } from './tree-walk';
import { UNIT_BITS, readKey } from './units';
import { validateProblem } from './validate';

/**
 * Chooses what the slots of one family should deny: of all sets of at most K disjoint prefixes one that maximises
 * Σ weight − Σ cost − c0 · collateral + σ · kept entries. Exact, O(N log N + N·K), and the same for the same input.
 * @throws FilterSetError for a number out of bounds
 */
export function chooseFilterSet(problem: FilterSetProblem): FilterSet {
  validateProblem(problem);
  const { never, priced } = splitLegitimate(problem.legitimate);
  const forbidden = problem.allowlist.union(CidrSet.of(never));
  const items = packItems(problem, forbidden.union(CidrSet.of(priced.map((source) => source.cidr))));
  const tree = buildTree(items, UNIT_BITS[problem.family]);
  const pinned = pinnedEntries(problem, forbidden);
  // An operator's entry stands as it was written, and entries are disjoint, so the others keep away from it.
  const around = applyLimits(
    tree,
    [...forbidden.cidrs().filter(({ family }) => family === problem.family), ...pinned],
    priced,
  );
  const value = new PrefixValue(tree, around, problem);
  const slots = Math.min(problem.slots - pinned.length, items.count);
  const optimal = slots === 0 ? [] : chosenNodes(tree, optimise(tree, slots, value), slots);
  const nodes = [...optimal, ...nodesOf(tree, pinned)].sort((a, b) => a - b);
  return filterSet(problem, tree, nodes, value);
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
  tree: PrefixTree,
  nodes: number[],
  value: PrefixValue,
): FilterSet {
  const entries = nodes.map((node) => entryOf(problem.family, tree, node, value));
  return {
    entries,
    overflow: uncovered(problem.candidates, tree, nodes),
    blockedWeight: entries.reduce((sum, entry) => sum + entry.weight, 0),
    totalWeight: tree.weight[tree.count - 1] ?? 0,
  };
}

function entryOf(family: IpFamily, tree: PrefixTree, node: number, value: PrefixValue): FilterEntry {
  const { items } = tree;
  const firstItem = tree.firstItem[node] as number;
  return {
    cidr: cidrOf({ family, value: readKey(items.words, firstItem) }, tree.length[node] as number),
    weight: tree.weight[node] as number,
    sources: candidatesBetween(items, firstItem, tree.endItem[node] as number),
    collateral: value.collateral(node),
  };
}
