import { type Cidr, CidrSet, type IpFamily, compareCidrs, formatCidr } from '../address';
import { type BanTarget, halves } from './ban-target';
import { feedBlocksBeside } from './feed-blocks';

/** Most CIDRs in a WAFv2 IP set (AWS WAF developer guide, *AWS WAF quotas*; not adjustable). */
export const IP_SET_CAPACITY = 10_000;

/** Everything the plan depends on; the same input gives the same plan (invariant I12). */
export interface IpSetProblem {
  readonly family: IpFamily;
  /** The bans to enforce, already without the allowlist (invariant I1); other families are passed over. */
  readonly targets: readonly BanTarget[];
  readonly observed: readonly Cidr[];
  /** What feeds ask for, in order of precedence: takes what room the bans leave. @default - nothing */
  readonly feeds?: readonly Cidr[];
  /** @default IP_SET_CAPACITY */
  readonly capacity?: number;
}

/** What an IP set should hold, and whether that needs a call. */
export interface IpSetPlan {
  /** In address order. */
  readonly addresses: readonly Cidr[];
  /** Blocks that come and go, in address order; both empty when the set holds the same addresses already. */
  readonly add: readonly Cidr[];
  readonly remove: readonly Cidr[];
  /** Bans that do not fit, wholly or in part (invariant I3). */
  readonly overflow: readonly BanTarget[];
}

/**
 * The whole list for one IP set: the fewest blocks that hold exactly the banned addresses, the heaviest where they
 * are more than fit. The list is derived from the bans every time and compared with what is there, because
 * CloudFormation writes the template's list back on any update of the set: a set emptied from
 * outside differs and is filled again; an equal one costs no call (invariant I4).
 */
export function planIpSet(problem: IpSetProblem): IpSetPlan {
  const targets = problem.targets.filter(({ pieces }) => pieces[0]?.family === problem.family);
  const blocks = CidrSet.of(targets.flatMap(({ pieces }) => pieces))
    .cidrs()
    .flatMap(withoutZero);
  const capacity = problem.capacity ?? IP_SET_CAPACITY;
  const own = blocks.length <= capacity ? blocks : heaviest(blocks, targets, capacity);
  const set = CidrSet.of(own);
  const addresses = [...own, ...feedEntries(problem, CidrSet.of(blocks), capacity - own.length)].sort(
    compareCidrs,
  );
  const overflow = targets.filter(({ pieces }) => !pieces.every((piece) => set.covers(piece)));
  return { addresses, ...difference(problem.observed, addresses), overflow };
}

/** Disjoint from the bans, so that none of them is merged into an entry that ends with the feed. */
function feedEntries({ family, feeds = [], observed }: IpSetProblem, bans: CidrSet, room: number): Cidr[] {
  const ofFamily = feeds.filter((cidr) => cidr.family === family);
  return feedBlocksBeside(ofFamily, bans, room, CidrSet.of(observed));
}

/** WAFv2 refuses /0 and takes its halves (API reference, *UpdateIPSet*). */
function withoutZero(cidr: Cidr): Cidr[] {
  return cidr.prefixLength === 0 ? halves(cidr) : [cidr];
}

/** The blocks with operators' bans first, then by the weight of the bans in them; in address order again. */
function heaviest(blocks: readonly Cidr[], targets: readonly BanTarget[], capacity: number): Cidr[] {
  const worth = weigh(blocks, targets);
  worth.sort(
    (a, b) => Number(b.pinned) - Number(a.pinned) || b.weight - a.weight || compareCidrs(a.cidr, b.cidr),
  );
  return worth
    .slice(0, capacity)
    .map(({ cidr }) => cidr)
    .sort(compareCidrs);
}

interface Worth {
  readonly cidr: Cidr;
  readonly pinned: boolean;
  readonly weight: number;
}

/** One walk through blocks and pieces, both in address order; every piece lies in one block. */
function weigh(blocks: readonly Cidr[], targets: readonly BanTarget[]): Worth[] {
  const pieces = targets
    .flatMap(({ ban, pieces: all, weight }) =>
      all.map((cidr) => ({ cidr, pinned: ban.origin === 'operator', weight: weight / all.length })),
    )
    .sort((a, b) => compareCidrs(a.cidr, b.cidr));
  let i = 0;
  return blocks.map((cidr) => {
    let [pinned, weight] = [false, 0];
    for (let piece = pieces[i]; piece !== undefined && piece.cidr.first <= cidr.last; piece = pieces[++i]) {
      pinned ||= piece.pinned;
      weight += piece.weight;
    }
    return { cidr, pinned, weight };
  });
}

/** Block by block, but nothing where both lists hold the same addresses in other pieces. */
function difference(observed: readonly Cidr[], wanted: readonly Cidr[]): { add: Cidr[]; remove: Cidr[] } {
  const same = CidrSet.of(observed).toStrings().join() === CidrSet.of(wanted).toStrings().join();
  if (same) return { add: [], remove: [] };
  return { add: missingFrom(observed, wanted), remove: missingFrom(wanted, observed) };
}

function missingFrom(list: readonly Cidr[], cidrs: readonly Cidr[]): Cidr[] {
  const texts = new Set(list.map(formatCidr));
  return cidrs.filter((cidr) => !texts.has(formatCidr(cidr))).sort(compareCidrs);
}
