import { z } from 'zod';

/** AWS's scheduler wakes the function every five minutes: nothing can be told more often. */
const LEAST_MINUTES = 5;

/** What people are told besides alarms, and how often. */
export const notifications = z.strictObject({
  bans: z
    .boolean()
    .default(true)
    .describe(
      'Whether messages tell of bans: sources banned for the first time, and again. `false` leaves them to the digest.',
    ),
  everyMinutes: z
    .int()
    .min(LEAST_MINUTES)
    .max(1440)
    .default(60)
    .describe(
      'Least time between two messages, minutes. The first comes at once; what happens meanwhile is gathered into the next one.',
    ),
  digestHour: z
    .union([z.int().min(0).max(23), z.literal('off')], {
      error: 'is no hour: write a whole number from 0 to 23 (UTC), or "off"',
    })
    .default(7)
    .describe('Hour of the day, UTC, at which a digest of the last day is sent, or `"off"`.'),
});
