import {
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IAlarm,
  type IMetric,
  type IWidget,
  PeriodOverride,
  SingleValueWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
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
