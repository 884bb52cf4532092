import * as z from '../schema';
import { DynamoDbLedger } from '../blacklist/dynamodb-ledger';
import { DynamoDbTable } from '../blacklist/dynamodb-table';
import { defaultDetectionPolicy } from '../detection';
import { CloudWatchSight } from '../notification/cloudwatch-sight';
import { DynamoDbNotifyState } from '../notification/dynamodb-notify-state';
import { Notifier } from '../notification/notifier';
import { SnsNotices } from '../notification/sns-notices';
import { cloudWatchClient, ledgerClient, snsClient } from './aws-clients';
import { EnvironmentError } from './environment';
import { lambdaTelemetry, type Telemetry } from './telemetry';

const whole = (least: number, most: number) =>
  z.coerce.number().check(z.int(), z.minimum(least), z.maximum(most));

const VARIABLES = z.object({
  RINGFENCE_ENVIRONMENT: z.string().check(z.minLength(1)),
  RINGFENCE_LEDGER_TABLE: z.string().check(z.minLength(3)),
  RINGFENCE_NOTIFY_TOPIC: z.string().check(z.startsWith('arn:')),
  RINGFENCE_ALARM_PREFIX: z.string().check(z.minLength(1)),
  RINGFENCE_NOTIFY_BANS: z.enum(['true', 'false']),
  RINGFENCE_NOTIFY_MINUTES: whole(5, 1440),
  RINGFENCE_DIGEST_HOUR: z.union([z.literal('off'), whole(0, 23)]),
  RINGFENCE_SILENCE_MINUTES: whole(1, 1440),
});

let composed: { notifier: Notifier; telemetry: Telemetry } | undefined;

/** Made at the first event, and kept while the execution environment lives. */
function compose(): { notifier: Notifier; telemetry: Telemetry } {
  const parsed = VARIABLES.safeParse(process.env);
  if (!parsed.success) throw new EnvironmentError(`environment variables: ${z.prettifyError(parsed.error)}`);
  const { data } = parsed;
  const environment = data.RINGFENCE_ENVIRONMENT;
  const telemetry = lambdaTelemetry('notify', environment);
  const table = { client: ledgerClient(), tableName: data.RINGFENCE_LEDGER_TABLE };
  const notices = new SnsNotices(snsClient(), data.RINGFENCE_NOTIFY_TOPIC);
  const hour = data.RINGFENCE_DIGEST_HOUR;
  const notifier = new Notifier({
    environment,
    policy: defaultDetectionPolicy,
    ledger: new DynamoDbLedger(table),
    store: new DynamoDbNotifyState(new DynamoDbTable(table)),
    sight: new CloudWatchSight(cloudWatchClient(), environment, data.RINGFENCE_ALARM_PREFIX),
    publish: (notice) => notices.publish(notice),
    settings: {
      bans: data.RINGFENCE_NOTIFY_BANS === 'true',
      everySeconds: data.RINGFENCE_NOTIFY_MINUTES * 60,
      digestHour: hour === 'off' ? undefined : hour,
      silenceSeconds: data.RINGFENCE_SILENCE_MINUTES * 60,
    },
    clock: Date.now,
    warn: (message, fields) => telemetry.warn(message, fields),
  });
  return { notifier, telemetry };
}

/** Lambda entry: a schedule. */
export async function handler(): Promise<{ readonly sent: number }> {
  composed ??= compose();
  const { notifier, telemetry } = composed;
  try {
    const { sent } = await notifier.run();
    for (const { subject } of sent) telemetry.info('message sent', { subject });
    return { sent: sent.length };
  } catch (error) {
    telemetry.metric('NotificationsFailed', 1);
    telemetry.error('notify failed', { error });
    throw error;
  } finally {
    telemetry.flush();
  }
}
