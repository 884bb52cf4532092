import { type Cidr, cidrsOverlap, parseCidr } from '../../../../lambda/address';
import type { FeedSnapshot } from '../../../../lambda/blacklist/feed-snapshot';

/** What a feed says of an address. Times are epoch seconds. */
export interface FeedListing {
  readonly feed: string;
  /** The block it lists, canonical CIDR text. */
  readonly cidr: string;
  readonly from: string;
  readonly weight: number;
  readonly fetchedAt: number;
  readonly expiresAt: number;
}

/** Blocks of one feed that are told of; of an address there is one at most. */
const MOST_OF_ONE = 5;

/** The feeds that list the block or a part of it, the heaviest first. */
export function feedListings(feeds: readonly FeedSnapshot[], block: Cidr): FeedListing[] {
  return [...feeds]
    .sort((a, b) => b.weight - a.weight)
    .flatMap(({ name, from, weight, fetchedAt, expiresAt, cidrs }) =>
      cidrs
        .filter((cidr) => cidrsOverlap(parseCidr(cidr), block))
        .slice(0, MOST_OF_ONE)
        .map((cidr) => ({ feed: name, cidr, from, weight, fetchedAt, expiresAt })),
    );
}
