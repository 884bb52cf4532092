import { Duration } from 'aws-cdk-lib';
import { ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { DetectFunction } from './detect-function';
import { OperatorAlarm } from './operator-alarm';
import type { RecordSource } from './record-source';
import type { RingfenceMetrics } from './ringfence-metrics';

/** Properties of {@link SightAlarms}. */
export interface SightAlarmsProps {
  readonly environmentName: string;
  readonly metrics: RingfenceMetrics;
  readonly topic: ITopic;
  /** Where flow-log records come from. */
  readonly records: RecordSource;
  /** The function that reads them. */
  readonly detect: DetectFunction;
  /** Minutes without a record that count as silence, a multiple of 5. */
  readonly silenceMinutes: number;
}

/** Whether what comes at the perimeter is seen at all: blind is not the same as quiet. */
export class SightAlarms extends Construct {
  readonly silence: OperatorAlarm;
  readonly malformedRecords: OperatorAlarm;
  readonly skippedRecords: OperatorAlarm;
  readonly backlog: OperatorAlarm;
  readonly late: OperatorAlarm;
  readonly unreadable: OperatorAlarm | undefined;

  constructor(scope: Construct, id: string, props: SightAlarmsProps) {
    super(scope, id);
    const { environmentName: name, metrics, topic } = props;
    this.silence = new OperatorAlarm(this, 'Silence', {
      topic,
      metric: props.records.arrivals,
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
    this.backlog = this.backlogAlarm(props);
    this.late = this.lateAlarm(props);
    this.unreadable = this.unreadableAlarm(props);
  }

  /** All of them. */
  get alarms(): OperatorAlarm[] {
    const unreadable = this.unreadable === undefined ? [] : [this.unreadable];
    return [this.silence, this.malformedRecords, this.skippedRecords, this.backlog, this.late, ...unreadable];
  }

  private backlogAlarm({ environmentName: name, topic, records, detect }: SightAlarmsProps): OperatorAlarm {
    const { metric, threshold } = records.waiting(detect);
    return new OperatorAlarm(this, 'Backlog', {
      topic,
      metric,
      threshold,
      meaning: `${name}: flow-log records wait long for the detect function; what they show is noticed late.`,
      remedy:
        "see whether detect's Errors or Throttles is on and do what that one says; if neither is, raise functions.detect.reservedConcurrency and memoryMiB.",
    });
  }

  private lateAlarm({ environmentName: name, topic, metrics }: SightAlarmsProps): OperatorAlarm {
    return new OperatorAlarm(this, 'LateRecords', {
      topic,
      metric: metrics.lateContributions(),
      threshold: 0,
      evaluationPeriods: 3,
      meaning: `${name}: flow-log records keep arriving after their minute was judged; probes in them were not seen.`,
      remedy:
        'nothing after an outage, it passes. If it stays, compare flowLogs.aggregationSeconds with the flow log, and see whether Backlog is on.',
    });
  }

  private unreadableAlarm({
    environmentName: name,
    topic,
    records,
  }: SightAlarmsProps): OperatorAlarm | undefined {
    return (
      records.unreadable &&
      new OperatorAlarm(this, 'Unreadable', {
        topic,
        metric: records.unreadable.metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(5) }),
        threshold: 0,
        meaning: `${name}: flow-log files could not be read; probes in them were not seen.`,
        remedy:
          "mend the cause that detect's log names, then start the redrive of the Unreadable queue (SQS console): the files are read again. It keeps them for 14 days.",
      })
    );
  }
}
