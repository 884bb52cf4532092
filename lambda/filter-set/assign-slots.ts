import { type Cidr, type IpFamily, formatCidr } from '../address';
import type { SlotChange, SlotEntry } from './slot';
import { type SlotStep, slotSteps } from './slot-steps';

/** Input of {@link assignSlots}. */
export interface SlotProblem {
  /** What our rule numbers hold now, both families together or one alone; the order does not matter. */
  readonly current: readonly SlotEntry[];
  /** What they should hold: disjoint blocks, the most important first. */
  readonly chosen: readonly Cidr[];
  /** Numbers that nobody uses, in the order in which to use them. */
  readonly free: readonly number[];
  /** Entries that should go as early as they safely can, for example because they deny what is allowed by now. */
  readonly urgent?: (cidr: Cidr) => boolean;
}

/** Output of {@link assignSlots}. */
export interface SlotPlan {
  /** Every chosen block with its number, ordered by number. */
  readonly assignments: readonly SlotEntry[];
  /** In the order in which to make them. */
  readonly changes: readonly SlotChange[];
}

/**
 * Gives each chosen block a rule number, by the fewest calls and in an order that never unblocks what is blocked before
 * and after (invariant I5). An entry that stays keeps its number; a new one takes the number of one that goes, within
 * its family, in one call and without a gap; then come free numbers; numbers that the other family gives up are used
 * last, because they are free only after a delete. At no time has a family more entries than the larger of what it has
 * now and what is chosen for it (invariant I3).
 * @throws RangeError when there are fewer numbers than chosen blocks: cut the list to what fits first
 */
export function assignSlots(problem: SlotProblem): SlotPlan {
  const numbers = problem.current.length + problem.free.length;
  if (problem.chosen.length > numbers) {
    throw new RangeError(`${problem.chosen.length} blocks are chosen for ${numbers} rule numbers`);
  }
  const families = ([4, 6] as const).map((family) => familyPlan(problem, family));
  const steps = inOrder(
    families.map((plan) => plan.steps),
    problem.free.length,
  );
  const changes = numbered(steps, problem.free);
  const kept = families.flatMap((plan) => plan.kept);
  return {
    assignments: [...kept, ...placed(changes)].sort((a, b) => a.ruleNumber - b.ruleNumber),
    changes,
  };
}

/** Entries that stay, and the steps from those that go to the blocks that are new; of two equal entries the lower stays. */
function familyPlan(problem: SlotProblem, family: IpFamily): { kept: SlotEntry[]; steps: SlotStep[] } {
  const missing = new Map<string, Cidr>();
  for (const cidr of problem.chosen) if (cidr.family === family) missing.set(formatCidr(cidr), cidr);
  const kept: SlotEntry[] = [];
  const surplus: SlotEntry[] = [];
  const current = problem.current.filter(({ cidr }) => cidr.family === family);
  for (const entry of current.sort((a, b) => a.ruleNumber - b.ruleNumber)) {
    (missing.delete(formatCidr(entry.cidr)) ? kept : surplus).push(entry);
  }
  return { kept, steps: slotSteps([...missing.values()], surplus, problem.urgent) };
}

/**
 * Joins the steps of both families: deletions last, or, where new entries need the numbers of the other family's old
 * ones, that family first. Deleting one family's entries never unblocks the other's.
 */
function inOrder(families: readonly SlotStep[][], free: number): SlotStep[] {
  const steps = families.flat();
  const isDelete = ({ op }: SlotStep): boolean => op === 'delete';
  if (steps.filter(({ op }) => op === 'create').length <= free) {
    return [...steps.filter((step) => !isDelete(step)), ...steps.filter(isDelete)];
  }
  const gives = (family: SlotStep[]): boolean => family.some(isDelete);
  return [...families.filter(gives), ...families.filter((family) => !gives(family))].flat();
}

/** Gives each new entry the first number that is free by then. */
function numbered(steps: readonly SlotStep[], free: readonly number[]): SlotChange[] {
  const given: number[] = [];
  let next = 0;
  return steps.map((step) => {
    if (step.op === 'create') {
      // There are as many numbers as chosen blocks, and every one that is given up comes before it is needed.
      const ruleNumber = next < free.length ? free[next++] : given.shift();
      return { op: 'create', ruleNumber: ruleNumber as number, to: step.to };
    }
    const { ruleNumber, cidr: from } = step.entry;
    if (step.op === 'replace') return { op: 'replace', ruleNumber, from, to: step.to };
    given.push(ruleNumber);
    return { op: 'delete', ruleNumber, from };
  });
}

function placed(changes: readonly SlotChange[]): SlotEntry[] {
  return changes.flatMap(({ ruleNumber, to }) => (to === undefined ? [] : [{ ruleNumber, cidr: to }]));
}
