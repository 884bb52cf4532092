import { type Cidr, CidrSet, type IpFamily, compareCidrs } from '../address';
import {
  type FilterCandidate,
  type FilterEntry,
  type FilterSetPolicy,
  type LegitimateSource,
  chooseFilterSet,
} from '../filter-set';
import type { BanTarget } from './ban-target';
import { type ByFamily, type NetworkAclState, type SlotBounds, effectiveSlots } from './network-acl-state';

/** Input of {@link chooseWanted}. */
export interface WantedProblem extends SlotBounds {
  readonly state: NetworkAclState;
  readonly targets: readonly BanTarget[];
  readonly allowlist: CidrSet;
  readonly legitimate: readonly LegitimateSource[];
  readonly policy: FilterSetPolicy;
}

/** What one network ACL should deny in each family, in order of precedence. */
export function chooseWanted(problem: WantedProblem): ByFamily<Cidr[]> {
  const all = problem.targets.flatMap(({ candidates }) => candidates);
  const candidates = { 4: ofFamily(all, 4), 6: ofFamily(all, 6) };
  const demand = { 4: candidates[4].length, 6: candidates[6].length };
  const slots = effectiveSlots(problem.state, problem, demand);
  const choose = (family: IpFamily): Cidr[] => {
    const { entries } = chooseFilterSet({
      family,
      slots: slots[family],
      candidates: candidates[family],
      legitimate: ofFamily(problem.legitimate, family),
      allowlist: problem.allowlist,
      current: ofFamily(problem.state.ours, family).map(({ cidr }) => cidr),
      policy: problem.policy,
    });
    return byPrecedence(entries, candidates[family]);
  };
  return { 4: choose(4), 6: choose(6) };
}

function ofFamily<T extends { readonly cidr: Cidr }>(items: readonly T[], family: IpFamily): T[] {
  return items.filter(({ cidr }) => cidr.family === family);
}

/** Operators' bans first, then the heaviest: should EC2 take fewer than planned, the least important is missing. */
function byPrecedence(entries: readonly FilterEntry[], candidates: readonly FilterCandidate[]): Cidr[] {
  const pinned = CidrSet.of(candidates.filter((candidate) => candidate.pinned).map(({ cidr }) => cidr));
  const rank = ({ cidr }: FilterEntry): number => (pinned.overlaps(cidr) ? 0 : 1);
  return [...entries]
    .sort((a, b) => rank(a) - rank(b) || b.weight - a.weight || compareCidrs(a.cidr, b.cidr))
    .map(({ cidr }) => cidr);
}
