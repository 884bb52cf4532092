/** What a feed of somebody else's bans said when it was last read: hearsay, kept apart from our own evidence. */
export interface FeedSnapshot {
  /** Version of this shape. */
  readonly schema: 1;
  /** What operators call it; see {@link FEED_NAME}. */
  readonly name: string;
  /** Where it was read from: a URL without its key, or a file's name. */
  readonly from: string;
  /** Orders feeds among themselves, 0 < weight ≤ 1: where there is no room for all, the heavier stays. */
  readonly weight: number;
  /** When it was read, epoch seconds. */
  readonly fetchedAt: number;
  /** From when on it says nothing any more, epoch seconds. */
  readonly expiresAt: number;
  /** When its publisher made it, epoch seconds, where the feed says so. */
  readonly listedAt?: number;
  /** The server's tag for this version (RFC 9110 section 8.8.3). */
  readonly etag?: string;
  /** SHA-256 of the entries, hexadecimal. */
  readonly digest: string;
  /** Entries, canonical CIDR text, disjoint, in address order. */
  readonly cidrs: readonly string[];
}

/** A name that is safe in keys, metric dimensions and sentences. */
export const FEED_NAME = /^[a-z0-9](?:[a-z0-9.-]{0,38}[a-z0-9])?$/;

/** Most entries of one feed: its sets are built at every tick. VoIPBL, the longest known to us, has some 80,000. */
export const MAX_FEED_ENTRIES = 200_000;

/** Whether the feed still counts at `now` (epoch seconds). */
export function feedInForce({ expiresAt }: Pick<FeedSnapshot, 'expiresAt'>, now: number): boolean {
  return now < expiresAt;
}
