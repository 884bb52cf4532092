import { z } from 'zod';
import { FlowLogFormat, FlowLogFormatError } from '../../lambda/flow-log/format';

const logFormat = z.string().transform((text, context) => {
  try {
    return FlowLogFormat.parse(text).toString();
  } catch (error) {
    if (!(error instanceof FlowLogFormatError)) throw error;
    context.addIssue({ code: 'custom', message: `is not a usable format: ${error.message}` });
    return z.NEVER;
  }
});

/** CloudWatch Logs keeps logs for these numbers of days and no others (API reference, *PutRetentionPolicy*). */
const RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

const createdFlowLog = z.strictObject({
  destination: z.literal('cloudwatch').default('cloudwatch').describe('Where the flow log delivers to.'),
  aggregationSeconds: z
    .literal([60, 600])
    .default(60)
    .describe('Longest time a record spans. 600 halves the volume and makes detection ten minutes slower.'),
  scope: z
    .enum(['voice-subnets', 'vpc'])
    .default('voice-subnets')
    .describe('What is logged: the voice subnets, or the whole VPC.'),
  retentionDays: z.literal(RETENTION_DAYS).default(30).describe('Days that flow-log records are kept.'),
});

const existingFlowLog = z.strictObject({
  existingLogGroup: z
    .string()
    .regex(/^[\w./#-]{1,512}$/, { message: 'is not the name of a CloudWatch log group' })
    .describe('Log group that a flow log delivers to already. It has room for two subscription filters.'),
  format: logFormat.describe(
    'Fields of that flow log in their order, as `aws ec2 describe-flow-logs` shows them.',
  ),
});

/** AWS Lambda: 128–10,240 MiB (quotas). */
const memoryMiB = z.int().min(128).max(10_240);

/** Executions set aside for a function, or none. An account whose limit is 10 can set aside none. */
const reservedConcurrency = z.union([z.int().min(1).max(1000), z.literal('unreserved')], {
  error: 'is no reservation: write a whole number from 1 to 1000, or "unreserved"',
});

const functions = z.strictObject({
  detect: z
    .strictObject({
      memoryMiB: memoryMiB.default(1024).describe('Memory of the detect function; CPU grows with it.'),
      timeoutSeconds: z.int().min(10).max(900).default(120).describe('Longest run of the detect function.'),
      reservedConcurrency: reservedConcurrency
        .default(10)
        .describe('Executions set aside for detect, which also bounds them, or `"unreserved"`.'),
    })
    .prefault({}),
  enforce: z
    .strictObject({
      memoryMiB: memoryMiB.default(512).describe('Memory of the enforce function.'),
      timeoutSeconds: z.int().min(10).max(900).default(60).describe('Longest run of the enforce function.'),
      reservedConcurrency: reservedConcurrency
        .default(1)
        .describe(
          'Executions set aside for enforce, or `"unreserved"` where the account has none to spare; the lease in the ledger keeps it to one writer either way.',
        ),
    })
    .prefault({}),
  logRetentionDays: z
    .literal(RETENTION_DAYS)
    .default(90)
    .describe("Days that the functions' own logs are kept."),
});

/** The keys of an environment that shape how records come in and what works on them. */
export const automationSections = {
  flowLogs: z
    .union([createdFlowLog, existingFlowLog])
    .prefault({})
    .describe('The flow log to create, or the log group of one that exists.'),
  functions: functions.prefault({}),
};
