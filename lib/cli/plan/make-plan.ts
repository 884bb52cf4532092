import { type IpFamily, compareCidrs, formatCidr } from '../../../lambda/address';
import {
  type FilterCandidate,
  type FilterEntry,
  type FilterSet,
  type SlotEntry,
  assignSlots,
  chooseFilterSet,
} from '../../../lambda/filter-set';
import type { PlanSettings } from './flags';
import type { PlanInput } from './read-input';

/** The answer of `plan`, as printed with --json (a contract with other tools). */
export interface Plan {
  /** By rule number. */
  readonly entries: readonly {
    readonly cidr: string;
    readonly ruleNumber: number;
    readonly weight: number;
    readonly sources: number;
    readonly collateral: number;
  }[];
  readonly blockedWeight: number;
  readonly totalWeight: number;
  /** In the order in which to make them. */
  readonly changes: readonly {
    readonly op: 'replace' | 'create' | 'delete';
    readonly ruleNumber: number;
    /** `null` in a create. */
    readonly from: string | null;
    /** `null` in a delete. */
    readonly to: string | null;
  }[];
}

/** A plan with what it leaves out. */
export interface MadePlan {
  readonly plan: Plan;
  /** Sources that no entry covers, the heaviest of each family first. */
  readonly overflow: readonly FilterCandidate[];
}

/** Solves each family on its own and gives the entries of both their rule numbers. */
export function makePlan(input: PlanInput, current: readonly SlotEntry[], settings: PlanSettings): MadePlan {
  const sets = ([4, 6] as const).map((family) => solve(family, input, current, settings));
  const chosen = sets.flatMap((set) => set.entries).sort(heaviestFirst);
  const byCidr = new Map(chosen.map((entry) => [formatCidr(entry.cidr), entry]));
  const used = new Set(current.map((entry) => entry.ruleNumber));
  const { assignments, changes } = assignSlots({
    current,
    chosen: chosen.map((entry) => entry.cidr),
    free: Array.from({ length: used.size + chosen.length }, (_, i) => i + 1).filter((n) => !used.has(n)),
  });
  const plan: Plan = {
    entries: assignments.flatMap(({ ruleNumber, cidr: block }) => {
      const cidr = formatCidr(block);
      const entry = byCidr.get(cidr);
      if (entry === undefined) return [];
      return [
        { cidr, ruleNumber, weight: entry.weight, sources: entry.sources, collateral: entry.collateral },
      ];
    }),
    blockedWeight: sets.reduce((sum, set) => sum + set.blockedWeight, 0),
    totalWeight: sets.reduce((sum, set) => sum + set.totalWeight, 0),
    changes: changes.map(({ op, ruleNumber, from, to }) => ({
      op,
      ruleNumber,
      from: from === undefined ? null : formatCidr(from),
      to: to === undefined ? null : formatCidr(to),
    })),
  };
  return { plan, overflow: sets.flatMap((set) => set.overflow) };
}

function solve(
  family: IpFamily,
  { sources, legitimate }: PlanInput,
  current: readonly SlotEntry[],
  { slots, allowlist, policy }: PlanSettings,
): FilterSet {
  return chooseFilterSet({
    family,
    slots,
    candidates: sources
      .filter(({ cidr }) => cidr.family === family)
      .map(({ cidr, weight }) => ({ cidr, weight, forgeable: false, pinned: false })),
    legitimate: legitimate.filter(({ cidr }) => cidr.family === family),
    allowlist,
    current: current.map(({ cidr }) => cidr).filter((cidr) => cidr.family === family),
    policy,
  });
}

/** New entries get the lowest free numbers in this order. */
function heaviestFirst(a: FilterEntry, b: FilterEntry): number {
  return b.weight - a.weight || compareCidrs(a.cidr, b.cidr);
}
