import { type Cidr, CidrSet, type IpFamily, compareCidrs } from '../address';
import {
  type FilterCandidate,
  type FilterEntry,
  type LegitimateSource,
  chooseFilterSet,
  filterSetPolicyFor,
} from '../filter-set';
import type { BanTarget } from './ban-target';
import { feedBlocksBeside } from './feed-blocks';
import { type BoundedNetworkAcl, type ByFamily, effectiveSlots } from './network-acl-state';

/** Input of {@link chooseWanted}. */
export interface WantedProblem {
  readonly acl: BoundedNetworkAcl;
  /** The other network ACLs of the environment, as they stood when the run began. */
  readonly others: readonly BoundedNetworkAcl[];
  readonly targets: readonly BanTarget[];
  readonly allowlist: CidrSet;
  readonly legitimate: readonly LegitimateSource[];
  /** What feeds ask for, in order of precedence: takes the slots that bans leave. @default - nothing */
  readonly feeds?: readonly Cidr[];
}

/**
 * What one network ACL should deny in each family, in order of precedence.
 *
 * Network ACLs with the same number of free slots share one plan: for stability an entry counts as in place when it
 * stands in any of them, so that they agree, and a source is not let into one subnet and kept out of the other. With
 * another number of slots the best set is another one, and so is the plan. While a plan is carried out, in whatever order
 * and however far, entries of the plan only gain that bonus and others only lose it: planning again changes nothing (I4).
 */
export function chooseWanted(problem: WantedProblem): ByFamily<Cidr[]> {
  const all = problem.targets.flatMap(({ candidates }) => candidates);
  const candidates = { 4: ofFamily(all, 4), 6: ofFamily(all, 6) };
  const demand = { 4: candidates[4].length, 6: candidates[6].length };
  const slots = effectiveSlots(problem.acl.state, problem.acl, demand);
  const choose = (family: IpFamily): Cidr[] => {
    const sharing = problem.others.filter(
      (other) => effectiveSlots(other.state, other, demand)[family] === slots[family],
    );
    const { entries } = chooseFilterSet({
      family,
      slots: slots[family],
      candidates: candidates[family],
      legitimate: ofFamily(problem.legitimate, family),
      allowlist: problem.allowlist,
      current: inPlace([problem.acl, ...sharing], family),
      policy: filterSetPolicyFor(candidates[family], slots[family]),
    });
    const chosen = byPrecedence(entries, candidates[family]);
    return [...chosen, ...feedEntries(problem, family, slots[family] - chosen.length)];
  };
  return { 4: choose(4), 6: choose(6) };
}

/**
 * The last in precedence, and beside every ban, also those that found no slot: a ban in force must never depend on an entry
 * that ends with a feed.
 */
function feedEntries(
  { feeds = [], targets, acl, others }: WantedProblem,
  family: IpFamily,
  room: number,
): Cidr[] {
  const bans = CidrSet.of(targets.flatMap(({ pieces }) => pieces));
  const standing = CidrSet.of(inPlace([acl, ...others], family));
  return feedBlocksBeside(ofFamilyCidrs(feeds, family), bans, room, standing);
}

function ofFamilyCidrs(cidrs: readonly Cidr[], family: IpFamily): Cidr[] {
  return cidrs.filter((cidr) => cidr.family === family);
}

function inPlace(acls: readonly BoundedNetworkAcl[], family: IpFamily): Cidr[] {
  return acls.flatMap(({ state }) => ofFamily(state.ours, family)).map(({ cidr }) => cidr);
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
