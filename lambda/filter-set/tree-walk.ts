import type { Cidr } from '../address';
import type { PrefixTree } from './prefix-tree';
import { commonPrefix, writeKey } from './units';

/** Finds where a block lies in a tree. One walker serves many walks: each overwrites the last one's result. */
export class TreeWalk {
  /** Nodes whose prefix holds the block and is wider, from the root down. */
  readonly outer: number[] = [];
  /** The widest node that lies inside the block or equals it, or −1. */
  inner = -1;

  readonly #key: readonly Uint32Array[];

  constructor(readonly tree: PrefixTree) {
    this.#key = tree.items.words.map(() => new Uint32Array(1));
  }

  /** Walks from the root towards the block: at most one step for each of its bits. */
  to(cidr: Cidr): void {
    writeKey(this.#key, 0, cidr.family, cidr.first);
    this.outer.length = 0;
    this.inner = -1;
    let node = this.tree.count - 1;
    while (node >= 0) {
      const length = this.tree.length[node] as number;
      const shared = this.#shared(node);
      if (length >= cidr.prefixLength) {
        if (shared >= cidr.prefixLength) this.inner = node;
        return;
      }
      if (shared < length) return;
      this.outer.push(node);
      node = this.#childTowards(node, length);
    }
  }

  /** The child on the block's side of the bit after the node's prefix, or −1. */
  #childTowards(node: number, length: number): number {
    const children = this.tree.children[node] as number;
    if (children === 0) return -1;
    const left = this.tree.left[node] as number;
    return children === 1 || this.#shared(left) > length ? left : node - 1;
  }

  #shared(node: number): number {
    return commonPrefix(this.#key, 0, this.tree.items.words, this.tree.firstItem[node] as number);
  }
}
