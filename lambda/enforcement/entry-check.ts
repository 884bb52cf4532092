import { type Cidr, formatCidr, parseCidr } from '../address';
import { LAST_RULE_NUMBER, type RuleNumberRange } from './deployment';
import { CapacityError, ConflictError } from './enforcement-error';
import type { ObservedEntry } from './network-acl-gateway';
import type { NetworkAclChange } from './network-acl-plan';

/** What a change must keep within. */
export interface EntryBounds {
  readonly id: string;
  readonly ruleNumbers: RuleNumberRange;
  /** Rules a direction and family, the final deny included. */
  readonly quota: number;
}

/**
 * Looks at a network ACL just before a change to it (invariants I2 and I3): EC2 makes whatever it is asked to make on a
 * number, also where somebody put a rule of theirs since the plan was made.
 * @returns whether the change is still to be made; false when it is there already, for example because only the answer
 * to an earlier try was lost
 * @throws ConflictError when the entry is not the one the plan saw, CapacityError when a new one would pass the quota
 */
export function isStillToDo(
  change: NetworkAclChange,
  observed: readonly ObservedEntry[],
  bounds: EntryBounds,
): boolean {
  const { id, ruleNumbers } = bounds;
  const { ruleNumber } = change;
  if (ruleNumber < ruleNumbers.first || ruleNumber > ruleNumbers.last) {
    throw new ConflictError(id, `rule number ${ruleNumber} is not ours`);
  }
  const there = observed.find((entry) => entry.ruleNumber === ruleNumber);
  if (change.op === 'delete' ? there === undefined : isDeny(there, change.to)) return false;
  if (change.op === 'create') checkRoom(there, parseCidr(change.to), observed, bounds, ruleNumber);
  else if (!isDeny(there, change.from)) {
    throw new ConflictError(id, `entry ${ruleNumber} is no longer a deny of ${change.from}: ${show(there)}`);
  }
  return true;
}

function checkRoom(
  there: ObservedEntry | undefined,
  cidr: Cidr,
  observed: readonly ObservedEntry[],
  { id, quota }: EntryBounds,
  ruleNumber: number,
): void {
  if (there !== undefined) throw new ConflictError(id, `number ${ruleNumber} is taken: ${show(there)}`);
  // The final deny of each family counts, whether it is shown or not.
  const rules = observed.filter(
    (entry) => entry.cidr.family === cidr.family && entry.ruleNumber <= LAST_RULE_NUMBER,
  );
  if (rules.length + 2 <= quota) return;
  throw new CapacityError(id, `${rules.length + 1} of ${quota} IPv${cidr.family} rules are there already`);
}

/** Whether the entry is a plain deny (ingress, protocol −1) of exactly that block. */
export function isDeny(entry: ObservedEntry | undefined, cidr: string): boolean {
  return entry?.action === 'deny' && entry.protocol === '-1' && formatCidr(entry.cidr) === cidr;
}

function show(entry: ObservedEntry | undefined): string {
  return entry === undefined ? 'nothing' : `${entry.action} ${entry.protocol} ${formatCidr(entry.cidr)}`;
}
