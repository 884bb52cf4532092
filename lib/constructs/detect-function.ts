import { Duration } from 'aws-cdk-lib';
import { FilterPattern, type ILogGroup, SubscriptionFilter } from 'aws-cdk-lib/aws-logs';
import { LambdaDestination } from 'aws-cdk-lib/aws-logs-destinations';
import type { Construct } from 'constructs';
import type { FunctionCode } from './function-code';
import type { LedgerTable } from './ledger-table';
import { RingfenceFunction } from './ringfence-function';

/** What an environment says about one function. */
export interface FunctionSettings {
  readonly memoryMiB: number;
  readonly timeoutSeconds: number;
  readonly reservedConcurrency: number | 'unreserved';
}

/** Properties of {@link DetectFunction}. */
export interface DetectFunctionProps {
  readonly code: FunctionCode;
  readonly settings: FunctionSettings;
  readonly logRetentionDays: number;
  readonly ledger: LedgerTable;
  /** The deployment document as JSON. */
  readonly deployment: string;
  /** Where flow-log records arrive. */
  readonly flowLogs: ILogGroup;
  /** Their fields in order. */
  readonly flowLogFormat: string;
}

/** AWS: longest that Lambda keeps an asynchronous event. Records are evidence, none is given up early. */
const SIX_HOURS = 6 * 3600;

/**
 * Flow-log records to evidence and bans in the ledger. It may use the ledger's items and nothing else: no EC2, no WAF.
 *
 * The subscription has no port filter. Media and our own replies are what tells a caller from a scanner, and SKIPDATA
 * rows, which have no port, are how lost records show.
 */
export class DetectFunction extends RingfenceFunction {
  constructor(scope: Construct, id: string, props: DetectFunctionProps) {
    super(scope, id, {
      ...props.settings,
      code: props.code('detect'),
      description: 'Ringfence: flow-log records to evidence and bans in the ledger',
      environment: {
        RINGFENCE_LEDGER_TABLE: props.ledger.table.tableName,
        RINGFENCE_DEPLOYMENT: props.deployment,
        RINGFENCE_FLOW_LOG_FORMAT: props.flowLogFormat,
      },
      logRetentionDays: props.logRetentionDays,
      // The longest that SQS keeps a message: records that failed are evidence, and can be played in again.
      failuresKept: Duration.days(14),
      retryAttempts: 2,
      maxEventAgeSeconds: SIX_HOURS,
    });
    props.ledger.grantItems(this);
    new SubscriptionFilter(this, 'Subscription', {
      logGroup: props.flowLogs,
      destination: new LambdaDestination(this.function),
      filterPattern: FilterPattern.allEvents(),
    });
  }
}
