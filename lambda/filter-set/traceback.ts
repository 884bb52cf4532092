import { type Choices, HERE } from './optimise';
import type { PrefixTree } from './prefix-tree';

/**
 * The nodes whose prefixes the best choice with at most `slots` entries is made of, in address order. They are as few
 * as the objective allows: the root's table ends where another slot gains nothing, and a child that could do with
 * fewer slots would let the root do with fewer.
 */
export function chosenNodes(tree: PrefixTree, choices: Choices, slots: number): number[] {
  const chosen: number[] = [];
  const waiting = [{ node: tree.count - 1, slots }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { node } = next;
    const offset = choices.offset[node] as number;
    const used = Math.min(next.slots, (choices.offset[node + 1] as number) - offset);
    if (used === 0) continue;
    const choice = choices.choice[offset + used - 1] as number;
    if (choice === HERE) {
      chosen.push(node);
      continue;
    }
    // The first child last, so that it comes off the stack first.
    if (tree.children[node] === 2) waiting.push({ node: node - 1, slots: used - choice });
    waiting.push({ node: tree.left[node] as number, slots: choice });
  }
  return chosen;
}
