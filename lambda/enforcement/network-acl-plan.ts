import { type Cidr, type CidrSet, type IpFamily, cidrsOverlap, compareCidrs, formatCidr } from '../address';
import type { OwnedEntry } from '../blacklist/ledger';
import type { RuleNumberRange } from './deployment';
import {
  type ByFamily,
  FAMILIES,
  type NetworkAclKnowledge,
  type NetworkAclState,
  type OurEntry,
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

/** A change before new entries get their numbers. */
type Step = Placing | { readonly op: 'delete'; readonly entry: OurEntry };
/** A change that puts a wanted block in place. */
type Placing =
  | { readonly op: 'create'; readonly to: Cidr }
  | { readonly op: 'replace'; readonly entry: OurEntry; readonly to: Cidr };

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
  const steps = FAMILIES.map((family) => familySteps(family, state, entries[family], problem.allowlist));
  const changes = numbered(inOrder(steps, problem.ruleNumbers, state), problem.ruleNumbers, state);
  const used = new Set(changes.map(({ ruleNumber }) => ruleNumber));
  const stale = state.stale.filter(({ ruleNumber }) => !used.has(ruleNumber));
  return { changes, entries, strangers: state.strangers, slots, refused, stale };
}

/** Drops what another wanted block covers: the order of steps relies on disjoint blocks. */
function withoutNested(wanted: readonly Cidr[]): Cidr[] {
  return wanted.filter(
    (cidr, i) =>
      !wanted.some((other, j) => j !== i && covers(other, cidr) && (!covers(cidr, other) || j < i)),
  );
}

/** Whether `outer` holds every address of `inner`; blocks are nested or disjoint. */
function covers(outer: Cidr, inner: Cidr): boolean {
  return cidrsOverlap(outer, inner) && outer.prefixLength <= inner.prefixLength;
}

/** The steps of one family: replacements and creations in safe order, then deletions. */
function familySteps(family: IpFamily, state: NetworkAclState, wanted: Cidr[], allowlist: CidrSet): Step[] {
  const ours = state.ours.filter(({ cidr }) => cidr.family === family);
  const kept = wanted.map((cidr) => ours.find((entry) => compareCidrs(entry.cidr, cidr) === 0));
  let missing = wanted.filter((_, i) => kept[i] === undefined);
  let surplus = ours.filter((entry) => !kept.includes(entry));
  const steps: Step[] = [];
  for (let next = missing[0]; next !== undefined; next = missing[0]) {
    const step = nextStep(next, missing, surplus, allowlist);
    steps.push(step);
    missing = missing.filter((cidr) => cidr !== step.to);
    surplus = surplus.filter((entry) => step.op === 'create' || entry !== step.entry);
  }
  return [...steps, ...surplus.map((entry) => ({ op: 'delete', entry }) as const)];
}

/**
 * The next thing to put in place. Giving up an entry endangers the missing blocks that share addresses with it.
 * With one of those (a merge, or the last part of a split) that block takes the entry's place; with none the most
 * important missing one does. With several, a new entry comes first. That is only so while there are more missing
 * blocks than entries to give up: surplus blocks that no other one covers are disjoint, so if each endangered two,
 * at least twice as many would be missing. Hence there are never more new entries than slots (invariants I3, I5).
 */
function nextStep(next: Cidr, missing: Cidr[], surplus: OurEntry[], allowlist: CidrSet): Placing {
  const choices = surplus
    .map((entry) => ({ entry, endangered: endangeredBy(entry, missing, surplus) }))
    .filter(({ endangered }) => endangered.length < 2);
  // What denies an allowed address goes as early as it safely can (invariant I1).
  const choice = choices.find(({ entry }) => allowlist.overlaps(entry.cidr)) ?? choices[0];
  if (choice === undefined) return { op: 'create', to: next };
  return { op: 'replace', entry: choice.entry, to: choice.endangered[0] ?? next };
}

/** The missing blocks of which a part would no longer be denied without the entry. */
function endangeredBy(entry: OurEntry, missing: readonly Cidr[], surplus: readonly OurEntry[]): Cidr[] {
  return missing.filter((cidr) => {
    if (!cidrsOverlap(cidr, entry.cidr)) return false;
    const shared = covers(cidr, entry.cidr) ? entry.cidr : cidr;
    return !surplus.some((other) => other !== entry && covers(other.cidr, shared));
  });
}

/**
 * Joins the steps of both families: deletions last, or, where new entries need the numbers of the other family's
 * old ones, that family first. Deleting one family's entries never unblocks the other's.
 */
function inOrder(families: readonly Step[][], range: RuleNumberRange, state: NetworkAclState): Step[] {
  const steps = families.flat();
  const isDelete = ({ op }: Step): boolean => op === 'delete';
  const created = steps.filter(({ op }) => op === 'create').length;
  if (created <= range.last - range.first + 1 - state.taken.size) {
    return [...steps.filter((step) => !isDelete(step)), ...steps.filter(isDelete)];
  }
  const gives = (family: Step[]): boolean => family.some(isDelete);
  return [...families.filter(gives), ...families.filter((family) => !gives(family))].flat();
}

/** Gives each new entry the lowest number that is free by then. */
function numbered(
  steps: readonly Step[],
  range: RuleNumberRange,
  state: NetworkAclState,
): NetworkAclChange[] {
  const taken = new Set(state.taken);
  return steps.map((step) => {
    if (step.op === 'create') {
      const ruleNumber = lowestFree(range, taken);
      taken.add(ruleNumber);
      return { op: 'create', ruleNumber, to: formatCidr(step.to) };
    }
    const { ruleNumber, cidr } = step.entry;
    const from = formatCidr(cidr);
    if (step.op === 'replace') return { op: 'replace', ruleNumber, from, to: formatCidr(step.to) };
    taken.delete(ruleNumber);
    return { op: 'delete', ruleNumber, from };
  });
}

function lowestFree(range: RuleNumberRange, taken: ReadonlySet<number>): number {
  let ruleNumber = range.first;
  while (taken.has(ruleNumber)) ruleNumber += 1;
  return ruleNumber;
}
