import { Duration } from 'aws-cdk-lib';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { OperatorAlarm } from './operator-alarm';
import type { RingfenceFunction } from './ringfence-function';

/** Properties of {@link FunctionAlarms}. */
export interface FunctionAlarmsProps {
  readonly environmentName: string;
  /** The function, as people call it. */
  readonly functionName: 'detect' | 'enforce' | 'pbx';
  readonly watched: RingfenceFunction;
  readonly topic: ITopic;
  /** Throttles within five minutes that are in order. */
  readonly toleratedThrottles: number;
  /**
   * What to do where it is refused executions.
   * @default - raise what is reserved for it, or the account's limit
   */
  readonly throttlesRemedy?: string;
  /** What to do with events that failed for good. */
  readonly failuresRemedy: string;
  /** What it means when the function does not do its work. */
  readonly consequence: string;
}

const PERIOD = Duration.minutes(5);

/** Errors, throttles and dead letters of one function. */
export class FunctionAlarms extends Construct {
  readonly errors: OperatorAlarm;
  readonly throttles: OperatorAlarm;
  readonly failures: OperatorAlarm;

  constructor(scope: Construct, id: string, props: FunctionAlarmsProps) {
    super(scope, id);
    const { topic, watched } = props;
    const what = `${props.environmentName}: the ${props.functionName} function`;
    this.errors = new OperatorAlarm(this, 'Errors', {
      topic,
      metric: watched.function.metricErrors({ period: PERIOD }),
      threshold: 0,
      evaluationPeriods: 2,
      meaning: `${what} fails repeatedly; ${props.consequence}.`,
      remedy:
        'read its log, the last error line names the cause; events are retried and kept, nothing is lost yet.',
    });
    this.throttles = new OperatorAlarm(this, 'Throttles', {
      topic,
      metric: watched.function.metricThrottles({ period: PERIOD }),
      threshold: props.toleratedThrottles,
      evaluationPeriods: 3,
      meaning: `${what} is refused executions; ${props.consequence}.`,
      remedy:
        props.throttlesRemedy ??
        `raise functions.${props.functionName}.reservedConcurrency, or the account's concurrency limit.`,
    });
    this.failures = new OperatorAlarm(this, 'DeadLetters', {
      topic,
      metric: watched.failures.metricApproximateNumberOfMessagesVisible({ period: PERIOD }),
      threshold: 0,
      meaning: `${what} gave up on events; they wait in its Failures queue.`,
      remedy: props.failuresRemedy,
    });
  }

  /** All of them. */
  get alarms(): OperatorAlarm[] {
    return [this.errors, this.throttles, this.failures];
  }
}
