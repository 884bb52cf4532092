import { Duration } from 'aws-cdk-lib';
import { ComparisonOperator, Metric, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { OperatorAlarm } from './operator-alarm';
import type { RingfenceMetrics } from './ringfence-metrics';

/** Properties of {@link SightAlarms}. */
export interface SightAlarmsProps {
  readonly environmentName: string;
  readonly metrics: RingfenceMetrics;
  readonly topic: ITopic;
  /** Where flow-log records arrive. */
  readonly flowLogs: ILogGroup;
  /** Minutes without a record that count as silence, a multiple of 5. */
  readonly silenceMinutes: number;
}

/** Whether what comes at the perimeter is seen at all: blind is not the same as quiet. */
export class SightAlarms extends Construct {
  readonly silence: OperatorAlarm;
  readonly malformedRecords: OperatorAlarm;
  readonly skippedRecords: OperatorAlarm;

  constructor(scope: Construct, id: string, props: SightAlarmsProps) {
    super(scope, id);
    const { environmentName: name, metrics, topic } = props;
    this.silence = new OperatorAlarm(this, 'Silence', {
      topic,
      metric: incomingLogEvents(props.flowLogs),
      threshold: 1,
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: props.silenceMinutes / 5,
      treatMissingData: TreatMissingData.BREACHING,
      meaning: `${name}: no flow-log record for ${props.silenceMinutes} minutes; detection is blind.`,
      remedy:
        'check that the flow log is active and may deliver (VPC console, flow logs, status), and that a voice server is running.',
    });
    this.malformedRecords = new OperatorAlarm(this, 'MalformedRecords', {
      topic,
      metric: metrics.malformedRecords(),
      threshold: 0,
      evaluationPeriods: 3,
      meaning: `${name}: flow-log records cannot be parsed; what they would show is not seen.`,
      remedy:
        "compare the flow log's format with flowLogs.format, and look for another flow log that delivers to the same log group.",
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
    return [this.silence, this.malformedRecords, this.skippedRecords];
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
