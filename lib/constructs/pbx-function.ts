import { Duration } from 'aws-cdk-lib';
import { FilterPattern, LogGroup, SubscriptionFilter } from 'aws-cdk-lib/aws-logs';
import { LambdaDestination } from 'aws-cdk-lib/aws-logs-destinations';
import type { Construct } from 'constructs';
import type { EnvironmentSettings } from '../config';
import type { FunctionCode } from './function-code';
import type { LedgerTable } from './ledger-table';
import { RingfenceFunction } from './ringfence-function';

/** Properties of {@link PbxFunction}. */
export interface PbxFunctionProps {
  readonly code: FunctionCode;
  readonly logRetentionDays: number;
  readonly ledger: LedgerTable;
  /** The deployment document as JSON. */
  readonly deployment: string;
  /** The logs to read: log groups that exist. */
  readonly logs: EnvironmentSettings['pbxLogs'];
  /** How long a window waits for records, seconds. */
  readonly deliverySeconds: number;
}

/** AWS: longest that Lambda keeps an asynchronous event. Lines are evidence, none is given up early. */
const SIX_HOURS = 6 * 3600;
/** A batch is at most 1 MB before base64; a second of work. */
const SIZE = { memoryMiB: 512, timeoutSeconds: 60, reservedConcurrency: 'unreserved' as const };

/**
 * Lines of PBX logs to evidence in the ledger. A function of its own, so that a PBX that logs too much is in nobody's way:
 * detect reads flow logs and judges all the same. It may use the ledger's items and nothing else.
 */
export class PbxFunction extends RingfenceFunction {
  constructor(scope: Construct, id: string, props: PbxFunctionProps) {
    super(scope, id, {
      ...SIZE,
      code: props.code('pbx'),
      description: 'Ringfence: lines of PBX logs to evidence in the ledger',
      environment: {
        RINGFENCE_LEDGER_TABLE: props.ledger.table.tableName,
        RINGFENCE_DEPLOYMENT: props.deployment,
        RINGFENCE_DELIVERY_SECONDS: String(props.deliverySeconds),
        RINGFENCE_PBX_LOGS: JSON.stringify(
          Object.fromEntries(props.logs.map(({ logGroup, dialect }) => [logGroup, dialect])),
        ),
      },
      logRetentionDays: props.logRetentionDays,
      // The longest that SQS keeps a message: lines that failed are evidence, and can be played in again.
      failuresKept: Duration.days(14),
      retryAttempts: 2,
      maxEventAgeSeconds: SIX_HOURS,
    });
    props.ledger.grantItems(this);
    for (const [i, { logGroup }] of props.logs.entries()) {
      new SubscriptionFilter(this, `Subscription${i + 1}`, {
        logGroup: LogGroup.fromLogGroupName(this, `PbxLog${i + 1}`, logGroup),
        destination: new LambdaDestination(this.function),
        filterPattern: FilterPattern.allEvents(),
      });
    }
  }
}
