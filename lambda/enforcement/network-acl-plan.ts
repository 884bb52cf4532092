import { type Cidr, type CidrSet, type IpFamily, cidrCovers, formatCidr } from '../address';
import type { OwnedEntry } from '../blacklist/ledger';
import { type SlotChange, assignSlots } from '../filter-set';
import type { RuleNumberRange } from './deployment';
import {
  type ByFamily,
  FAMILIES,
  type NetworkAclKnowledge,
  type SlotBounds,
  type Stranger,
  classify,
  effectiveSlots,
} from './network-acl-state';

/** One call. CIDRs are canonical text. */
export type NetworkAclChange =
  | { readonly op: 'create'; readonly ruleNumber: number; readonly to: string }
  | { readonly op: 'replace'; readonly ruleNumber: number; readonly from: string; readonly to: string }
  | { readonly op: 'delete'; readonly ruleNumber: number; readonly from: string };

/** Everything the plan depends on; the same input gives the same plan (invariant I12). */
export interface NetworkAclProblem extends NetworkAclKnowledge, SlotBounds {
  /** What each family's slots should deny, in order of precedence: operators' bans first, then by weight. */
  readonly wanted: ByFamily<readonly Cidr[]>;
  /** Never denied, not even in part (invariant I1). */
  readonly allowlist: CidrSet;
}

/** What to do to one network ACL. */
export interface NetworkAclPlan {
  /** In the order in which they are to be made. */
  readonly changes: readonly NetworkAclChange[];
  /** What our entries deny once the changes are made. */
  readonly entries: ByFamily<readonly Cidr[]>;
  readonly strangers: readonly Stranger[];
  readonly slots: ByFamily<number>;
  /** Wanted, and refused because it overlaps the allowlist (invariant I1). */
  readonly refused: readonly Cidr[];
  /** Records to forget: their entry is gone, and no change puts another one there. */
  readonly stale: readonly OwnedEntry[];
}

/**
 * The fewest calls from what is observed to what is wanted, in an order that never unblocks what is still wanted
 * (invariant I5). Entries that stay keep their number, changed ones are replaced in place within their family, and
 * numbers of others are not touched (invariant I2).
 */
export function planNetworkAcl(problem: NetworkAclProblem): NetworkAclPlan {
  const state = classify(problem);
  const all = FAMILIES.flatMap((family) => withoutNested(problem.wanted[family]));
  const refused = all.filter((cidr) => problem.allowlist.overlaps(cidr));
  const fitting = all.filter((cidr) => !refused.includes(cidr));
  const of = (family: IpFamily): Cidr[] => fitting.filter((cidr) => cidr.family === family);
  const slots = effectiveSlots(state, problem, { 4: of(4).length, 6: of(6).length });
  const entries = { 4: of(4).slice(0, slots[4]), 6: of(6).slice(0, slots[6]) };
  const { changes } = assignSlots({
    current: state.ours,
    chosen: FAMILIES.flatMap((family) => entries[family]),
    free: freeNumbers(problem.ruleNumbers, state.taken),
    // What denies an allowed address goes as early as it safely can (invariant I1).
    urgent: (cidr) => problem.allowlist.overlaps(cidr),
  });
  const used = new Set(changes.map(({ ruleNumber }) => ruleNumber));
  const stale = state.stale.filter(({ ruleNumber }) => !used.has(ruleNumber));
  return { changes: changes.map(asText), entries, strangers: state.strangers, slots, refused, stale };
}

/** Drops what another wanted block covers: slots hold disjoint blocks. */
function withoutNested(wanted: readonly Cidr[]): Cidr[] {
  return wanted.filter(
    (cidr, i) =>
      !wanted.some((other, j) => j !== i && cidrCovers(other, cidr) && (!cidrCovers(cidr, other) || j < i)),
  );
}

function freeNumbers({ first, last }: RuleNumberRange, taken: ReadonlySet<number>): number[] {
  const numbers = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  return numbers.filter((ruleNumber) => !taken.has(ruleNumber));
}

function asText({ op, ruleNumber, from, to }: SlotChange): NetworkAclChange {
  if (op === 'create') return { op, ruleNumber, to: formatCidr(to) };
  if (op === 'delete') return { op, ruleNumber, from: formatCidr(from) };
  return { op, ruleNumber, from: formatCidr(from), to: formatCidr(to) };
}
