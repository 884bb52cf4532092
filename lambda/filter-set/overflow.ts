import type { FilterCandidate, FilterEntry } from './filter-set';
import { type CandidateItems, itemsInside } from './items';
import { largestFirst, sortRecords } from './radix-sort';
import { scratch } from './scratch';

/**
 * The candidates that no entry covers, heaviest first; of equals the lower address first.
 * @param entries in address order
 */
export function uncovered(
  candidates: readonly FilterCandidate[],
  items: CandidateItems,
  entries: readonly FilterEntry[],
): FilterCandidate[] {
  const left = sortRecords(leftOver(items, entries), largestFirst(items.records.weight));
  const overflow = new Array<FilterCandidate>(left.length);
  for (let i = 0; i < left.length; i++) overflow[i] = candidates[left[i] as number] as FilterCandidate;
  return overflow;
}

/** Indices of the candidates in address order, without those inside an entry. */
function leftOver(items: CandidateItems, entries: readonly FilterEntry[]): Int32Array {
  const left = scratch(Int32Array, items.records.candidates);
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
