import {
  AlarmStatusWidget,
  CustomWidget,
  Dashboard,
  GraphWidget,
  type IAlarm,
  type IMetric,
  type IWidget,
  PeriodOverride,
  SingleValueWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { RingfenceMetrics } from './ringfence-metrics';

/** Properties of {@link VoiceDashboard}. */
export interface VoiceDashboardProps {
  readonly environmentName: string;
  readonly metrics: RingfenceMetrics;
  /** All alarms, the most important first. */
  readonly alarms: readonly IAlarm[];
  /** How long records wait for detection. */
  readonly waiting: IMetric;
  /** Answers with the blacklist as HTML. */
  readonly blacklist: IFunction;
}

/** Full width of a CloudWatch dashboard in its grid units. */
const WIDTH = 24;
const THIRD = { width: WIDTH / 3, height: 6 };

/** What a voice admin reads in ten seconds, from the top: is anything wrong, who knocks, is it blocked, is it seen. */
export class VoiceDashboard extends Construct {
  constructor(scope: Construct, id: string, props: VoiceDashboardProps) {
    super(scope, id);
    const dashboard = new Dashboard(this, 'Resource', { periodOverride: PeriodOverride.INHERIT });
    dashboard.addWidgets(statusOf(props));
    dashboard.addWidgets(numbersOf(props));
    dashboard.addWidgets(...graphsOf(props));
    dashboard.addWidgets(blacklistOf(props));
  }
}

function statusOf({ environmentName, alarms }: VoiceDashboardProps): IWidget {
  return new AlarmStatusWidget({
    title: `Ringfence ${environmentName}: green is good; anything red says in its description what it means and what to do`,
    alarms: [...alarms],
    width: WIDTH,
    height: 5,
  });
}

function numbersOf({ metrics }: VoiceDashboardProps): IWidget {
  return new SingleValueWidget({
    title: 'In the last five minutes',
    metrics: [
      metrics.probeSources().with({ label: 'sources that probe' }),
      metrics.newBans().with({ label: 'new bans' }),
      metrics.slotsUsed().with({ label: 'network ACL slots in use' }),
      metrics.slotsOverflow().with({ label: 'bans without a slot' }),
      metrics.allowlistedProbes().with({ label: 'allowlisted sources that probe' }),
    ],
    width: WIDTH,
    height: 4,
  });
}

function blacklistOf({ environmentName, blacklist }: VoiceDashboardProps): IWidget {
  return new CustomWidget({
    title: `Who is banned in ${environmentName}, why, by what, and the commands to change it`,
    functionArn: blacklist.functionArn,
    params: { rows: 25 },
    updateOnRefresh: true,
    // It shows what is now, in as much room as there is: neither the time range nor the size makes it another.
    updateOnTimeRangeChange: false,
    updateOnResize: false,
    width: WIDTH,
    height: 14,
  });
}

function graphsOf({ metrics, waiting }: VoiceDashboardProps): IWidget[] {
  return [
    new GraphWidget({
      title: 'Who knocks: sources that probe, their SIP packets on the right',
      left: [
        metrics.probeSources().with({ label: 'sources' }),
        metrics.newBans().with({ label: 'new bans' }),
      ],
      right: [metrics.probePackets().with({ label: 'packets' })],
      ...THIRD,
    }),
    new GraphWidget({
      title: 'Is it blocked: slots in use, bans without one, good reconciles a minute',
      left: [
        metrics.slotsUsed().with({ label: 'slots in use' }),
        metrics.slotsOverflow().with({ label: 'bans without a slot' }),
      ],
      right: [metrics.reconcileSucceeded().with({ label: 'good reconciles' })],
      ...THIRD,
    }),
    new GraphWidget({
      title: 'Is it seen: flow-log records, those that AWS lost, and how long the oldest waits on the right',
      left: [
        metrics.recordsRead().with({ label: 'records' }),
        metrics.skippedRecords().with({ label: 'intervals lost' }),
      ],
      right: [waiting],
      ...THIRD,
    }),
  ];
}
