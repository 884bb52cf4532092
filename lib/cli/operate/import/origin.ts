import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { FEED_NAME } from '../../../../lambda/blacklist/feed-snapshot';
import {
  fetchFeed,
  type FeedDefinition,
  type FeedText,
  KNOWN_FEEDS,
  MAX_FEED_BYTES,
  parseFeedDefinition,
} from '../../../../lambda/feeds';
import type { CliIo } from '../../support/cli-io';
import { UsageError } from '../../support/errors';
import { readAll } from '../../support/read-all';

/** What a command line says of a feed. */
export interface FeedFlags {
  readonly name?: string;
  readonly format?: string;
  readonly weight?: string;
  readonly expires?: string;
  readonly maxAge?: string;
}

/** Environment variable with the key that stands for `{key}` in a URL: on the command line all users could read it. */
export const KEY_VARIABLE = 'RINGFENCE_FEED_KEY';

/**
 * What to import: the name of a known feed, a URL, a file, or `-`.
 * @throws UsageError or FeedDefinitionError naming what is wrong
 */
export function feedDefinition(feed: string, flags: FeedFlags, env: CliIo['env']): FeedDefinition {
  const { format, weight, expires, maxAge } = flags;
  const url = isUrl(feed) ? feed : undefined;
  const name = flags.name ?? nameOf(feed);
  const where = url ?? (isKnown(feed) ? KNOWN_FEEDS[feed]?.url : undefined);
  if (where?.includes('{key}') === true && (env[KEY_VARIABLE] ?? '') === '')
    throw new UsageError(`${feed} needs a key: put it into the environment variable ${KEY_VARIABLE}`);
  if (where === undefined && !isKnown(feed) && feed !== '-' && !existsSync(feed)) {
    const known = Object.keys(KNOWN_FEEDS).join(', ');
    throw new UsageError(
      `"${feed}" is neither a file nor an https:// URL nor a feed that is known (${known})`,
    );
  }
  const definition = parseFeedDefinition(
    {
      name,
      ...(format !== undefined && { format }),
      ...(weight !== undefined && { weight: Number(weight) }),
      ...(expires !== undefined && { expires, every: '1h' }),
      ...(maxAge !== undefined && { maxAge }),
      ...(where !== undefined && { url: where, keySecret: KEY_VARIABLE }),
    },
    { thisMachine: true },
  );
  return where === undefined ? withoutUrl(definition) : definition;
}

/** A file may have the name of a known feed, and is read all the same. */
function withoutUrl(definition: FeedDefinition): FeedDefinition {
  const { name, format, weight, expiresSeconds, maxAgeSeconds, everySeconds } = definition;
  return { name, format, weight, expiresSeconds, maxAgeSeconds, everySeconds };
}

function isUrl(feed: string): boolean {
  return /^https?:\/\//i.test(feed);
}

function isKnown(feed: string): boolean {
  return Object.hasOwn(KNOWN_FEEDS, feed) && !existsSync(feed);
}

/** `drop-2026.txt` → `drop-2026`, a URL → its host. @throws UsageError where no name can be made of it */
export function nameOf(feed: string): string {
  if (isKnown(feed)) return feed;
  const base =
    isUrl(feed) && URL.canParse(feed) ? new URL(feed).hostname : basename(feed).replace(/\.[^.]*$/, '');
  const name = base.toLowerCase().replace(/[^a-z0-9.-]+/g, '-');
  if (FEED_NAME.test(name)) return name;
  throw new UsageError(
    `what is the feed to be called? Give --name with lower-case letters, digits, dots and hyphens, 40 at most`,
  );
}

/** Reads the feed's text. @throws FeedRefusedError, CommandError or UsageError */
export async function readFeed(feed: string, definition: FeedDefinition, io: CliIo): Promise<FeedText> {
  if (definition.url === undefined)
    return { text: await readAll(feed, MAX_FEED_BYTES, io), from: fileName(feed) };
  const fetched = await fetchFeed(definition, { key: io.env[KEY_VARIABLE] ?? '' });
  // Without a tag no server says that nothing changed.
  if (fetched === undefined) throw new UsageError(`${feed} answered 304, which nobody asked for`);
  return fetched;
}

function fileName(feed: string): string {
  return feed === '-' ? 'standard input' : basename(feed);
}
