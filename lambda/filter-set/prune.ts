import { type Cidr, cidrOf } from '../address';
import type { FilterSetProblem } from './filter-set';
import { type Items, itemsInside } from './items';
import { kthLargest } from './kth-largest';
import { scratch } from './scratch';
import { UNIT_BITS, commonPrefix } from './units';

/** Sums of many weights differ in their last bits by the order of summation; the bound must not cut that fine. */
const ROUNDING = 1 + 1e-9;

/**
 * Leaves out items that no optimal choice covers. No entry is wider than the policy's limit, so networks of that width
 * compete for slots and for nothing else. What a network can bring at most is all its weight and the bonus of what is
 * in place there; what it brings at least with one slot is its heaviest source. Where K networks bring for certain
 * more than another can at most, that other gets no slot: one of the K would have none and could take its place.
 * With weights as uneven as scanners' that leaves some hundreds of a million.
 *
 * @param touched what may limit an entry, or stands in slots already: networks that share an address with it stay
 */
export function pruned(
  items: Items,
  problem: FilterSetProblem,
  slots: number,
  touched: Iterable<Cidr>,
): Items {
  const networks = networksOf(items, problem);
  for (const cidr of touched) keepTouched(items, networks, cidr, problem.policy.maxWidth[problem.family]);
  const bound = slots > 0 ? kthLargest(networks.atLeast, slots) : Infinity;
  if (bound === 0) return items;
  return pick(
    items,
    networks,
    (n) => networks.kept[n] === 1 || (networks.atMost[n] as number) * ROUNDING >= bound,
  );
}

interface Networks {
  /** By item: its network. */
  readonly of: Int32Array;
  /** By network: what one slot brings for certain; 0 where that is not known. */
  readonly atLeast: Float64Array;
  /** By network: what all slots can bring. */
  readonly atMost: Float64Array;
  /** By network: whether it stays in any case. */
  readonly kept: Uint8Array;
}

/** Items wider than the limit are never chosen, but they say what lies inside them: each is a network that stays. */
function networksOf(items: Items, { family, policy }: FilterSetProblem): Networks {
  const widest = policy.maxWidth[family];
  const { of, count } = numberNetworks(items, widest);
  const atLeast = scratch(Float64Array, count);
  const atMost = scratch(Float64Array, count);
  const kept = scratch(Uint8Array, count);
  for (let i = 0; i < items.count; i++) {
    const network = of[i] as number;
    const length = items.length[i] as number;
    const weight = items.weight[i] as number;
    const bonus = items.current[i] === 1 ? policy.stability : 0;
    atMost[network] = (atMost[network] as number) + weight + bonus;
    if (length < widest) kept[network] = 1;
    if (length >= UNIT_BITS[family]) atLeast[network] = Math.max(atLeast[network] as number, weight);
  }
  return { of, atLeast, atMost, kept };
}

function numberNetworks(items: Items, widest: number): { of: Int32Array; count: number } {
  const of = scratch(Int32Array, items.count);
  let count = 0;
  for (let i = 0; i < items.count; i++) {
    const apart = i === 0 || (items.length[i] as number) < widest || (items.length[i - 1] as number) < widest;
    if (apart || commonPrefix(items.words, i - 1, items.words, i) < widest) count++;
    of[i] = count - 1;
  }
  return { of, count };
}

function keepTouched(items: Items, networks: Networks, cidr: Cidr, widest: number): void {
  const network = cidrOf({ family: cidr.family, value: cidr.first }, Math.min(cidr.prefixLength, widest));
  const { first, end } = itemsInside(items, network);
  for (let i = first; i < end; i++) {
    const at = networks.of[i] as number;
    networks.kept[at] = 1;
    networks.atLeast[at] = 0;
  }
}

function pick(items: Items, networks: Networks, stays: (network: number) => boolean): Items {
  let count = 0;
  for (let i = 0; i < items.count; i++) if (stays(networks.of[i] as number)) count++;
  if (count === items.count) return items;
  const at = new Int32Array(count);
  for (let i = 0, next = 0; i < items.count; i++) if (stays(networks.of[i] as number)) at[next++] = i;
  return {
    count,
    words: items.words.map((word) => gather(word, at)),
    length: gather(items.length, at),
    weight: gather(items.weight, at),
    source: gather(items.source, at),
    strong: gather(items.strong, at),
    current: gather(items.current, at),
  };
}

function gather<T extends Uint8Array | Uint32Array | Float64Array>(column: T, at: Int32Array): T {
  const gathered = new (column.constructor as new (length: number) => T)(at.length);
  for (let i = 0; i < at.length; i++) gathered[i] = column[at[i] as number] as number;
  return gathered;
}
