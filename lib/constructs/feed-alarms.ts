import { Duration } from 'aws-cdk-lib';
import { TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { OperatorAlarm } from './operator-alarm';
import type { RingfenceFunction } from './ringfence-function';
import type { RingfenceMetrics } from './ringfence-metrics';

/** Properties of {@link FeedAlarms}. */
export interface FeedAlarmsProps {
  readonly environmentName: string;
  readonly metrics: RingfenceMetrics;
  readonly topic: ITopic;
  readonly feeds: RingfenceFunction;
}

/** Hours in a row, and runs of the function, in which a feed is stale before somebody is told. */
const STALE_HOURS = 3;

/** Whether the feeds are read, and taken. */
export class FeedAlarms extends Construct {
  readonly stale: OperatorAlarm;
  readonly failures: OperatorAlarm;

  constructor(scope: Construct, id: string, props: FeedAlarmsProps) {
    super(scope, id);
    const { environmentName: name, metrics, topic, feeds } = props;
    this.stale = new OperatorAlarm(this, 'Stale', {
      topic,
      metric: metrics.staleFeeds(),
      threshold: 0,
      evaluationPeriods: STALE_HOURS,
      // The function tells it in every run: silence means that it does not run to its end.
      treatMissingData: TreatMissingData.BREACHING,
      meaning: `${name}: a feed of others' bans has not been taken four times in a row, or the feeds function does not run; own detection goes on.`,
      remedy:
        "the feeds function's log says which feed and why: its address, its key, or a change of size, which ringfence import --accept-change takes.",
    });
    this.failures = new OperatorAlarm(this, 'DeadLetters', {
      topic,
      metric: feeds.failures.metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(5) }),
      threshold: 0,
      meaning: `${name}: the feeds function failed as a whole; what feeds said before counts until it expires.`,
      remedy: 'read its log, the last error line names the cause; the queue forgets its events within a day.',
    });
  }

  /** Both. */
  get alarms(): OperatorAlarm[] {
    return [this.stale, this.failures];
  }
}
