import type { FilterCandidate, FilterEntry } from './filter-set';
import { type CandidateItems, itemsInside } from './items';
import { sortedOrder } from './radix-sort';

/**
 * The candidates that no entry covers, heaviest first; of equals the lower address first.
 * @param entries in address order
 */
export function uncovered(
  candidates: readonly FilterCandidate[],
  items: CandidateItems,
  entries: readonly FilterEntry[],
): FilterCandidate[] {
  const left = leftOver(items, entries);
  const order = sortedOrder(left.length, lightness(items.records.weight, left));
  const overflow = new Array<FilterCandidate>(left.length);
  for (let i = 0; i < left.length; i++) {
    overflow[i] = candidates[left[order[i] as number] as number] as FilterCandidate;
  }
  return overflow;
}

/** Indices of the candidates in address order, without those inside an entry. */
function leftOver(items: CandidateItems, entries: readonly FilterEntry[]): Int32Array {
  const left = new Int32Array(items.records.candidates);
  let count = 0;
  let item = 0;
  for (const range of [
    ...entries.map(({ cidr }) => itemsInside(items, cidr)),
    { first: items.count, end: -1 },
  ]) {
    for (let i = items.start[item] as number; i < (items.start[range.first] as number); i++) {
      const record = items.order[i] as number;
      if (record < items.records.candidates) left[count++] = record;
    }
    item = range.end;
  }
  return left.subarray(0, count);
}

/**
 * Words that order weights from the heaviest to the lightest. The bits of positive IEEE 754 numbers, read as unsigned
 * integers, have the numbers' order; inverted they have the reverse.
 */
function lightness(weights: Float64Array, left: Int32Array): [Uint32Array, Uint32Array] {
  const weight = new Float64Array(1);
  const halves = new Uint32Array(weight.buffer);
  const high = new Uint32Array(left.length);
  const low = new Uint32Array(left.length);
  for (let i = 0; i < left.length; i++) {
    weight[0] = weights[left[i] as number] as number;
    low[i] = ~(halves[0] as number);
    high[i] = ~(halves[1] as number);
  }
  return [high, low];
}
