import type { Cidr } from '../address';
import { recordNumbers, sortRecords } from './radix-sort';
import type { Records } from './records';
import { scratch } from './scratch';
import { commonPrefix, writeKey } from './units';

/**
 * The distinct prefixes that get a node of their own in the tree, ordered by address, the wider first: what the
 * candidates are keyed by, and the current entries. Parallel arrays, one position per item.
 */
export interface Items {
  readonly count: number;
  /** First address: one array per 32-bit word, the most significant first. */
  readonly words: readonly Uint32Array[];
  readonly length: Uint8Array;
  /** Sum over the item's own candidates; 0 for a current entry that is no candidate. */
  readonly weight: Float64Array;
  /** Whether the item is what some candidate is keyed by. */
  readonly source: Uint8Array;
  /** Whether some candidate of the item has evidence that could not be forged. */
  readonly strong: Uint8Array;
  /** Whether the item is in the slots now. */
  readonly current: Uint8Array;
}

/** Items that know which candidates they stand for. */
export interface CandidateItems extends Items {
  /** Records by item: positions in {@link records}. */
  readonly order: Int32Array;
  /** Position in {@link order} of the item's first record; the next item's is the end. One longer than `count`. */
  readonly start: Int32Array;
  readonly records: Records;
}

/** Sorts records and joins those of one prefix. */
export function itemsOf(records: Records): CandidateItems {
  const columns = [...records.words, records.length].map((words) => ({ words }));
  const order = sortRecords(recordNumbers(records.count), columns);
  const items = emptyItems(records, order);
  let count = 0;
  for (let i = 0; i < order.length; i++) {
    const record = order[i] as number;
    if (i === 0 || !sameKey(records, order[i - 1] as number, record)) {
      for (let w = 0; w < records.words.length; w++) {
        (items.words[w] as Uint32Array)[count] = (records.words[w] as Uint32Array)[record] as number;
      }
      items.length[count] = records.length[record] as number;
      items.start[count++] = i;
    }
    items.weight[count - 1] = (items.weight[count - 1] as number) + (records.weight[record] as number);
    if (records.strong[record] === 1) items.strong[count - 1] = 1;
    if (record < records.candidates) items.source[count - 1] = 1;
    else items.current[count - 1] = 1;
  }
  items.start[count] = order.length;
  return { ...items, count };
}

function emptyItems(records: Records, order: Int32Array): Omit<CandidateItems, 'count'> {
  const total = records.count;
  return {
    words: records.words.map(() => scratch(Uint32Array, total)),
    length: scratch(Uint8Array, total),
    weight: scratch(Float64Array, total),
    start: scratch(Int32Array, total + 1),
    source: scratch(Uint8Array, total),
    strong: scratch(Uint8Array, total),
    current: scratch(Uint8Array, total),
    order,
    records,
  };
}

function sameKey({ words, length }: Records, a: number, b: number): boolean {
  return length[a] === length[b] && commonPrefix(words, a, words, b) === 32 * words.length;
}

/** The items inside a block, as the position of the first and the one after the last. */
export function itemsInside(items: Items, cidr: Cidr): { first: number; end: number } {
  const key = items.words.map(() => new Uint32Array(1));
  writeKey(key, 0, cidr.family, cidr.first);
  const first = partitionPoint(items.count, (i) => {
    const order = compareKeys(items.words, i, key);
    return order < 0 || (order === 0 && (items.length[i] as number) < cidr.prefixLength);
  });
  writeKey(key, 0, cidr.family, cidr.last);
  return { first, end: partitionPoint(items.count, (i) => compareKeys(items.words, i, key) <= 0) };
}

/** Number of candidates that are keyed inside a block. */
export function candidatesInside(items: CandidateItems, cidr: Cidr): number {
  const { first, end } = itemsInside(items, cidr);
  const records = items.order.subarray(items.start[first], items.start[end]);
  return records.reduce((count, record) => count + (record < items.records.candidates ? 1 : 0), 0);
}

function compareKeys(words: readonly Uint32Array[], at: number, key: readonly Uint32Array[]): number {
  for (let w = 0; w < words.length; w++) {
    const difference = ((words[w] as Uint32Array)[at] as number) - ((key[w] as Uint32Array)[0] as number);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** The first of `count` positions for which a predicate that is true and then false is false. */
function partitionPoint(count: number, holds: (at: number) => boolean): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}
