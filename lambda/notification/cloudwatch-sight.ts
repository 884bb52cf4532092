import {
  type CloudWatchClient,
  DescribeAlarmsCommand,
  GetMetricStatisticsCommand,
} from '@aws-sdk/client-cloudwatch';
import type { Sight } from './notifier';

/** How far back records are looked for, seconds: what is older is silence anyway. */
const RECORDS_SECONDS = 3 * 3600;
const MINUTE = 60;
const HOUR = 3600;
/** Alarms of an environment are some thirty; a prefix that fits a thousand is not one of ours. */
const MOST_PAGES = 10;

/** What the functions' own metrics and the environment's alarms say. */
export class CloudWatchSight implements Sight {
  /** @param alarmPrefix what the names of the environment's alarms begin with */
  constructor(
    private readonly client: CloudWatchClient,
    private readonly environment: string,
    private readonly alarmPrefix: string,
  ) {}

  async lastRecords(now: number): Promise<number | undefined> {
    const points = await this.#sums('RecordsRead', now - RECORDS_SECONDS, now, MINUTE);
    const times = points.filter(({ sum }) => sum > 0).map(({ at }) => at);
    return times.length === 0 ? undefined : Math.max(...times);
  }

  async suspects(from: number, to: number): Promise<number> {
    const points = await this.#sums('Suspects', from, to, HOUR);
    return points.reduce((total, { sum }) => total + sum, 0);
  }

  async alarmsOn(): Promise<readonly string[]> {
    const names: string[] = [];
    let NextToken: string | undefined;
    for (let page = 0; page < MOST_PAGES; page++) {
      const answer = await this.client.send(
        new DescribeAlarmsCommand({
          AlarmNamePrefix: this.alarmPrefix,
          AlarmTypes: ['MetricAlarm', 'CompositeAlarm'],
          StateValue: 'ALARM',
          NextToken,
        }),
      );
      const alarms = [...(answer.MetricAlarms ?? []), ...(answer.CompositeAlarms ?? [])];
      names.push(...alarms.map(({ AlarmName = '?' }) => AlarmName.slice(this.alarmPrefix.length)));
      NextToken = answer.NextToken;
      if (NextToken === undefined || NextToken === '') break;
    }
    return names.sort();
  }

  async #sums(MetricName: string, from: number, to: number, Period: number) {
    const { Datapoints = [] } = await this.client.send(
      new GetMetricStatisticsCommand({
        Namespace: 'Ringfence',
        MetricName,
        Dimensions: [{ Name: 'environment', Value: this.environment }],
        StartTime: new Date(from * 1000),
        EndTime: new Date(to * 1000),
        Period,
        Statistics: ['Sum'],
      }),
    );
    return Datapoints.map(({ Sum = 0, Timestamp }) => ({
      sum: Sum,
      at: Math.floor((Timestamp?.getTime() ?? 0) / 1000),
    }));
  }
}
