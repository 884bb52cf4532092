import {
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IAlarm,
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
}

/** Full width of a CloudWatch dashboard in its grid units. */
const WIDTH = 24;

/** What a voice admin reads in ten seconds: is anything wrong, who knocks, is it blocked. */
export class VoiceDashboard extends Construct {
  constructor(scope: Construct, id: string, { environmentName, metrics, alarms }: VoiceDashboardProps) {
    super(scope, id);
    const dashboard = new Dashboard(this, 'Resource', { periodOverride: PeriodOverride.INHERIT });
    dashboard.addWidgets(
      new AlarmStatusWidget({
        title: `Ringfence ${environmentName}: anything red needs somebody`,
        alarms: [...alarms],
        width: WIDTH,
        height: 4,
      }),
    );
    dashboard.addWidgets(
      new SingleValueWidget({
        title: 'Now',
        metrics: [metrics.probeSources(), metrics.newBans(), metrics.slotsOverflow()],
        width: WIDTH / 3,
        height: 6,
      }),
      new GraphWidget({
        title: 'Who knocks: probing sources and new bans',
        left: [metrics.probeSources(), metrics.newBans()],
        width: WIDTH / 3,
        height: 6,
      }),
      new GraphWidget({
        title: 'Is it working: good reconciles a minute, records lost',
        left: [metrics.reconcileSucceeded()],
        right: [metrics.skippedRecords()],
        width: WIDTH / 3,
        height: 6,
      }),
    );
  }
}
