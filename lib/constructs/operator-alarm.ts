import {
  Alarm,
  type AlarmProps,
  AnomalyDetectionAlarm,
  ComparisonOperator,
  CompositeAlarm,
  type IAlarmRule,
  type IMetric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';

/** What every alarm tells its reader, and where. */
export interface AlarmMessage {
  /** What the alarm means to somebody who runs the phones. */
  readonly meaning: string;
  /** What to do about it. */
  readonly remedy: string;
  readonly topic: ITopic;
}

/** Properties of {@link OperatorAlarm}. */
export interface OperatorAlarmProps extends AlarmMessage, Pick<AlarmProps, 'metric' | 'threshold'> {
  /** @default - fires above the threshold */
  readonly comparisonOperator?: ComparisonOperator;
  /** Periods in a row that must breach. @default 1 */
  readonly evaluationPeriods?: number;
  /** What no data at all counts as. @default - not breaching */
  readonly treatMissingData?: TreatMissingData;
}

/** An alarm that says what it means and what to do, and tells the topic when it begins and when it is over. */
export class OperatorAlarm extends Alarm {
  constructor(scope: Construct, id: string, props: OperatorAlarmProps) {
    const { meaning, remedy, topic, ...alarm } = props;
    super(scope, id, {
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
      ...alarm,
      alarmDescription: describe({ meaning, remedy }),
    });
    tell(this, topic);
  }
}

/** Properties of {@link UnusualAlarm}. */
export interface UnusualAlarmProps extends AlarmMessage {
  readonly metric: IMetric;
}

/** Width of the band that counts as usual, in standard deviations: 3 leaves out 0.3 % of what is usual. */
const BAND = 3;

/** Fires when a metric is above what it usually is at that hour of the week, which CloudWatch learns in two weeks. */
export class UnusualAlarm extends AnomalyDetectionAlarm {
  constructor(scope: Construct, id: string, { metric, topic, ...message }: UnusualAlarmProps) {
    super(scope, id, {
      metric,
      stdDevs: BAND,
      comparisonOperator: ComparisonOperator.GREATER_THAN_UPPER_THRESHOLD,
      evaluationPeriods: 3,
      treatMissingData: TreatMissingData.NOT_BREACHING,
      alarmDescription: describe(message),
    });
    tell(this, topic);
  }
}

/** Properties of {@link SummaryAlarm}. */
export interface SummaryAlarmProps extends AlarmMessage {
  /** What the alarm sums up, put together by `AlarmRule`. */
  readonly rule: IAlarmRule;
}

/** One alarm for a state that several others show, for those who want to be woken by that alone. */
export class SummaryAlarm extends CompositeAlarm {
  constructor(scope: Construct, id: string, { rule, topic, ...message }: SummaryAlarmProps) {
    super(scope, id, { alarmRule: rule, alarmDescription: describe(message) });
    tell(this, topic);
  }
}

function describe({ meaning, remedy }: Pick<AlarmMessage, 'meaning' | 'remedy'>): string {
  return `${meaning} What to do: ${remedy}`;
}

function tell(alarm: Alarm | CompositeAlarm, topic: ITopic): void {
  alarm.addAlarmAction(new SnsAction(topic));
  alarm.addOkAction(new SnsAction(topic));
}
