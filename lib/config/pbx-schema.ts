import { z } from 'zod';
import { PBX_DIALECTS } from '../../lambda/pbx-log';

const pbxLog = z.strictObject({
  logGroup: z
    .string()
    .regex(/^[\w./#-]{1,512}$/, { message: 'is not the name of a CloudWatch log group' })
    .describe(
      'Log group that the log is shipped to. It exists already, and has room for two subscription filters.',
    ),
  dialect: z
    .enum(PBX_DIALECTS)
    .describe(
      'Whose log it is: `asterisk` for the security log, `asterisk-messages` where there is only that, `freeswitch`, or `kamailio`. Name each PBX once: two logs of one count everything twice.',
    ),
});

/** Logs of PBXs that are read as evidence. */
export const pbxLogs = z
  .array(pbxLog)
  .superRefine((logs, context) => {
    for (const [i, { logGroup }] of logs.entries()) {
      if (logs.findIndex((other) => other.logGroup === logGroup) === i) continue;
      context.addIssue({
        code: 'custom',
        path: [i, 'logGroup'],
        message: 'stands in the list twice: remove one',
      });
    }
  })
  .default([])
  .describe('Logs of PBXs to read as evidence beside flow logs: docs/pbx-evidence.md. Without it, none.');
