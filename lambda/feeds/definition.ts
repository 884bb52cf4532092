import * as z from 'zod';
import { printable } from '../address';
import { DurationError, parseDuration } from '../blacklist/duration';
import { FEED_NAME } from '../blacklist/feed-snapshot';
import { FeedDefinitionError } from './feed-error';
import { type FeedPlaces, urlProblem } from './feed-url';

/** A feed as an environment or a command line describes it. */
export interface FeedDefinition {
  readonly name: string;
  readonly format: 'auto' | 'plain' | 'csv' | 'json';
  /** See `FeedSnapshot.weight`. */
  readonly weight: number;
  /** How long what was read counts, seconds. */
  readonly expiresSeconds: number;
  /** A feed whose publisher made it longer ago is stale, seconds. */
  readonly maxAgeSeconds: number;
  /** Where it is read from; `{key}` stands for the secret, `{page}` for the ID of APIBAN's pages. @default - it is a file */
  readonly url?: string;
  /** How often it is read by itself, seconds. */
  readonly everySeconds: number;
  /** Secrets Manager secret with the key in {@link url}. @default - none is needed */
  readonly keySecret?: string;
}

/**
 * Feeds that are known by name: where they are and how they are written. Their terms of use are the operator's to read;
 * nothing is fetched unless an environment names them.
 */
export const KNOWN_FEEDS: Readonly<Record<string, Pick<FeedDefinition, 'url' | 'format'>>> = {
  // apiban.org: SIP honeypots; a personal key; pages, each with the ID to go on from (its Go client begins at 100).
  apiban: { url: 'https://apiban.org/api/{key}/banned/{page}', format: 'json' },
  // voipbl.org: CIDRs, one a line, after comments.
  voipbl: { url: 'https://voipbl.org/update/', format: 'plain' },
  // blocklist.de: addresses seen attacking SIP within 48 hours, one a line.
  'blocklist.de': { url: 'https://lists.blocklist.de/lists/sip.txt', format: 'plain' },
  // Spamhaus DROP: one JSON object a line, metadata in the last.
  'spamhaus-drop': { url: 'https://www.spamhaus.org/drop/drop_v4.json', format: 'json' },
};

const duration = z.string().transform((text, context) => {
  try {
    return parseDuration(text);
  } catch (error) {
    if (!(error instanceof DurationError)) throw error;
    context.addIssue({ code: 'custom', message: error.message });
    return z.NEVER;
  }
});

const definition = z
  .strictObject({
    name: z
      .string()
      .regex(FEED_NAME, { error: 'write a name of lower-case letters, digits, dots and hyphens' }),
    format: z.enum(['auto', 'plain', 'csv', 'json']).optional(),
    weight: z.number().positive().max(1).default(0.5),
    expires: duration.prefault('7d'),
    maxAge: duration.prefault('7d'),
    every: duration.prefault('6h'),
    url: z.string().optional(),
    keySecret: z.string().min(1).optional(),
  })
  .transform(({ expires, maxAge, every, url, format, keySecret, ...rest }): FeedDefinition => {
    const known = KNOWN_FEEDS[rest.name];
    const from = url ?? known?.url;
    return {
      ...rest,
      format: format ?? known?.format ?? 'auto',
      expiresSeconds: expires,
      maxAgeSeconds: maxAge,
      everySeconds: every,
      ...(from !== undefined && { url: from }),
      ...(keySecret !== undefined && { keySecret }),
    };
  });

/** More often helps nobody: publishers renew their lists every few hours, and lock out who asks too often. */
const LEAST_SECONDS_BETWEEN = 3600;

/**
 * Reads a definition: `{"name":"voipbl"}` is enough for a known feed.
 * @throws FeedDefinitionError naming every value that is wrong
 */
export function parseFeedDefinition(input: unknown, places: FeedPlaces = {}): FeedDefinition {
  const result = definition.safeParse(input);
  if (!result.success)
    throw new FeedDefinitionError(
      `feed: ${printable(JSON.stringify(input ?? null))}: ${z.prettifyError(result.error)}`,
    );
  const { name, url, keySecret, everySeconds, expiresSeconds } = result.data;
  const refuse = (reason: string): FeedDefinitionError => new FeedDefinitionError(`feed ${name} ${reason}`);
  const problem = url === undefined ? undefined : urlProblem(url, places);
  if (problem !== undefined) throw refuse(`cannot be read from ${printable(url ?? '')}: ${problem}`);
  if (url?.includes('{key}') === true && keySecret === undefined)
    throw refuse('needs a key: put it in a Secrets Manager secret and name that as keySecret');
  if (everySeconds < LEAST_SECONDS_BETWEEN)
    throw refuse('cannot be read more often than every 1h: raise every');
  if (expiresSeconds < 2 * everySeconds)
    throw refuse(
      'would expire before a failed reading could be made up for: let expires be twice every at least',
    );
  return result.data;
}

/** Most feeds of an environment: each is read into the memory of the enforcer at every tick. */
export const MAX_FEEDS = 10;

/**
 * Reads the definitions of an environment.
 * @throws FeedDefinitionError as {@link parseFeedDefinition}, and where two have one name or one has no URL
 */
export function parseFeedDefinitions(input: unknown, places: FeedPlaces = {}): FeedDefinition[] {
  if (!Array.isArray(input)) throw new FeedDefinitionError('feeds: write a list of feeds');
  if (input.length > MAX_FEEDS)
    throw new FeedDefinitionError(`feeds: ${input.length} are more than the ${MAX_FEEDS} that are read`);
  const definitions = input.map((each: unknown) => parseFeedDefinition(each, places));
  for (const [i, { name, url }] of definitions.entries()) {
    if (definitions.findIndex((other) => other.name === name) < i)
      throw new FeedDefinitionError(`feed ${name} stands in the list twice: give one another name`);
    if (url === undefined)
      throw new FeedDefinitionError(
        `feed ${name} needs a url; known by name are ${Object.keys(KNOWN_FEEDS).join(', ')}`,
      );
  }
  return definitions;
}
