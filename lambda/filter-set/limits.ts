import { type Cidr, CidrSet, cidrOf } from '../address';
import type { LegitimateSource } from './filter-set';
import { Flag, type PrefixTree } from './prefix-tree';
import { TreeWalk } from './tree-walk';
import { unitsOf } from './units';

/** What the tree's prefixes touch besides banned sources. Empty arrays where nothing legitimate has a price. */
export interface Surroundings {
  /** By node: cost of the legitimate sources that its prefix touches. */
  readonly cost: Float64Array;
  /** By node: units that are known to be legitimate and not banned. */
  readonly legitimateUnits: Float64Array;
}

/**
 * Marks every node whose prefix shares an address with `forbidden`, charges the legitimate sources that have a price,
 * and marks what lies inside blocks. Costs a walk from the root for each block given and one pass over the nodes.
 */
export function applyLimits(
  tree: PrefixTree,
  forbidden: readonly Cidr[],
  priced: readonly LegitimateSource[],
): Surroundings {
  const walk = new TreeWalk(tree);
  for (const cidr of forbidden) {
    walk.to(cidr);
    walk.outer.forEach((node) => setFlag(tree, node, Flag.forbidden));
    if (walk.inner >= 0) setFlag(tree, walk.inner, Flag.insideForbidden);
  }
  const size = priced.length > 0 ? tree.count : 0;
  const around = { cost: new Float64Array(size), legitimateUnits: new Float64Array(size) };
  const inherited = charge(walk, around, priced);
  countKnown(walk, around, priced);
  spreadDown(tree, around, inherited);
  return around;
}

/** Charges every node that touches a priced source. @returns by node, cost that all nodes below it share */
function charge(walk: TreeWalk, around: Surroundings, priced: readonly LegitimateSource[]): Float64Array {
  const inherited = new Float64Array(around.cost.length);
  for (const { cidr, cost } of priced) {
    walk.to(cidr);
    walk.outer.forEach((node) => add(around.cost, node, cost));
    if (walk.inner >= 0) add(inherited, walk.inner, cost);
  }
  return inherited;
}

/** Counts units that hold a priced source and no banned one, each once. */
function countKnown(walk: TreeWalk, around: Surroundings, priced: readonly LegitimateSource[]): void {
  const { tree } = walk;
  const units = priced.map(({ cidr }) =>
    cidrOf({ family: cidr.family, value: cidr.first }, Math.min(cidr.prefixLength, tree.unitBits)),
  );
  for (const cidr of CidrSet.of(units).cidrs()) {
    walk.to(cidr);
    if (walk.inner >= 0) setFlag(tree, walk.inner, Flag.known);
    if (walk.outer.some((node) => hasFlag(tree, node, Flag.own))) continue;
    const banned = walk.inner >= 0 ? (tree.units[walk.inner] ?? 0) : 0;
    const others = unitsOf(cidr.prefixLength, tree.unitBits) - banned;
    walk.outer.forEach((node) => add(around.legitimateUnits, node, others));
  }
}

const INHERITED = Flag.known | Flag.banned | Flag.insideForbidden;

/** Parents come after their children, so one pass from the last node to the first reaches everything. */
function spreadDown(tree: PrefixTree, around: Surroundings, inherited: Float64Array): void {
  const priced = inherited.length > 0;
  for (let node = tree.count - 1; node >= 0; node--) {
    const flags = tree.flags[node] as number;
    if ((flags & Flag.insideForbidden) !== 0) setFlag(tree, node, Flag.forbidden);
    const passed = (flags & INHERITED) | belowBlock(tree, node, flags);
    const cost = priced ? (inherited[node] as number) : 0;
    if (passed === 0 && cost === 0) continue;
    if (cost > 0) add(around.cost, node, cost);
    for (const child of childrenOf(tree, node)) {
      setFlag(tree, child, passed);
      if (cost > 0) add(inherited, child, cost);
    }
  }
}

function childrenOf(tree: PrefixTree, node: number): number[] {
  const children = tree.children[node] as number;
  if (children === 0) return [];
  return children === 1 ? [node - 1] : [tree.left[node] as number, node - 1];
}

/** What everything below a candidate's own block is by that. */
function belowBlock(tree: PrefixTree, node: number, flags: number): number {
  if ((flags & Flag.own) === 0) return 0;
  const strong = tree.strongUnits[node] === unitsOf(tree.length[node] as number, tree.unitBits);
  return strong ? Flag.known | Flag.banned : Flag.known;
}

function add(array: Float64Array, at: number, value: number): void {
  array[at] = (array[at] as number) + value;
}

function hasFlag(tree: PrefixTree, node: number, flag: number): boolean {
  return ((tree.flags[node] as number) & flag) !== 0;
}

function setFlag(tree: PrefixTree, node: number, flag: number): void {
  tree.flags[node] = (tree.flags[node] as number) | flag;
}
