import { Duration } from 'aws-cdk-lib';
import { Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { FilterPattern, type ILogGroup, SubscriptionFilter } from 'aws-cdk-lib/aws-logs';
import { LambdaDestination } from 'aws-cdk-lib/aws-logs-destinations';
import type { RingfenceFunction } from './ringfence-function';
import type { RecordSource } from './record-source';

const PERIOD = Duration.minutes(5);

/** Twice the time that a window waits for its records: what comes later is not judged any more. */
const LONG_WAIT = Duration.minutes(10);

/** Records in a log group, which CloudWatch Logs sends to the function as they come. */
export class LogGroupSource implements RecordSource {
  readonly functionName = 'detect';
  readonly arrivals: Metric;
  readonly locationName: string;

  /** @param format the records' fields in order: a log group does not say it */
  constructor(
    private readonly logGroup: ILogGroup,
    readonly format: string,
  ) {
    this.locationName = logGroup.logGroupName;
    this.arrivals = incomingLogEvents(logGroup);
  }

  /**
   * The subscription has no port filter. Media and our own replies are what tells a caller from a scanner, and SKIPDATA
   * rows, which have no port, are how lost records show.
   */
  deliverTo(detect: RingfenceFunction): void {
    new SubscriptionFilter(detect, 'Subscription', {
      logGroup: this.logGroup,
      destination: new LambdaDestination(detect.function),
      filterPattern: FilterPattern.allEvents(),
    });
  }

  /** Lambda's own queue of asynchronous events, ticks among them (Lambda developer guide, *Asynchronous metrics*). */
  waiting(detect: RingfenceFunction): { metric: Metric; threshold: number } {
    const metric = detect.function.metric('AsyncEventAge', { statistic: Stats.MAXIMUM, period: PERIOD });
    return { metric, threshold: LONG_WAIT.toMilliseconds() };
  }
}

/**
 * Records that arrived in the log group; there is no data point at all while nothing arrives. Spelt out because
 * `metricIncomingLogEvents` of aws-cdk-lib 2.276.0 names a metric, IncomingLogs, that does not exist.
 */
function incomingLogEvents({ logGroupName }: ILogGroup): Metric {
  return new Metric({
    namespace: 'AWS/Logs',
    metricName: 'IncomingLogEvents',
    dimensionsMap: { LogGroupName: logGroupName },
    statistic: Stats.SUM,
    period: PERIOD,
  });
}
