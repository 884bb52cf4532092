import type { FilterSetProblem } from './filter-set';
import type { Surroundings } from './limits';
import { Flag, type PrefixTree } from './prefix-tree';
import { unitsOf } from './units';

/** What one prefix is worth as an entry: the objective's term v(p) + σ, and the rules that forbid it. */
export class PrefixValue {
  readonly #tree: PrefixTree;
  readonly #around: Surroundings;
  readonly #widest: number;
  readonly #stability: number;
  readonly #collateralCost: number;
  readonly #minSources: number;
  readonly #minDensity: number;

  constructor(tree: PrefixTree, around: Surroundings, { policy, family }: FilterSetProblem) {
    this.#tree = tree;
    this.#around = around;
    this.#widest = policy.maxWidth[family];
    this.#stability = policy.stability;
    this.#collateralCost = policy.collateralCost;
    this.#minSources = policy.minSources;
    this.#minDensity = policy.minDensity;
  }

  /** The objective that a node's prefix adds as an entry; −Infinity where it may not be one. */
  of(node: number): number {
    const tree = this.#tree;
    const flags = tree.flags[node] as number;
    const length = tree.length[node] as number;
    if (tree.units[node] === 0 || (flags & Flag.forbidden) !== 0 || length < this.#widest) return -Infinity;
    if (length < tree.unitBits && !this.#mayBeWide(node, flags)) return -Infinity;
    const weight = tree.weight[node] as number;
    const bonus = (flags & Flag.current) === 0 ? 0 : this.#stability;
    return weight - this.#costOf(node) - this.#collateralCost * this.collateral(node) + bonus;
  }

  /** Units that the node's prefix covers and that are neither banned nor known to be legitimate. */
  collateral(node: number): number {
    const tree = this.#tree;
    if (((tree.flags[node] as number) & Flag.known) !== 0) return 0;
    const known =
      this.#around.legitimateUnits.length > 0 ? (this.#around.legitimateUnits[node] as number) : 0;
    return this.#size(node) - (tree.units[node] as number) - known;
  }

  /** The width rule. A candidate's own block was asked for as it is, so it needs no neighbours. */
  #mayBeWide(node: number, flags: number): boolean {
    if ((flags & Flag.own) !== 0) return true;
    const tree = this.#tree;
    const size = this.#size(node);
    const banned = (flags & Flag.banned) !== 0 ? size : (tree.strongUnits[node] as number);
    return (tree.strongSources[node] as number) >= this.#minSources && banned >= this.#minDensity * size;
  }

  #costOf(node: number): number {
    return this.#around.cost.length > 0 ? (this.#around.cost[node] as number) : 0;
  }

  #size(node: number): number {
    return unitsOf(this.#tree.length[node] as number, this.#tree.unitBits);
  }
}
