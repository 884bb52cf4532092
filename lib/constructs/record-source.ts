import type { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { RingfenceFunction } from './ringfence-function';
import type { FunctionName } from './function-code';

/** Where flow-log records come from, as the detect function and the alarms see it. */
export interface RecordSource {
  /** The function that can read it. */
  readonly functionName: Extract<FunctionName, 'detect' | 'detect-objects'>;
  /**
   * The records' fields in order.
   * @default - each object says it itself
   */
  readonly format?: string;
  /** What arrived within five minutes; no data point, or zero, while nothing arrives. */
  readonly arrivals: Metric;
  /**
   * What could not be read after several attempts.
   * @default - it ends in the function's own queue of failures
   */
  readonly unreadable?: IQueue;
  /** Where records are kept, for people: the name of a log group or bucket. */
  readonly locationName: string;
  /** Lets the records go to the function. Once. */
  deliverTo(detect: RingfenceFunction): void;
  /** How long the oldest records wait for the function, and from when on that is too long, in the metric's unit. */
  waiting(detect: RingfenceFunction): { readonly metric: Metric; readonly threshold: number };
}
