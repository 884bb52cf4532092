import { type Cidr, cidrsOverlap } from '../address';
import { orderChanges } from './order-changes';
import type { SlotChange, SlotEntry } from './slot';

/** Input of {@link assignSlots}. */
export interface SlotProblem {
  /** What our rule numbers hold now, both families together or one alone. */
  readonly current: readonly SlotEntry[];
  /** What they should hold: disjoint blocks, the most important first where they may not all find a number. */
  readonly chosen: readonly Cidr[];
  /** Numbers that nobody uses, in the order in which to use them. */
  readonly free: Iterable<number>;
}

/** Output of {@link assignSlots}. */
export interface SlotPlan {
  /** Every chosen block that has a number, ordered by number. */
  readonly assignments: readonly SlotEntry[];
  /** In the order in which to make them. */
  readonly changes: readonly SlotChange[];
  /** Chosen blocks for which no number was left. */
  readonly unplaced: readonly Cidr[];
}

/**
 * Gives each chosen block a rule number. An entry that stays keeps its number; a new one takes the number of one that
 * goes, within its family, in one call and without a gap; then come free numbers; numbers that an entry of the
 * other family gives up are used last, because they are only free after a delete.
 */
export function assignSlots(problem: SlotProblem): SlotPlan {
  const { kept, stale, wanted } = partition(problem);
  const { replaces, leftStale, leftWanted } = pairInPlace(stale, wanted);
  const creates = withNumbers(leftWanted, problem.free);
  const deletes = leftStale.map(({ ruleNumber, cidr }): SlotChange => ({
    op: 'delete',
    ruleNumber,
    from: cidr,
  }));
  const late = withNumbers(
    leftWanted.slice(creates.length),
    leftStale.map((entry) => entry.ruleNumber),
  );
  const changes = orderChanges([...replaces, ...creates, ...deletes, ...late]);
  return {
    assignments: [...kept, ...placed(changes)].sort((a, b) => a.ruleNumber - b.ruleNumber),
    changes,
    unplaced: leftWanted.slice(creates.length + late.length),
  };
}

/** Entries that stay, entries that go, and blocks that are new; of two numbers with one block the lower stays. */
function partition(problem: SlotProblem) {
  const wanted = new Map(problem.chosen.map((cidr) => [key(cidr), cidr]));
  const kept: SlotEntry[] = [];
  const stale: SlotEntry[] = [];
  for (const entry of [...problem.current].sort((a, b) => a.ruleNumber - b.ruleNumber)) {
    (wanted.delete(key(entry.cidr)) ? kept : stale).push(entry);
  }
  return { kept, stale, wanted: [...wanted.values()] };
}

/** A block goes first where it overlaps the one it replaces: what both cover stays blocked throughout. */
function pairInPlace(stale: readonly SlotEntry[], wanted: readonly Cidr[]) {
  const replaces = new Map<Cidr, SlotChange>();
  let leftStale = stale;
  for (const mayReplace of [cidrsOverlap, sameFamily]) {
    for (const to of wanted) {
      if (replaces.has(to)) continue;
      const entry = leftStale.find(({ cidr }) => mayReplace(cidr, to));
      if (entry === undefined) continue;
      replaces.set(to, { op: 'replace', ruleNumber: entry.ruleNumber, from: entry.cidr, to });
      leftStale = leftStale.filter((other) => other !== entry);
    }
  }
  return {
    replaces: [...replaces.values()],
    leftStale,
    leftWanted: wanted.filter((cidr) => !replaces.has(cidr)),
  };
}

function sameFamily(a: Cidr, b: Cidr): boolean {
  return a.family === b.family;
}

function withNumbers(cidrs: readonly Cidr[], numbers: Iterable<number>): SlotChange[] {
  const changes: SlotChange[] = [];
  for (const ruleNumber of numbers) {
    const to = cidrs[changes.length];
    if (to === undefined) break;
    changes.push({ op: 'create', ruleNumber, to });
  }
  return changes;
}

function placed(changes: readonly SlotChange[]): SlotEntry[] {
  return changes.flatMap(({ ruleNumber, to }) => (to === undefined ? [] : [{ ruleNumber, cidr: to }]));
}

function key(cidr: Cidr): string {
  return `${cidr.family} ${cidr.first} ${cidr.prefixLength}`;
}
