import { type Alarm, ComparisonOperator, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { OperatorAlarm, UnusualAlarm } from './operator-alarm';
import type { RingfenceMetrics } from './ringfence-metrics';

/** Properties of {@link TrafficAlarms}. */
export interface TrafficAlarmsProps {
  readonly environmentName: string;
  readonly metrics: RingfenceMetrics;
  readonly topic: ITopic;
  /** Probing sources within five minutes that count as a spike. */
  readonly probeSourcesPer5Minutes: number;
}

/** What comes at the perimeter. */
export class TrafficAlarms extends Construct {
  readonly probeSpike: OperatorAlarm;
  readonly unusual: readonly UnusualAlarm[];

  constructor(scope: Construct, id: string, props: TrafficAlarmsProps) {
    super(scope, id);
    const { environmentName: name, metrics, topic } = props;
    this.probeSpike = new OperatorAlarm(this, 'ProbeSpike', {
      topic,
      metric: metrics.probeSources(),
      threshold: props.probeSourcesPer5Minutes,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      meaning: `${name}: many sources probe SIP at once; a scan is under way.`,
      remedy:
        "nothing while no other alarm is on, sources are banned by themselves; the ban lines of the detect function's log show who and why. If scans of this size are ordinary, raise alarms.probeSpike.",
    });
    this.unusual = [
      this.unusualAlarm('UnusualSources', props, metrics.probeSources(), 'probing sources'),
      this.unusualAlarm('UnusualPackets', props, metrics.probePackets(), 'SIP packets of probing sources'),
      this.unusualAlarm('UnusualBans', props, metrics.newBans(), 'new bans'),
    ];
  }

  /** All of them. */
  get alarms(): Alarm[] {
    return [this.probeSpike, ...this.unusual];
  }

  private unusualAlarm(id: string, props: TrafficAlarmsProps, metric: IMetric, what: string): UnusualAlarm {
    return new UnusualAlarm(this, id, {
      metric,
      topic: props.topic,
      meaning: `${props.environmentName}: more ${what} than is usual at this hour.`,
      remedy:
        "look at the dashboard; the ban lines of the detect function's log show who and why. Nothing has to be done while SlotsOverflow is off.",
    });
  }
}
