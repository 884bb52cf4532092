import { type Cidr, CidrSet, type IpFamily, formatCidr, specialRange } from '../address';
import { MAX_FEED_ENTRIES, type FeedSnapshot } from '../blacklist/feed-snapshot';
import type { FeedDefinition } from './definition';
import { FeedRefusedError, type RefusalReason } from './feed-error';
import type { ParsedFeed } from './feed-text';

/** What a feed is held against. */
export interface FeedContext {
  /** Epoch seconds. */
  readonly now: number;
  /** Own addresses, proxy and media ranges, and all else that is never denied. */
  readonly allowlist: CidrSet;
  /** What the feed said the last time. @default - it is new */
  readonly previous?: Pick<FeedSnapshot, 'cidrs'>;
  /** When the server says the feed was last modified, epoch seconds. */
  readonly lastModified?: number;
  /** An operator's word that a change of size is in order. @default false */
  readonly acceptChange?: boolean;
}

/** What is left of a feed, and what was taken out of it. */
export interface GuardedFeed {
  /** Disjoint, in address order. */
  readonly cidrs: readonly Cidr[];
  /** Entries that name something of ours or of the allowlist: taken out, and somebody should know. */
  readonly ours: readonly string[];
  /** Entries that are no hosts of the internet (private, multicast …). */
  readonly special: number;
  /** Entries wider than a feed may deny. */
  readonly tooWide: number;
}

/** A feed that grows or shrinks more than this at once is broken, or not the one it was. */
const GROWTH_FACTOR = 10;
const SHRINK_SHARE = 0.1;
/** Below so many entries a factor says nothing. */
const FEW_ENTRIES = 10;
/** Widest that a feed may deny: one mistyped line must not cut off a country. Spamhaus DROP has up to /12. */
const WIDEST: Readonly<Record<IpFamily, number>> = { 4: 12, 6: 29 };
/** More lines than this share that are no address make it another kind of document. */
const UNREADABLE_SHARE = 0.2;

/**
 * Decides whether a feed is taken, and takes out what never may be denied.
 * @throws FeedRefusedError: stale, truncated, unreadable, empty, too long, grown tenfold, shrunk to a tenth
 */
export function guardFeed(definition: FeedDefinition, parsed: ParsedFeed, context: FeedContext): GuardedFeed {
  refuseBroken(definition, parsed);
  refuseStale(definition, parsed, context);
  const usable = sift(parsed.cidrs, context.allowlist);
  if (usable.cidrs.length === 0) {
    throw refusal(
      definition,
      'empty',
      'nothing is left of it that may be denied; an empty feed is removed by hand (ringfence import --remove)',
    );
  }
  refuseChanged(definition, usable.cidrs, context);
  return usable;
}

function refuseBroken(definition: FeedDefinition, parsed: ParsedFeed): void {
  const { cidrs, rejectedCount, rejected, declared, truncated } = parsed;
  if (truncated !== undefined) throw refusal(definition, 'truncated', `it is not whole: ${truncated}`);
  if (declared !== undefined && cidrs.length < declared) {
    throw refusal(definition, 'truncated', `it says it has ${declared} entries, and ${cidrs.length} came`);
  }
  const read = cidrs.length + rejectedCount;
  if (read > 0 && rejectedCount > Math.max(1, read * UNREADABLE_SHARE)) {
    throw refusal(
      definition,
      'unreadable',
      `${rejectedCount} of ${read} values are no address or CIDR, like "${rejected.join('", "')}": is it the right format?`,
    );
  }
  if (cidrs.length > MAX_FEED_ENTRIES) {
    throw refusal(
      definition,
      'too-long',
      `it has ${cidrs.length} entries, and at most ${MAX_FEED_ENTRIES} are taken`,
    );
  }
}

function refuseStale(
  definition: FeedDefinition,
  { listedAt }: ParsedFeed,
  { now, lastModified }: FeedContext,
): void {
  const made = listedAt ?? lastModified;
  if (made === undefined || now - made <= definition.maxAgeSeconds) return;
  const days = ((now - made) / 86_400).toFixed(1);
  throw refusal(
    definition,
    'stale',
    `it was made ${days} days ago, and ${definition.maxAgeSeconds / 86_400} are allowed (maxAge)`,
  );
}

function refuseChanged(
  definition: FeedDefinition,
  cidrs: readonly Cidr[],
  { previous, acceptChange }: FeedContext,
): void {
  if (previous === undefined || acceptChange === true) return;
  const [before, after] = [previous.cidrs.length, cidrs.length];
  const remedy = 'look at it, and import it by hand with --accept-change if it is right';
  if (Math.max(before, FEW_ENTRIES) * GROWTH_FACTOR <= after) {
    throw refusal(definition, 'grown', `it had ${before} entries and has ${after}: ${remedy}`);
  }
  if (before >= FEW_ENTRIES && after <= before * SHRINK_SHARE) {
    throw refusal(definition, 'shrunk', `it had ${before} entries and has ${after}: ${remedy}`);
  }
  // Ten entries of a /12 are not ten addresses: what is covered may not grow so much either.
  const [covered, covers] = [addressesOf(CidrSet.parse(previous.cidrs).cidrs()), addressesOf(cidrs)];
  const tenfold = covered * BigInt(GROWTH_FACTOR);
  if (covers >= tenfold && covers - covered > 65_536n) {
    throw refusal(
      definition,
      'grown',
      `it covered ${covered} IPv4 addresses and covers ${covers}: ${remedy}`,
    );
  }
}

function addressesOf(cidrs: readonly Cidr[]): bigint {
  return cidrs.reduce((sum, { family, first, last }) => (family === 4 ? sum + last - first + 1n : sum), 0n);
}

/** Takes out, entry by entry, what never may be denied. */
function sift(cidrs: readonly Cidr[], allowlist: CidrSet): GuardedFeed {
  const special = cidrs.filter((cidr) => specialRange(cidr) !== undefined);
  const hosts = cidrs.filter((cidr) => specialRange(cidr) === undefined);
  const narrow = hosts.filter(({ family, prefixLength }) => prefixLength >= WIDEST[family]);
  const ours = narrow.filter((cidr) => allowlist.overlaps(cidr));
  return {
    cidrs: CidrSet.of(narrow.filter((cidr) => !allowlist.overlaps(cidr))).cidrs(),
    ours: ours.map(formatCidr),
    special: special.length,
    tooWide: hosts.length - narrow.length,
  };
}

function refusal({ name }: FeedDefinition, reason: RefusalReason, message: string): FeedRefusedError {
  return new FeedRefusedError(name, reason, message);
}
