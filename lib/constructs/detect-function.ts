import { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { FunctionCode } from './function-code';
import type { LedgerTable } from './ledger-table';
import type { RecordSource } from './record-source';
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
  /** Where flow-log records come from. */
  readonly source: RecordSource;
  /** How long a window waits for records, seconds. */
  readonly deliverySeconds: number;
}

/** AWS: longest that Lambda keeps an asynchronous event. Records are evidence, none is given up early. */
const SIX_HOURS = 6 * 3600;

/** Flow-log records to evidence and bans in the ledger. It may use the ledger's items and nothing else: no EC2, no WAF. */
export class DetectFunction extends RingfenceFunction {
  constructor(scope: Construct, id: string, props: DetectFunctionProps) {
    super(scope, id, {
      ...props.settings,
      code: props.code(props.source.functionName),
      description: 'Ringfence: flow-log records to evidence and bans in the ledger',
      environment: {
        RINGFENCE_LEDGER_TABLE: props.ledger.table.tableName,
        RINGFENCE_DEPLOYMENT: props.deployment,
        ...(props.source.format !== undefined && { RINGFENCE_FLOW_LOG_FORMAT: props.source.format }),
        RINGFENCE_DELIVERY_SECONDS: String(props.deliverySeconds),
      },
      logRetentionDays: props.logRetentionDays,
      // The longest that SQS keeps a message: records that failed are evidence, and can be played in again.
      failuresKept: Duration.days(14),
      retryAttempts: 2,
      maxEventAgeSeconds: SIX_HOURS,
    });
    props.ledger.grantItems(this);
    props.source.deliverTo(this);
  }
}
