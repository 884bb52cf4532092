import { type Cidr, CidrSet } from '../address';
import type { Ban } from '../blacklist/ban';
import type { BanTarget } from './ban-target';
import type { Facts } from './facts';

/** A ban in force that not every network ACL denies (invariant I3: reported, never dropped in silence). */
export interface OverflowItem {
  readonly source: string;
  /** What a deny for it would cover, canonical CIDR text. */
  readonly cidr: string;
  /** Weight as of now, as in the choice; of a ban the breaker holds, packets as recorded. */
  readonly weight: number;
  /** `capacity`: heavier bans have the slots; `allowlist`: nothing of it may be denied; `breaker`: held back. */
  readonly reason: 'capacity' | 'allowlist' | 'breaker';
  /** What denies it all the same. */
  readonly heldBy: 'ip-set' | 'nothing';
}

/**
 * @param facts the bans and what the breaker did
 * @param networkAcls what each network ACL denies; without any, every ban counts as covered by all of them
 * @param ipSets what the IP sets hold together
 */
export function findOverflow(
  facts: Facts,
  networkAcls: readonly (readonly Cidr[])[],
  ipSets: readonly Cidr[],
): OverflowItem[] {
  const slots = networkAcls.map((cidrs) => CidrSet.of(cidrs));
  const lists = CidrSet.of(ipSets);
  const open = facts.targets.filter((target) => !slots.every((set) => isSlotted(target, set)));
  return [...open.map((target) => openItem(target, lists)), ...facts.held.map(heldItem)].sort(byWeight);
}

function isSlotted({ candidates }: BanTarget, slots: CidrSet): boolean {
  return candidates.length > 0 && candidates.every(({ cidr }) => slots.covers(cidr));
}

function openItem({ ban, pieces, candidates, weight }: BanTarget, lists: CidrSet): OverflowItem {
  const isListed = pieces.length > 0 && pieces.every((piece) => lists.covers(piece));
  return {
    source: ban.source,
    cidr: ban.cidr,
    weight,
    reason: candidates.length === 0 ? 'allowlist' : 'capacity',
    heldBy: isListed ? 'ip-set' : 'nothing',
  };
}

function heldItem({ source, cidr, weight }: Ban): OverflowItem {
  return { source, cidr, weight, reason: 'breaker', heldBy: 'nothing' };
}

function byWeight(a: OverflowItem, b: OverflowItem): number {
  return b.weight - a.weight || (a.cidr < b.cidr ? -1 : 1);
}
