import { Alarm, type AlarmProps, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';

/** Properties of {@link OperatorAlarm}. */
export interface OperatorAlarmProps extends Pick<AlarmProps, 'metric' | 'threshold'> {
  /** What the alarm means to somebody who runs the phones. */
  readonly meaning: string;
  /** What to do about it. */
  readonly remedy: string;
  readonly topic: ITopic;
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
      alarmDescription: `${meaning} What to do: ${remedy}`,
    });
    this.addAlarmAction(new SnsAction(topic));
    this.addOkAction(new SnsAction(topic));
  }
}
