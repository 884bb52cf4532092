import { z } from 'zod';
import { uniqueList } from './fields';

const probeSpike = z.strictObject({
  sourcesPer5Minutes: z
    .int()
    .min(1)
    .default(50)
    .describe('Probing sources within five minutes that raise the probe spike alarm.'),
  packetsPer5Minutes: z
    .int()
    .min(1)
    .default(50_000)
    .describe('SIP packets of probing sources within five minutes that raise an alarm.'),
  bansPer5Minutes: z.int().min(1).default(50).describe('New bans within five minutes that raise an alarm.'),
});

/** What is alarmed about, and who is told. */
export const alarms = z.strictObject({
  email: uniqueList(z.email())
    .default([])
    .describe('Addresses that alarms are mailed to; each has to confirm the subscription once.'),
  chat: z
    .boolean()
    .default(false)
    .describe(
      'Whether alarms go to a second topic as well, as messages for Slack, Microsoft Teams and Amazon Chime by way of Amazon Q Developer in chat applications (formerly AWS Chatbot).',
    ),
  probeSpike: probeSpike.prefault({}),
  silenceMinutes: z
    .int()
    .min(10)
    .max(1440)
    .multipleOf(5)
    .default(20)
    .describe('Minutes without any flow-log record after which detection counts as blind; a multiple of 5.'),
});
