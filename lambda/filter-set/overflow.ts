import type { FilterCandidate } from './filter-set';
import type { PrefixTree } from './prefix-tree';
import { sortedOrder } from './radix-sort';

/** The candidates that none of the chosen nodes covers, heaviest first; of equals the lower address first. */
export function uncovered(
  candidates: readonly FilterCandidate[],
  tree: PrefixTree,
  nodes: readonly number[],
): FilterCandidate[] {
  const left = leftOver(tree, nodes).map((record) => candidates[record] as FilterCandidate);
  const order = sortedOrder(left.length, lightness(left));
  return Array.from(order, (i) => left[i] as FilterCandidate);
}

/** Candidates in address order, without those that a chosen node covers. */
function leftOver(tree: PrefixTree, nodes: readonly number[]): number[] {
  const { items } = tree;
  const left: number[] = [];
  let item = 0;
  for (const node of [...nodes, -1]) {
    const end = node < 0 ? items.count : (tree.firstItem[node] as number);
    for (let i = items.start[item] as number; i < (items.start[end] as number); i++) {
      const record = items.order[i] as number;
      if (record < items.candidates) left.push(record);
    }
    if (node >= 0) item = tree.endItem[node] as number;
  }
  return left;
}

/**
 * Words that order weights from the heaviest to the lightest. The bits of positive IEEE 754 numbers, read as unsigned
 * integers, have the numbers' order; inverted they have the reverse.
 */
function lightness(candidates: readonly FilterCandidate[]): [Uint32Array, Uint32Array] {
  const weight = new Float64Array(1);
  const halves = new Uint32Array(weight.buffer);
  const high = new Uint32Array(candidates.length);
  const low = new Uint32Array(candidates.length);
  candidates.forEach((candidate, i) => {
    weight[0] = candidate.weight;
    low[i] = ~(halves[0] as number);
    high[i] = ~(halves[1] as number);
  });
  return [high, low];
}
