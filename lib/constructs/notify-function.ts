import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { EnvironmentSettings } from '../config';
import { acknowledge } from './acknowledge';
import type { FunctionCode } from './function-code';
import type { LedgerTable } from './ledger-table';
import { RingfenceFunction } from './ringfence-function';

/** Properties of {@link NotifyFunction}. */
export interface NotifyFunctionProps {
  readonly code: FunctionCode;
  readonly environment: EnvironmentSettings;
  readonly ledger: LedgerTable;
  readonly topic: ITopic;
  /** Encrypts the topic's messages. */
  readonly key: Key;
  /** What the names of the environment's alarms begin with. */
  readonly alarmNamePrefix: string;
}

/** Partition key of the one item that it writes (lambda/blacklist/dynamodb-keys.ts). */
const OWN_ITEM = 'NOTIFY';

/**
 * Tells people what the ledger says: every five minutes it looks whether there is something new. Apart from detection and
 * enforcement, so that nothing here can keep them from their work; it may read the ledger, write one item of its own,
 * publish to the topic, and read metrics and alarms.
 */
export class NotifyFunction extends RingfenceFunction {
  constructor(scope: Construct, id: string, props: NotifyFunctionProps) {
    const { environment, ledger, topic } = props;
    const { bans, everyMinutes, digestHour } = environment.notifications;
    super(scope, id, {
      code: props.code('notify'),
      description: 'Ringfence: tells people of bans, of conditions that need them, and a digest of the day',
      environment: {
        RINGFENCE_ENVIRONMENT: environment.name,
        RINGFENCE_LEDGER_TABLE: ledger.table.tableName,
        RINGFENCE_NOTIFY_TOPIC: topic.topicArn,
        RINGFENCE_ALARM_PREFIX: props.alarmNamePrefix,
        RINGFENCE_NOTIFY_BANS: String(bans),
        RINGFENCE_NOTIFY_MINUTES: String(everyMinutes),
        RINGFENCE_DIGEST_HOUR: String(digestHour),
        RINGFENCE_SILENCE_MINUTES: String(environment.alarms.silenceMinutes),
      },
      memoryMiB: 512,
      timeoutSeconds: 60,
      // A second run at the same time sees the first one's claim in the ledger and leaves.
      reservedConcurrency: 'unreserved',
      logRetentionDays: environment.functions.logRetentionDays,
      failuresKept: Duration.hours(1),
      retryAttempts: 0,
      maxEventAgeSeconds: 300,
    });
    for (const statement of statements(props)) this.function.addToRolePolicy(statement);
    this.schedule();
    acknowledge(this, {
      'AwsSolutions-IAM5[Resource::*]':
        'cloudwatch:GetMetricStatistics and cloudwatch:DescribeAlarms, which AWS cannot bind to a resource; both only read.',
      'AwsSolutions-IAM5[Action::kms:GenerateDataKey*]':
        'What SNS asks of a publisher to an encrypted topic.',
    });
  }

  private schedule(): void {
    const target = new LambdaFunction(this.function, {
      deadLetterQueue: this.failures,
      retryAttempts: 0,
      maxEventAge: Duration.minutes(5),
    });
    new Rule(this, 'Schedule', {
      schedule: Schedule.rate(Duration.minutes(5)),
      description: 'Ringfence: tell people what is new',
      targets: [target],
    });
  }
}

function statements({ ledger, topic, key }: NotifyFunctionProps): PolicyStatement[] {
  const tableArn = ledger.table.tableArn;
  return [
    new PolicyStatement({ actions: ['dynamodb:BatchGetItem', 'dynamodb:Query'], resources: [tableArn] }),
    new PolicyStatement({
      actions: ['dynamodb:PutItem'],
      resources: [tableArn],
      conditions: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': [OWN_ITEM] } },
    }),
    new PolicyStatement({ actions: ['sns:Publish'], resources: [topic.topicArn] }),
    // SNS developer guide, *Key management*: what a publisher to an encrypted topic needs.
    new PolicyStatement({ actions: ['kms:Decrypt', 'kms:GenerateDataKey*'], resources: [key.keyArn] }),
    new PolicyStatement({
      actions: ['cloudwatch:GetMetricStatistics', 'cloudwatch:DescribeAlarms'],
      resources: ['*'],
    }),
  ];
}
