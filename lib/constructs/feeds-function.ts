import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import type { EnvironmentSettings } from '../config';
import type { FunctionCode } from './function-code';
import type { LedgerTable } from './ledger-table';
import { RingfenceFunction } from './ringfence-function';

/** Properties of {@link FeedsFunction}. */
export interface FeedsFunctionProps {
  readonly code: FunctionCode;
  readonly feeds: EnvironmentSettings['feeds'];
  readonly logRetentionDays: number;
  readonly ledger: LedgerTable;
  /** The deployment document as JSON. */
  readonly deployment: string;
}

/** Once an hour, the feeds that are due into the ledger. It may use the ledger's items and read the named secrets. */
export class FeedsFunction extends RingfenceFunction {
  constructor(scope: Construct, id: string, props: FeedsFunctionProps) {
    super(scope, id, {
      code: props.code('feeds'),
      description: "Ringfence: feeds of others' bans into the ledger",
      environment: {
        RINGFENCE_LEDGER_TABLE: props.ledger.table.tableName,
        RINGFENCE_DEPLOYMENT: props.deployment,
        RINGFENCE_FEEDS: JSON.stringify(props.feeds),
      },
      // A feed of 16 MiB as text, its entries, and those of before.
      memoryMiB: 1024,
      timeoutSeconds: 900,
      reservedConcurrency: 'unreserved',
      logRetentionDays: props.logRetentionDays,
      failuresKept: Duration.days(1),
      // The next hour does what this one could not.
      retryAttempts: 0,
      maxEventAgeSeconds: 3600,
    });
    props.ledger.grantItems(this);
    for (const { name, keySecret } of props.feeds)
      if (keySecret !== undefined)
        Secret.fromSecretCompleteArn(this, `Key-${name}`, keySecret).grantRead(this);
    new Rule(this, 'Hourly', {
      schedule: Schedule.rate(Duration.hours(1)),
      description: 'Ringfence: read the feeds that are due',
      targets: [
        new LambdaFunction(this.function, {
          deadLetterQueue: this.failures,
          retryAttempts: 0,
          maxEventAge: Duration.minutes(30),
        }),
      ],
    });
  }
}
