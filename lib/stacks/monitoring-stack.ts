import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { Environment } from '../config';
import { AlarmTopic } from '../constructs/alarm-topic';
import type { DetectFunction } from '../constructs/detect-function';
import type { EnforceFunction } from '../constructs/enforce-function';
import { EnforcementAlarms } from '../constructs/enforcement-alarms';
import { FunctionAlarms } from '../constructs/function-alarms';
import { RingfenceMetrics } from '../constructs/ringfence-metrics';
import { SightAlarms } from '../constructs/sight-alarms';
import { SummaryAlarms } from '../constructs/summary-alarms';
import { TrafficAlarms } from '../constructs/traffic-alarms';
import { VoiceDashboard } from '../constructs/voice-dashboard';

/** Properties of {@link MonitoringStack}. */
export interface MonitoringStackProps extends StackProps {
  readonly environment: Environment;
  readonly detect: DetectFunction;
  readonly enforce: EnforceFunction;
  /** Where flow-log records arrive. */
  readonly flowLogs: ILogGroup;
}

/** Alarms, the topic they go to, and a dashboard. */
export class MonitoringStack extends Stack {
  constructor(scope: Construct, id: string, props: MonitoringStackProps) {
    const { environment, detect, enforce, flowLogs, ...stackProps } = props;
    super(scope, id, {
      ...stackProps,
      description: `Ringfence ${environment.name}: alarms and dashboard`,
    });
    const metrics = new RingfenceMetrics(environment.name);
    const { topic } = new AlarmTopic(this, 'Alarms', { email: environment.alarms.email });
    const common = { environmentName: environment.name, metrics, topic };
    const traffic = new TrafficAlarms(this, 'Traffic', {
      ...common,
      probeSourcesPer5Minutes: environment.alarms.probeSpike.sourcesPer5Minutes,
    });
    const sight = new SightAlarms(this, 'Sight', {
      ...common,
      flowLogs,
      silenceMinutes: environment.alarms.silenceMinutes,
    });
    const enforcement = new EnforcementAlarms(this, 'Enforcement', common);
    const detectAlarms = new FunctionAlarms(this, 'Detect', {
      ...common,
      functionName: 'detect',
      watched: detect,
      toleratedThrottles: 0,
      failuresRemedy:
        'mend the cause its log names, invoke the function with the queued events, then purge the queue; it keeps them for 14 days.',
      consequence: 'new probes are not noticed',
    });
    const enforceAlarms = new FunctionAlarms(this, 'Enforce', {
      ...common,
      functionName: 'enforce',
      watched: enforce,
      // With one reserved execution, ticks and changes that come during a run are turned away and tried again.
      toleratedThrottles: 25,
      failuresRemedy:
        'mend the cause its log names; the next good tick does what these would have done, and the queue forgets them within an hour.',
      consequence: 'new bans are not enforced and expired ones not lifted',
    });
    const summary = new SummaryAlarms(this, 'Ringfence', {
      ...common,
      sight,
      enforcement,
      detect: detectAlarms,
      enforce: enforceAlarms,
    });
    const groups = [summary, traffic, enforcement, sight, enforceAlarms, detectAlarms];
    const alarms = groups.flatMap((group): IAlarm[] => group.alarms);
    new VoiceDashboard(this, 'Dashboard', { ...common, alarms });
    new CfnOutput(this, 'AlarmTopic', { value: topic.topicArn });
  }
}
