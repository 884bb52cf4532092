import { type Cidr, type CidrSet, cidrOf } from '../address';
import type { FilterCandidate, FilterSetProblem } from './filter-set';
import { sortedOrder } from './radix-sort';
import { KEY_WORDS, UNIT_BITS, commonPrefix, writeKey } from './units';

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
  /** Position in {@link order} of the item's first record; the next item's is the end. One longer than `count`. */
  readonly start: Int32Array;
  /** Whether some candidate of the item has evidence that could not be forged. */
  readonly strong: Uint8Array;
  /** Whether the item is in the slots now. */
  readonly current: Uint8Array;
  /** Records by item: an index below the number of candidates is that candidate, one above a current entry. */
  readonly order: Int32Array;
  readonly candidates: number;
}

/** @param touchable the allowlist and all legitimate sources: they split the IPv6 /64 that they touch */
export function packItems(problem: FilterSetProblem, touchable: CidrSet): Items {
  const { candidates, current } = problem;
  const total = candidates.length + current.length;
  const words = Array.from({ length: KEY_WORDS[problem.family] }, () => new Uint32Array(total));
  const lengths = new Uint8Array(total);
  for (let i = 0; i < total; i++) {
    const candidate = candidates[i];
    const cidr = candidate ? keyOf(candidate, touchable) : (current[i - candidates.length] as Cidr);
    writeKey(words, i, problem.family, cidr.first);
    lengths[i] = cidr.prefixLength;
  }
  const order = sortedOrder(total, [...words, lengths]);
  return merge(problem, order, words, lengths);
}

/**
 * What a candidate is keyed by: an IPv6 address stands for its /64, because its holder has all of it, unless part of
 * that /64 is allowed or known to be legitimate. An operator's block stands for itself.
 */
function keyOf(candidate: FilterCandidate, touchable: CidrSet): Cidr {
  const { cidr } = candidate;
  const bits = UNIT_BITS[cidr.family];
  if (cidr.prefixLength <= bits || candidate.pinned) return cidr;
  const unit = cidrOf({ family: cidr.family, value: cidr.first }, bits);
  return touchable.overlaps(unit) ? cidr : unit;
}

function merge(
  problem: FilterSetProblem,
  order: Int32Array,
  words: readonly Uint32Array[],
  lengths: Uint8Array,
): Items {
  const total = order.length;
  const items = emptyItems(problem.candidates.length, order, words.length);
  let count = 0;
  for (let i = 0; i < total; i++) {
    const record = order[i] as number;
    if (i === 0 || !sameKey(words, lengths, order[i - 1] as number, record)) {
      for (let w = 0; w < words.length; w++) {
        (items.words[w] as Uint32Array)[count] = (words[w] as Uint32Array)[record] as number;
      }
      items.length[count] = lengths[record] as number;
      items.start[count++] = i;
    }
    const candidate = problem.candidates[record];
    if (candidate === undefined) items.current[count - 1] = 1;
    else {
      items.weight[count - 1] = (items.weight[count - 1] as number) + candidate.weight;
      if (!candidate.forgeable) items.strong[count - 1] = 1;
    }
  }
  items.start[count] = total;
  return { ...items, count };
}

function emptyItems(candidates: number, order: Int32Array, wordCount: number): Omit<Items, 'count'> {
  const total = order.length;
  return {
    words: Array.from({ length: wordCount }, () => new Uint32Array(total)),
    length: new Uint8Array(total),
    weight: new Float64Array(total),
    start: new Int32Array(total + 1),
    strong: new Uint8Array(total),
    current: new Uint8Array(total),
    order,
    candidates,
  };
}

function sameKey(words: readonly Uint32Array[], lengths: Uint8Array, a: number, b: number): boolean {
  return lengths[a] === lengths[b] && commonPrefix(words, a, words, b) === 32 * words.length;
}

/** Number of candidates among the items from `first` until before `end`. */
export function candidatesBetween(items: Items, first: number, end: number): number {
  let count = 0;
  const last = items.start[end] as number;
  for (let i = items.start[first] as number; i < last; i++) {
    if ((items.order[i] as number) < items.candidates) count++;
  }
  return count;
}
