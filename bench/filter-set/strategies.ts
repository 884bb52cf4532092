import { type Cidr, CidrSet, cidrOf } from '../../lambda/address';
import { chooseFilterSet, defaultFilterSetPolicy, stabilityFor } from '../../lambda/filter-set';

/** What is known of a source after a window. */
export interface Known {
  readonly address: number;
  /** Packets, each window's counting {@link DECAY} of the next one's. */
  readonly weight: number;
  /** When the ban began: window and share of it. */
  readonly bannedAt: number;
}

/** What a strategy may use. */
export interface Observed {
  readonly slots: number;
  readonly sources: readonly Known[];
  readonly legitimate: readonly number[];
  readonly current: readonly Cidr[];
}

export type Strategy = (observed: Observed) => Cidr[];

const single = (address: number): Cidr => cidrOf({ family: 4, value: BigInt(address) }, 32);
const byWeight = (a: Known, b: Known): number => b.weight - a.weight || a.address - b.address;

/** What most blockers do: the addresses banned last. */
export const newest: Strategy = ({ sources, slots }) =>
  sources
    .toSorted((a, b) => b.bannedAt - a.bannedAt || a.address - b.address)
    .slice(0, slots)
    .map(({ address }) => single(address));

/** The heaviest addresses. */
export const topAddresses: Strategy = ({ sources, slots }) =>
  sources
    .toSorted(byWeight)
    .slice(0, slots)
    .map(({ address }) => single(address));

/** The heaviest /24s, whoever else lives there. */
export const topNetworks: Strategy = ({ sources, slots }) => {
  const weights = new Map<number, number>();
  for (const { address, weight } of sources) {
    const network = Math.floor(address / 256) * 256;
    weights.set(network, (weights.get(network) ?? 0) + weight);
  }
  return [...weights]
    .sort((a, b) => b[1] - a[1] || a[0] - b[0])
    .slice(0, slots)
    .map(([network]) => cidrOf({ family: 4, value: BigInt(network) }, 24));
};

/** From the heaviest address down: widen an entry of the same /24 if nobody legitimate is hit, else take a slot. */
export const greedyMerge: Strategy = ({ sources, slots, legitimate }) => {
  const spared = CidrSet.of(legitimate.map(single));
  let entries: Cidr[] = [];
  for (const { address } of sources.toSorted(byWeight)) {
    const cidr = single(address);
    const neighbour = entries.find((entry) => entry.first >> 8n === cidr.first >> 8n);
    const merged = neighbour === undefined ? undefined : hull(neighbour, cidr);
    if (merged !== undefined && !spared.overlaps(merged)) {
      entries = [
        ...entries.filter((entry) => entry.last < merged.first || entry.first > merged.last),
        merged,
      ];
    } else if (neighbour === undefined && entries.length < slots) entries.push(cidr);
  }
  return entries;
};

function hull(a: Cidr, b: Cidr): Cidr {
  let wider = a;
  while (wider.first > b.first || wider.last < b.last) {
    wider = cidrOf({ family: 4, value: a.first }, wider.prefixLength - 1);
  }
  return wider;
}

/**
 * The exact optimum, with the width rule of a deployed environment.
 * @param stability σ, or `relative` for one point of the weight shared by all slots
 */
export function optimum(stability: number | 'relative'): Strategy {
  return ({ sources, slots, legitimate, current }) => {
    const candidates = sources.map(({ address, weight }) => ({
      cidr: single(address),
      weight,
      forgeable: false,
      pinned: false,
    }));
    const sigma = stability === 'relative' ? stabilityFor(candidates, slots) : stability;
    return chooseFilterSet({
      family: 4,
      slots,
      candidates,
      legitimate: legitimate.map((address) => ({ cidr: single(address), cost: Infinity })),
      allowlist: CidrSet.empty,
      current,
      policy: { ...defaultFilterSetPolicy, stability: sigma },
    }).entries.map((entry) => entry.cidr);
  };
}
