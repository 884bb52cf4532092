import { Flag, type PrefixTree } from './prefix-tree';
import type { PrefixValue } from './prefix-value';

/**
 * What is best at each node for each number of slots, packed one table after the other: for node u and k = 1…m(u) the
 * choice is at `offset[u] + k − 1`. m(u) is the number of slots beyond which u gains nothing.
 */
export interface Choices {
  /** By node, and one more for the end of the last. */
  readonly offset: Int32Array;
  /** {@link HERE}, or the number of slots that go to the first child. */
  readonly choice: Uint16Array;
}

/** One entry: the node's own prefix. */
export const HERE = 65_535;

/** More than a path in the tree can be long: a node for each of 128 bits, and the root. */
const MOST_OPEN = 131;

/**
 * The dynamic program. `z_u(k)`, the best for the subtree of u with at most k slots, is the larger of the prefix of u
 * itself and the best way to share k among the children. Why a node's own prefix is the only one to consider on the
 * edge above it: docs/filter-set.md.
 *
 * Values are compared as pairs: the objective, then the number of current entries kept. Of equals fewer entries win,
 * then the narrower, then the choice that gives more slots to the lower addresses.
 */
export function optimise(tree: PrefixTree, slots: number, value: PrefixValue): Choices {
  return new DynamicProgram(tree, slots, value).run();
}

/**
 * Tables of open subtrees live on a stack: post-order leaves a node's two children on top of it. A table is never
 * longer than the subtree has items, which bounds all merges together by O(N·K).
 */
class DynamicProgram {
  readonly #best: Float64Array;
  readonly #kept: Int32Array;
  readonly #start = new Int32Array(MOST_OPEN);
  readonly #size = new Int32Array(MOST_OPEN);
  readonly #nextBest: Float64Array;
  readonly #nextKept: Int32Array;
  readonly #nextChoice: Uint16Array;
  readonly #offset: Int32Array;
  readonly #choice: Uint16Array;
  #depth = 0;

  constructor(
    private readonly tree: PrefixTree,
    private readonly slots: number,
    private readonly value: PrefixValue,
  ) {
    this.#best = new Float64Array(MOST_OPEN * (slots + 1));
    this.#kept = new Int32Array(MOST_OPEN * (slots + 1));
    this.#nextBest = new Float64Array(slots + 1);
    this.#nextKept = new Int32Array(slots + 1);
    this.#nextChoice = new Uint16Array(slots + 1);
    this.#offset = new Int32Array(tree.count + 1);
    this.#choice = new Uint16Array(choiceCount(tree, slots));
  }

  run(): Choices {
    for (let node = 0; node < this.tree.count; node++) {
      const children = this.tree.children[node] as number;
      if (children === 0) this.#pushEmpty();
      else if (children === 1) this.#passUp();
      else this.#merge();
      this.#offer(node);
      this.#record(node);
    }
    return { offset: this.#offset, choice: this.#choice };
  }

  #pushEmpty(): void {
    const top = this.#depth++;
    const start = top === 0 ? 0 : (this.#start[top - 1] as number) + (this.#size[top - 1] as number) + 1;
    this.#start[top] = start;
    this.#size[top] = 0;
    this.#best[start] = 0;
    this.#kept[start] = 0;
  }

  #passUp(): void {
    const size = this.#size[this.#depth - 1] as number;
    for (let k = 1; k <= size; k++) this.#nextChoice[k] = k;
  }

  /** Replaces the two tables on top by the best ways to share k slots between them (a max-plus convolution). */
  #merge(): void {
    const best = this.#best;
    const kept = this.#kept;
    const right = --this.#depth;
    const left = right - 1;
    const leftStart = this.#start[left] as number;
    const rightStart = this.#start[right] as number;
    const leftSize = this.#size[left] as number;
    const rightSize = this.#size[right] as number;
    const size = Math.min(leftSize + rightSize, this.slots);
    for (let k = 1; k <= size; k++) {
      let most = -1;
      let mostKept = 0;
      let share = 0;
      const last = Math.min(k, leftSize);
      for (let i = Math.max(0, k - rightSize); i <= last; i++) {
        const sum = (best[leftStart + i] as number) + (best[rightStart + k - i] as number);
        if (sum < most) continue;
        const sumKept = (kept[leftStart + i] as number) + (kept[rightStart + k - i] as number);
        if (sum === most && sumKept < mostKept) continue;
        most = sum;
        mostKept = sumKept;
        share = i;
      }
      this.#nextBest[k] = most;
      this.#nextKept[k] = mostKept;
      this.#nextChoice[k] = share;
    }
    for (let k = 1; k <= size; k++) {
      best[leftStart + k] = this.#nextBest[k] as number;
      kept[leftStart + k] = this.#nextKept[k] as number;
    }
    this.#size[left] = size;
  }

  /** Takes the node's own prefix, one entry, wherever that beats what its children offer for as many slots. */
  #offer(node: number): void {
    const own = this.value.of(node);
    if (!(own > 0)) return;
    const top = this.#depth - 1;
    const start = this.#start[top] as number;
    const ownKept = (this.tree.flags[node] as number) & Flag.current;
    // There is a slot to take: without any, the optimiser is not asked.
    if (this.#size[top] === 0) {
      this.#size[top] = 1;
      this.#best[start + 1] = -1;
    }
    const size = this.#size[top] as number;
    for (let k = 1; k <= size; k++) {
      const best = this.#best[start + k] as number;
      if (best > own || (best === own && (this.#kept[start + k] as number) >= ownKept)) return;
      this.#best[start + k] = own;
      this.#kept[start + k] = ownKept;
      this.#nextChoice[k] = HERE;
    }
  }

  /** Drops slots at the end of the table that gain nothing, and writes down the choices of the rest. */
  #record(node: number): void {
    const top = this.#depth - 1;
    const start = this.#start[top] as number;
    let size = this.#size[top] as number;
    while (size > 0 && this.#gainsNothing(start + size)) size--;
    this.#size[top] = size;
    const offset = this.#offset[node] as number;
    for (let k = 1; k <= size; k++) this.#choice[offset + k - 1] = this.#nextChoice[k] as number;
    this.#offset[node + 1] = offset + size;
  }

  #gainsNothing(at: number): boolean {
    return this.#best[at] === this.#best[at - 1] && this.#kept[at] === this.#kept[at - 1];
  }
}

/** An upper bound for the number of choices: a subtree of n items has use for n slots at most. */
function choiceCount(tree: PrefixTree, slots: number): number {
  let count = 0;
  for (let node = 0; node < tree.count; node++) {
    count += Math.min((tree.endItem[node] as number) - (tree.firstItem[node] as number), slots);
  }
  return count;
}
