import type { Items } from './items';
import { commonPrefix, unitsOf } from './units';

/** Bits of {@link PrefixTree.flags}. */
export const Flag = {
  /** The prefix is in the slots now. */
  current: 1,
  /** The prefix is a candidate's own: nothing was widened to get it. */
  own: 2,
  /** The prefix shares an address with what must not be covered. */
  forbidden: 4,
  /** The prefix lies inside a candidate's block or a legitimate one: no address of it is collateral. */
  known: 8,
  /** The prefix lies inside a candidate's block whose evidence could not be forged: all of it is banned. */
  banned: 16,
  /** The prefix lies inside what must not be covered. */
  insideForbidden: 32,
} as const;

/**
 * Compressed binary (Patricia) tree over items. One node per item and one wherever two items part; nodes are numbered
 * in post-order, so children come before their parent, the last child is the node just before it, and the root is last.
 */
export interface PrefixTree {
  readonly count: number;
  readonly items: Items;
  readonly unitBits: number;
  /** Prefix length in bits. */
  readonly length: Uint8Array;
  /** First item below or at the node: its address, cut to the length, is the node's prefix. */
  readonly firstItem: Int32Array;
  /** The item after the last one below the node. */
  readonly endItem: Int32Array;
  /** 0, 1 or 2. */
  readonly children: Uint8Array;
  /** The first of two children, which has the lower addresses; the second or only one is the node just before. */
  readonly left: Int32Array;
  /** Weight of the candidates covered. */
  readonly weight: Float64Array;
  /** Units banned: addresses, or /64s. */
  readonly units: Float64Array;
  /** Units banned on evidence that could not be forged. */
  readonly strongUnits: Float64Array;
  /** Sources banned on such evidence; a block counts as one. */
  readonly strongSources: Int32Array;
  /** {@link Flag}s. */
  readonly flags: Uint8Array;
}

/** Nodes that are not closed yet: the path from the root to the item read last, at most one per bit. */
interface OpenNodes {
  depth: number;
  readonly length: Int32Array;
  /** The node's item, or −1 where two items part. */
  readonly item: Int32Array;
  readonly firstItem: Int32Array;
  readonly children: Int32Array;
  readonly left: Int32Array;
}

/** Builds the tree in one pass over the items in O(N), without recursion. */
export function buildTree(items: Items, unitBits: number): PrefixTree {
  const tree = emptyTree(items, unitBits);
  const open = emptyPath();
  let count = 0;
  for (let item = 0; item < items.count; item++) {
    const length = items.length[item] as number;
    if (item > 0) {
      const previous = Math.min(items.length[item - 1] as number, length);
      const shared = Math.min(previous, commonPrefix(items.words, item - 1, items.words, item));
      count = closeDeeperThan(shared, tree, open, count, item);
    }
    push(open, length, item, item);
  }
  if (items.count > 0) count = closeDeeperThan(-1, tree, open, count, items.count);
  return { ...tree, count };
}

/** Closes nodes longer than `shared`, and opens one of that length where none is there to take them. */
function closeDeeperThan(
  shared: number,
  tree: PrefixTree,
  open: OpenNodes,
  count: number,
  end: number,
): number {
  while (open.depth > 0 && (open.length[open.depth - 1] as number) > shared) {
    const top = --open.depth;
    const firstItem = open.firstItem[top] as number;
    close(tree, open, top, count, end);
    const above = open.depth > 0 ? (open.length[open.depth - 1] as number) : -1;
    if (above < shared) push(open, shared, -1, firstItem);
    adopt(open, count++);
  }
  return count;
}

function push(open: OpenNodes, length: number, item: number, firstItem: number): void {
  const top = open.depth++;
  open.length[top] = length;
  open.item[top] = item;
  open.firstItem[top] = firstItem;
  open.children[top] = 0;
  open.left[top] = -1;
}

/** Makes a closed node a child of the one on top. */
function adopt(open: OpenNodes, node: number): void {
  if (open.depth === 0) return;
  const top = open.depth - 1;
  if (open.children[top] === 0) open.left[top] = node;
  open.children[top] = (open.children[top] as number) + 1;
}

function close(tree: PrefixTree, open: OpenNodes, top: number, node: number, end: number): void {
  tree.length[node] = open.length[top] as number;
  tree.firstItem[node] = open.firstItem[top] as number;
  tree.endItem[node] = end;
  tree.children[node] = open.children[top] as number;
  tree.left[node] = open.left[top] as number;
  sumUp(tree, node, open.item[top] as number);
}

/** Fills what a node adds up from its own item and its children. */
function sumUp(tree: PrefixTree, node: number, item: number): void {
  const { items, unitBits } = tree;
  const own = item >= 0 ? (items.weight[item] as number) : 0;
  const source = item >= 0 && items.source[item] === 1;
  const strong = item >= 0 && items.strong[item] === 1;
  const size = unitsOf(tree.length[node] as number, unitBits);
  let weight = own;
  let units = 0;
  let strongUnits = 0;
  let strongSources = strong ? 1 : 0;
  for (let c = 0; c < (tree.children[node] as number); c++) {
    const child = c === 0 ? (tree.left[node] as number) : node - 1;
    weight += tree.weight[child] as number;
    units += tree.units[child] as number;
    strongUnits += tree.strongUnits[child] as number;
    strongSources += tree.strongSources[child] as number;
  }
  tree.weight[node] = weight;
  // Inside one unit there is nothing to count but the unit itself, so both sums stop at the node's size.
  tree.units[node] = source ? size : Math.min(units, size);
  tree.strongUnits[node] = strong ? size : Math.min(strongUnits, size);
  tree.strongSources[node] = size === 1 ? Math.min(strongSources, 1) : strongSources;
  if (item >= 0) tree.flags[node] = (source ? Flag.own : 0) | (items.current[item] === 1 ? Flag.current : 0);
}

function emptyTree(items: Items, unitBits: number): PrefixTree {
  const most = Math.max(0, 2 * items.count - 1);
  return {
    count: 0,
    items,
    unitBits,
    length: new Uint8Array(most),
    firstItem: new Int32Array(most),
    endItem: new Int32Array(most),
    children: new Uint8Array(most),
    left: new Int32Array(most),
    weight: new Float64Array(most),
    units: new Float64Array(most),
    strongUnits: new Float64Array(most),
    strongSources: new Int32Array(most),
    flags: new Uint8Array(most),
  };
}

function emptyPath(): OpenNodes {
  const deepest = 130;
  return {
    depth: 0,
    length: new Int32Array(deepest),
    item: new Int32Array(deepest),
    firstItem: new Int32Array(deepest),
    children: new Int32Array(deepest),
    left: new Int32Array(deepest),
  };
}
