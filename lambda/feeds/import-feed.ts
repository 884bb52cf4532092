import { createHash } from 'node:crypto';
import { formatCidr } from '../address';
import type { FeedSnapshot } from '../blacklist/feed-snapshot';
import type { FeedLedger } from '../blacklist/ledger';
import type { FeedDefinition } from './definition';
import { FeedRefusedError } from './feed-error';
import { parseFeedText } from './feed-text';
import { type FeedContext, type GuardedFeed, guardFeed } from './guards';

/** A feed as it was read, with what came with it. */
export interface FeedText {
  readonly text: string;
  /** A URL without its key, or a file's name. */
  readonly from: string;
  /** Of an HTTP answer. */
  readonly contentType?: string;
  readonly lastModified?: number;
  readonly etag?: string;
}

/** What an import is held against, besides the text. */
export type ImportContext = Pick<FeedContext, 'now' | 'allowlist' | 'acceptChange'>;

/** What became of an import. */
export interface FeedImport {
  readonly feed: FeedSnapshot;
  readonly entries: number;
  /** How many there were the last time; undefined for a new feed. */
  readonly before?: number;
  readonly rejected: number;
  readonly ours: readonly string[];
  readonly special: number;
  readonly tooWide: number;
}

/**
 * Takes a feed into the ledger, or refuses it and leaves what is there.
 * @throws FeedRefusedError, or whatever the ledger throws
 */
export async function importFeed(
  ledger: Pick<FeedLedger, 'feed' | 'putFeed'>,
  definition: FeedDefinition,
  source: FeedText,
  context: ImportContext,
): Promise<FeedImport> {
  refuseHtml(definition, source);
  const parsed = parseFeedText(source.text, definition.format);
  const previous = await ledger.feed(definition.name);
  const guarded = guardFeed(definition, parsed, {
    ...context,
    ...(previous && { previous }),
    ...(source.lastModified !== undefined && { lastModified: source.lastModified }),
  });
  const feed = snapshotOf(definition, source, guarded, context.now, parsed.listedAt ?? source.lastModified);
  await ledger.putFeed(feed);
  return {
    feed,
    entries: feed.cidrs.length,
    ...(previous && { before: previous.cidrs.length }),
    rejected: parsed.rejectedCount,
    ours: guarded.ours,
    special: guarded.special,
    tooWide: guarded.tooWide,
  };
}

/** The server says that nothing changed: what is there counts for longer. @returns undefined where nothing is there */
export async function renewFeed(
  ledger: Pick<FeedLedger, 'feed' | 'putFeed'>,
  definition: FeedDefinition,
  now: number,
): Promise<FeedSnapshot | undefined> {
  const feed = await ledger.feed(definition.name);
  if (feed === undefined) return undefined;
  if (feed.listedAt !== undefined && now - feed.listedAt > definition.maxAgeSeconds) {
    throw new FeedRefusedError(
      definition.name,
      'stale',
      'the server says it has not changed, and it is older than maxAge',
    );
  }
  const renewed = {
    ...feed,
    weight: definition.weight,
    fetchedAt: now,
    expiresAt: now + definition.expiresSeconds,
  };
  await ledger.putFeed(renewed);
  return renewed;
}

/** A login page, an error page, a captcha: what servers send instead of a list. */
function refuseHtml({ name }: FeedDefinition, { text, contentType }: FeedText): void {
  const isHtml = /^\s*<(?:!doctype|html|head|body|\?xml|script|center|h\d)\b/i.test(text);
  if (!isHtml && !/^text\/html\b/i.test(contentType ?? '')) return;
  throw new FeedRefusedError(name, 'html', 'a web page came instead of a list: check the URL and the key');
}

function snapshotOf(
  { name, weight, expiresSeconds }: FeedDefinition,
  { from, etag }: FeedText,
  { cidrs }: GuardedFeed,
  now: number,
  listedAt: number | undefined,
): FeedSnapshot {
  const texts = cidrs.map(formatCidr);
  return {
    schema: 1,
    name,
    from,
    weight,
    fetchedAt: now,
    expiresAt: now + expiresSeconds,
    ...(listedAt !== undefined && { listedAt }),
    ...(etag !== undefined && { etag }),
    digest: createHash('sha256').update(texts.join('\n')).digest('hex'),
    cidrs: texts,
  };
}
