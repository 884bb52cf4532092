import { cidrsOverlap } from '../address';
import type { SlotChange } from './slot';

/**
 * Orders changes so that what is blocked before and after is blocked in between (invariant I5): a block leaves its
 * number only after every new block that overlaps it is in force. Otherwise the order given.
 * Changes can wait for each other only where entries overlapped one another before (CIDR blocks nest, so overlaps of
 * disjoint old with disjoint new blocks are stars, not cycles); then the first given goes first.
 */
export function orderChanges(changes: readonly SlotChange[]): SlotChange[] {
  const waiting = changes.map((change) => ({ change, after: blockers(change, changes) }));
  const ordered: SlotChange[] = [];
  const done = new Set<SlotChange>();
  while (waiting.length > 0) {
    const next = waiting.findIndex(({ after }) => after.every((change) => done.has(change)));
    const [item] = waiting.splice(Math.max(0, next), 1);
    if (item === undefined) break;
    ordered.push(item.change);
    done.add(item.change);
  }
  return ordered;
}

/** What has to come first: new blocks that overlap what this change takes out, and the delete that frees its number. */
function blockers(change: SlotChange, changes: readonly SlotChange[]): SlotChange[] {
  const { from } = change;
  if (from === undefined) {
    return changes.filter(({ op, ruleNumber }) => op === 'delete' && ruleNumber === change.ruleNumber);
  }
  return changes.filter(
    (other) => other !== change && other.to !== undefined && cidrsOverlap(other.to, from),
  );
}
