import { parseCidr } from '../../../lambda/address';
import {
  chooseFilterSet,
  defaultFilterSetPolicy,
  type FilterCandidate,
  type FilterSetProblem,
} from '../../../lambda/filter-set';
import type { BannedSource, ReportModel } from './model';

/** How much of the weight in force at the end of the log the slots block, 0 to 1. */
export interface EndShare {
  readonly ours: number;
  /** What the newest bans would block in as many slots, one address each, as in the usual "newest N" function. */
  readonly newest: number;
  /** Slots of the family that has bans in force, the greater of both. */
  readonly newestSlots: number;
}

/** The shares for one number of slots. */
export interface SharePoint {
  readonly slots: number;
  readonly ours: number;
  readonly newest: number;
}

type Slots = Readonly<Record<4 | 6, number>>;

const FAMILIES = [4, 6] as const;
/** Numbers of slots worth comparing: the quota's default of 20 and its most of 40 bound what a network ACL can hold. */
const COMPARED = [1, 2, 4, 6, 9, 12, 15, 18, 22, 26, 30, 34, 39];

/** The shares with the slots as configured, or undefined where no ban is in force. */
export function endShare(model: ReportModel): EndShare | undefined {
  const { slots, overflow } = model.input.result;
  const blocked = slots.reduce((sum, { weight }) => sum + weight, 0);
  const total = overflow.reduce((sum, { weight }) => sum + weight, blocked);
  const inForce = model.banned.filter((source) => source.inForce);
  if (total === 0 || inForce.length === 0) return undefined;
  const configured = model.input.setup.slots;
  const families = FAMILIES.filter((family) => inForce.some((source) => familyOf(source) === family));
  return {
    ours: blocked / total,
    newest: newestShare(inForce, configured),
    newestSlots: Math.max(...families.map((family) => configured[family])),
  };
}

/** The shares for 1 to 39 slots a family, the configured number among them; empty where no ban is in force. */
export function shareCurve(model: ReportModel): SharePoint[] {
  const inForce = model.banned.filter((source) => source.inForce && source.weight > 0);
  if (inForce.length === 0) return [];
  const { slots, judge } = model.input.setup;
  const limits: Limits = { allowlist: judge.allowlist, legitimate: model.input.result.legitimate ?? [] };
  const numbers = [...new Set([...COMPARED, slots[4]])].filter((n) => n > 0).sort((a, b) => a - b);
  const candidates = inForce.map(candidateOf);
  return numbers.map((n) => ({
    slots: n,
    ours: chosenShare(candidates, { 4: n, 6: n }, limits),
    newest: newestShare(inForce, { 4: n, 6: n }),
  }));
}

/** What no entry may cover. */
type Limits = Pick<FilterSetProblem, 'allowlist' | 'legitimate'>;

function chosenShare(candidates: readonly FilterCandidate[], slots: Slots, limits: Limits): number {
  const total = candidates.reduce((sum, { weight }) => sum + weight, 0);
  const sets = FAMILIES.map((family) =>
    chooseFilterSet({
      family,
      slots: slots[family],
      candidates: candidates.filter(({ cidr }) => cidr.family === family),
      allowlist: limits.allowlist,
      legitimate: limits.legitimate.filter(({ cidr }) => cidr.family === family),
      current: [],
      policy: defaultFilterSetPolicy,
    }),
  );
  return sets.reduce((sum, { blockedWeight }) => sum + blockedWeight, 0) / total;
}

function newestShare(inForce: readonly BannedSource[], slots: Slots): number {
  const total = inForce.reduce((sum, { weight }) => sum + weight, 0);
  const newestFirst = [...inForce].sort((a, b) => b.latest.bannedAt - a.latest.bannedAt);
  const kept = FAMILIES.flatMap((family) =>
    newestFirst.filter((source) => familyOf(source) === family).slice(0, slots[family]),
  );
  return total === 0 ? 0 : kept.reduce((sum, { weight }) => sum + weight, 0) / total;
}

function familyOf({ latest }: BannedSource): 4 | 6 {
  return latest.cidr.includes(':') ? 6 : 4;
}

function candidateOf({ latest, weight }: BannedSource): FilterCandidate {
  return {
    cidr: parseCidr(latest.cidr),
    weight,
    forgeable: latest.forgeable,
    pinned: latest.origin === 'operator',
  };
}
