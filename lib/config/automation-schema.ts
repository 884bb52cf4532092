import { z } from 'zod';
import { FlowLogFormat, FlowLogFormatError } from '../../lambda/flow-log/format';
import { pbxLogs } from './pbx-schema';

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

const aggregationSeconds = z.literal([60, 600]);

/** What every flow log that is created here says. */
const created = {
  aggregationSeconds: aggregationSeconds
    .default(60)
    .describe('Longest time a record spans. 600 halves the volume and makes detection ten minutes slower.'),
  scope: z
    .enum(['voice-subnets', 'vpc'])
    .default('voice-subnets')
    .describe('What is logged: the voice subnets, or the whole VPC.'),
};

const DESTINATION_REMEDY = 'is not a choice: write "cloudwatch" or "s3"';

const createdInCloudWatch = z.strictObject({
  destination: z
    .literal('cloudwatch', { error: DESTINATION_REMEDY })
    .default('cloudwatch')
    .describe('Where the flow log delivers to: a log group, seen after about 5 minutes.'),
  ...created,
  retentionDays: z.literal(RETENTION_DAYS).default(30).describe('Days that flow-log records are kept.'),
});

const createdInS3 = z.strictObject({
  destination: z
    .literal('s3', { error: DESTINATION_REMEDY })
    .describe(
      'Where the flow log delivers to: a bucket, at half the price of a log group, seen after about 10 minutes.',
    ),
  ...created,
  fileFormat: z
    .enum(['text', 'parquet'])
    .default('text')
    .describe('Files of gzip text, or Parquet, which is smaller and faster to query for large sites.'),
  hourlyPartitions: z
    .boolean()
    .default(true)
    .describe(
      'Whether the folders of the bucket go down to the hour, or to the day. Both are named as Hive expects.',
    ),
  retentionDays: z
    .int()
    .min(1)
    .max(3650)
    .default(30)
    .describe('Days that flow-log files are kept, by a lifecycle rule of the bucket.'),
});

const existingAggregation = aggregationSeconds
  .default(600)
  .describe(
    'Longest time a record of that flow log spans, as `aws ec2 describe-flow-logs` shows it. Detection waits so much longer; 600 is what AWS makes by default.',
  );

const existingInCloudWatch = z.strictObject({
  existingLogGroup: z
    .string()
    .regex(/^[\w./#-]{1,512}$/, { message: 'is not the name of a CloudWatch log group' })
    .describe('Log group that a flow log delivers to already. It has room for two subscription filters.'),
  format: logFormat.describe(
    'Fields of that flow log in their order, as `aws ec2 describe-flow-logs` shows them.',
  ),
  aggregationSeconds: existingAggregation,
});

const existingInS3 = z.strictObject({
  existingBucket: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, {
      message: 'is not the name of a bucket: write 3 to 63 lower-case letters, digits, dots and hyphens',
    })
    .describe(
      'Bucket that a flow log delivers to already, text or Parquet. It has to send its events to EventBridge (bucket properties, *Amazon EventBridge*).',
    ),
  prefix: z
    .string()
    .regex(/^[\w!.()'/=-]*$/, {
      message: 'is not a folder of a bucket: write it as it stands before AWSLogs',
    })
    .default('')
    .describe('What comes before `AWSLogs/` in the names of its objects.'),
  keyArn: z
    .string()
    .regex(/^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+$/, {
      message: 'is not the ARN of a key: write arn:aws:kms:<region>:<account>:key/<id>',
    })
    .optional()
    .describe('Key that the objects are encrypted with. Without it, none of your own.'),
  aggregationSeconds: existingAggregation,
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
        .describe(
          'Executions set aside for detect, which also bounds them, or `"unreserved"`. Flow logs in S3 need at least 3: two read objects, one is left to the tick.',
        ),
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
    .union([createdInCloudWatch, createdInS3, existingInCloudWatch, existingInS3])
    .prefault({})
    .describe('The flow log to create, or the log group or bucket that one delivers to already.'),
  functions: functions.prefault({}),
  pbxLogs,
};
