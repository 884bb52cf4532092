import { z } from 'zod';
import { FEED_NAME } from '../../lambda/blacklist/feed-snapshot';
import { MAX_FEEDS, parseFeedDefinition } from '../../lambda/feeds/definition';
import { FeedDefinitionError } from '../../lambda/feeds/feed-error';
import { duration, secretArn } from './fields';

const feed = z
  .strictObject({
    name: z
      .string()
      .regex(FEED_NAME, {
        message: 'is no name for a feed: write lower-case letters, digits, dots and hyphens, 40 at most',
      })
      .describe(
        'What it is called. Of `apiban`, `voipbl`, `blocklist.de` and `spamhaus-drop` URL and format are known.',
      ),
    url: z
      .string()
      .optional()
      .describe('Where it is: an `https://` URL; `{key}` in it stands for the secret.'),
    format: z
      .enum(['auto', 'plain', 'csv', 'json'])
      .optional()
      .describe('How it is written. Without it, by its looks.'),
    weight: z
      .number()
      .min(0.01)
      .max(1)
      .default(0.5)
      .describe(
        'Rank among feeds: where there is no room for all, the heavier stays. All rank below own bans.',
      ),
    every: duration.default('6h').describe('How often it is read, an hour at least.'),
    expires: duration
      .default('7d')
      .describe('How long it counts without being read again, twice `every` at least.'),
    maxAge: duration.default('7d').describe('A feed that its publisher made longer ago is refused.'),
    keySecret: secretArn
      .optional()
      .describe(
        'ARN of the Secrets Manager secret that holds the key, as plain text, encrypted with the key of AWS.',
      ),
  })
  .superRefine((input, context) => {
    try {
      const { url } = parseFeedDefinition(input);
      if (url === undefined)
        context.addIssue({ code: 'custom', path: ['url'], message: 'is missing: add it' });
    } catch (error) {
      if (!(error instanceof FeedDefinitionError)) throw error;
      context.addIssue({ code: 'custom', message: `cannot be read: ${error.message}` });
    }
  });

/** Feeds that an environment reads. */
export const feeds = z
  .array(feed)
  .max(MAX_FEEDS)
  .default([])
  .superRefine((list, context) => {
    for (const [i, { name }] of list.entries())
      if (list.findIndex((other) => other.name === name) < i)
        context.addIssue({
          code: 'custom',
          path: [i, 'name'],
          message: 'stands in the list twice: give one another name',
        });
  });
