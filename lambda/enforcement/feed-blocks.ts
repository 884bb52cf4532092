import { type Cidr, CidrSet, parseCidr } from '../address';
import type { FeedSnapshot } from '../blacklist/feed-snapshot';

/** What no feed may deny. */
export interface FeedLimits {
  /** The effective allowlist (invariant I1). */
  readonly allowlist: CidrSet;
  /** CIDRs that operators keep from being banned again. */
  readonly held: readonly string[];
  /** Keys of sources known to be legitimate by what they did: our own evidence, and a feed is hearsay. */
  readonly legitimate: readonly string[];
}

/**
 * What the feeds ask for, disjoint, in the order in which they are given room: the heavier feed first, then by name and
 * address. An entry that touches what no feed may deny is left out whole.
 */
export function feedBlocks(feeds: readonly FeedSnapshot[], limits: FeedLimits): Cidr[] {
  if (feeds.length === 0) return [];
  const spared = CidrSet.parse([...limits.held, ...limits.legitimate]).union(limits.allowlist);
  const order = [...feeds].sort((a, b) => b.weight - a.weight || (a.name < b.name ? -1 : 1));
  let taken = CidrSet.empty;
  const blocks: Cidr[] = [];
  for (const { cidrs } of order) {
    const fresh = cidrs
      .map((text) => parseCidr(text))
      .filter((cidr) => !spared.overlaps(cidr) && !taken.overlaps(cidr));
    blocks.push(...fresh);
    taken = taken.union(CidrSet.of(fresh));
  }
  return blocks;
}

/** Blocks that share no address with any of the others, at most `room` of them; what stands already comes first. */
export function feedBlocksBeside(
  blocks: readonly Cidr[],
  others: CidrSet,
  room: number,
  standing: CidrSet = CidrSet.empty,
): Cidr[] {
  if (room <= 0) return [];
  const beside = blocks.filter((cidr) => !others.overlaps(cidr));
  if (beside.length <= room) return beside;
  const stay = beside.filter((cidr) => standing.covers(cidr));
  return [...stay, ...beside.filter((cidr) => !standing.covers(cidr))].slice(0, room);
}
