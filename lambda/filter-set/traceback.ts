import { type Choices, HERE, SAME } from './optimise';
import type { PrefixTree } from './prefix-tree';

/** The nodes whose prefixes the best choice with at most `slots` entries is made of, in address order. */
export function chosenNodes(tree: PrefixTree, choices: Choices, slots: number): number[] {
  const chosen: number[] = [];
  const waiting = [{ node: tree.count - 1, slots }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { node } = next;
    const used = usedSlots(choices, node, next.slots);
    if (used === 0) continue;
    const choice = choices.choice[(choices.offset[node] as number) + used - 1] as number;
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

/** How many of the slots a node has use for. */
function usedSlots(choices: Choices, node: number, slots: number): number {
  const offset = choices.offset[node] as number;
  let used = Math.min(slots, (choices.offset[node + 1] as number) - offset);
  while (used > 0 && choices.choice[offset + used - 1] === SAME) used--;
  return used;
}
