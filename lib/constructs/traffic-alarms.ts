import { Duration } from 'aws-cdk-lib';
import { ComparisonOperator, Metric, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { OperatorAlarm } from './operator-alarm';
import type { RingfenceMetrics } from './ringfence-metrics';

/** Properties of {@link TrafficAlarms}. */
export interface TrafficAlarmsProps {
  readonly environmentName: string;
  readonly metrics: RingfenceMetrics;
  readonly topic: ITopic;
  /** Where flow-log records arrive. */
  readonly flowLogs: ILogGroup;
  /** Probing sources within five minutes that count as a spike. */
  readonly probeSourcesPer5Minutes: number;
  /** Minutes without a record that count as silence, a multiple of 5. */
  readonly silenceMinutes: number;
}

/** What comes at the perimeter, and whether it is seen at all. */
export class TrafficAlarms extends Construct {
  readonly probeSpike: OperatorAlarm;
  readonly silence: OperatorAlarm;
  readonly skippedRecords: OperatorAlarm;

  constructor(scope: Construct, id: string, props: TrafficAlarmsProps) {
    super(scope, id);
    const { environmentName: name, metrics, topic } = props;
    this.probeSpike = new OperatorAlarm(this, 'ProbeSpike', {
      topic,
      metric: metrics.probeSources(),
      threshold: props.probeSourcesPer5Minutes,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      meaning: `${name}: many sources probe SIP at once; a scan is under way.`,
      remedy: `"ringfence list --env ${name}" shows who is banned and "ringfence status" whether slots are left; if scans of this size are ordinary, raise alarms.probeSpike.`,
    });
    this.silence = new OperatorAlarm(this, 'Silence', {
      topic,
      metric: incomingLogEvents(props.flowLogs),
      threshold: 1,
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: props.silenceMinutes / 5,
      treatMissingData: TreatMissingData.BREACHING,
      meaning: `${name}: no flow-log record for ${props.silenceMinutes} minutes; detection is blind.`,
      remedy: `check that the flow log is active and may deliver ("ringfence doctor --env ${name}"), and that a voice server is running.`,
    });
    this.skippedRecords = new OperatorAlarm(this, 'SkippedRecords', {
      topic,
      metric: metrics.skippedRecords(),
      threshold: 0,
      meaning: `${name}: AWS lost flow-log records (SKIPDATA); probes in them were not seen.`,
      remedy:
        'nothing for a single one; if it goes on, the traffic exceeds what flow logs capture: log the voice subnets only.',
    });
  }

  /** All of them. */
  get alarms(): OperatorAlarm[] {
    return [this.probeSpike, this.silence, this.skippedRecords];
  }
}

/**
 * Records that arrived in the log group; there is no data point at all while nothing arrives. Spelt out because
 * `metricIncomingLogEvents` of aws-cdk-lib 2.276.0 names a metric, IncomingLogs, that does not exist.
 */
function incomingLogEvents(flowLogs: ILogGroup): Metric {
  return new Metric({
    namespace: 'AWS/Logs',
    metricName: 'IncomingLogEvents',
    dimensionsMap: { LogGroupName: flowLogs.logGroupName },
    statistic: Stats.SUM,
    period: Duration.minutes(5),
  });
}
