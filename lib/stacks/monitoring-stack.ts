import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import type { IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import type { EnvironmentSettings } from '../config';
import { AlarmChat } from '../constructs/alarm-chat';
import { AlarmTopic } from '../constructs/alarm-topic';
import type { DetectFunction } from '../constructs/detect-function';
import type { EnforceFunction } from '../constructs/enforce-function';
import { EnforcementAlarms } from '../constructs/enforcement-alarms';
import type { FunctionCode } from '../constructs/function-code';
import { FunctionAlarms } from '../constructs/function-alarms';
import type { LedgerTable } from '../constructs/ledger-table';
import { NotifyFunction } from '../constructs/notify-function';
import { FeedAlarms } from '../constructs/feed-alarms';
import type { FeedsFunction } from '../constructs/feeds-function';
import { ProvisioningAlarms } from '../constructs/provisioning-alarms';
import type { RecordSource } from '../constructs/record-source';
import { OperatorAlarm } from '../constructs/operator-alarm';
import type { PbxFunction } from '../constructs/pbx-function';
import { RingfenceMetrics } from '../constructs/ringfence-metrics';
import { SightAlarms } from '../constructs/sight-alarms';
import { SummaryAlarms } from '../constructs/summary-alarms';
import { TrafficAlarms } from '../constructs/traffic-alarms';
import { VoiceDashboard } from '../constructs/voice-dashboard';
import type { WidgetFunction } from '../constructs/widget-function';

/** Properties of {@link Monitoring}. */
export interface MonitoringProps {
  readonly environment: EnvironmentSettings;
  readonly code: FunctionCode;
  readonly ledger: LedgerTable;
  readonly detect: DetectFunction;
  readonly enforce: EnforceFunction;
  /** Reads PBX logs. @default - there are none */
  readonly pbx?: PbxFunction;
  /** @default - no feeds are read */
  readonly feeds?: FeedsFunction;
  /** The blacklist for the dashboard. */
  readonly widget: WidgetFunction;
  /** Where flow-log records come from. */
  readonly records: RecordSource;
}

/** Alarms, the topic they go to, and a dashboard. */
export class Monitoring extends Construct {
  /** Where alarms go. */
  readonly topic: ITopic;
  /** Where they go for chat too, if anywhere. */
  readonly chatTopic: ITopic | undefined;

  constructor(scope: Construct, id: string, props: MonitoringProps) {
    const { environment, detect, enforce, feeds, widget, records, pbx } = props;
    super(scope, id);
    const metrics = new RingfenceMetrics(environment.name);
    const { topic, key } = new AlarmTopic(this, 'Alarms', { email: environment.alarms.email });
    const common = { environmentName: environment.name, metrics, topic };
    const traffic = new TrafficAlarms(this, 'Traffic', {
      ...common,
      spike: environment.alarms.probeSpike,
    });
    const sight = new SightAlarms(this, 'Sight', {
      ...common,
      records,
      detect,
      silenceMinutes: environment.alarms.silenceMinutes,
    });
    const enforcement = new EnforcementAlarms(this, 'Enforcement', { ...common, enforce });
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
    const pbxAlarms = pbx === undefined ? [] : [this.pbxAlarms(environment.name, topic, pbx)];
    const feedAlarms = feeds ? [new FeedAlarms(this, 'Feeds', { ...common, feeds })] : [];
    const provisioning = environment.provisioning
      ? [new ProvisioningAlarms(this, 'Provisioning', common)]
      : [];
    const own = [summary, traffic, enforcement, sight, enforceAlarms, detectAlarms];
    const groups = [...own, ...pbxAlarms, ...feedAlarms, ...provisioning];
    const chat = environment.alarms.chat ? this.tellChat(environment.name, topic, key) : undefined;
    const notifyErrors = this.tellPeople(props, topic, key);
    const alarms = [
      ...groups.flatMap((group): IAlarm[] => group.alarms),
      notifyErrors,
      ...(chat ? [chat.alarm] : []),
    ];
    new VoiceDashboard(this, 'Dashboard', {
      ...common,
      alarms,
      waiting: records.waiting(detect).metric,
      blacklist: widget.function,
    });
    this.topic = topic;
    this.chatTopic = chat?.topic;
  }

  private pbxAlarms(environmentName: string, topic: ITopic, watched: PbxFunction): FunctionAlarms {
    return new FunctionAlarms(this, 'Pbx', {
      environmentName,
      topic,
      watched,
      functionName: 'pbx',
      toleratedThrottles: 0,
      throttlesRemedy: "raise the account's concurrency limit.",
      failuresRemedy:
        'mend the cause its log names, then purge the queue: the minutes its lines are of are judged, and who goes on is seen by what comes now.',
      consequence: 'PBX logs are not read, flow logs still are',
    });
  }

  /** @returns the alarm on messages that could not be sent: CloudWatch publishes by itself */
  private tellPeople({ environment, code, ledger }: MonitoringProps, topic: ITopic, key: Key): IAlarm {
    const alarmNamePrefix = `${Stack.of(this).stackName}-`;
    const notify = new NotifyFunction(this, 'Notify', {
      ...{ environment, code, ledger, topic, key, alarmNamePrefix },
    });
    return new OperatorAlarm(this, 'NotifyErrors', {
      topic,
      metric: notify.function.metricErrors({ period: Duration.minutes(15) }),
      threshold: 0,
      evaluationPeriods: 2,
      meaning: `${environment.name}: messages about bans and the daily digest cannot be sent; detection and enforcement go on.`,
      remedy:
        "read the notify function's log: its last error line names the cause; what is to be told waits in the ledger.",
    });
  }

  /** @returns the topic, and the alarm on messages that chat did not get, which goes by mail */
  private tellChat(environmentName: string, mailed: ITopic, key: Key): ChatTopic {
    const { topic, failures } = new AlarmChat(this, 'Chat', {
      environmentName,
      alarmNamePrefix: `${Stack.of(this).stackName}-`,
      key,
    });
    const alarm = new OperatorAlarm(this, 'ChatFailures', {
      topic: mailed,
      metric: failures.metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(5) }),
      threshold: 0,
      meaning: `${environmentName}: alarms did not reach the chat topic; mail has them.`,
      remedy:
        'see that the topic and its key are there as deployed, deploy again if not, then purge the queue.',
    });
    return { topic, alarm };
  }
}

interface ChatTopic {
  readonly topic: ITopic;
  readonly alarm: IAlarm;
}

/** Properties of {@link MonitoringStack}. */
export type MonitoringStackProps = StackProps & MonitoringProps;

/** The stack of an environment's {@link Monitoring}. */
export class MonitoringStack extends Stack {
  constructor(scope: Construct, id: string, props: MonitoringStackProps) {
    const { environment, code, ledger, detect, enforce, feeds, widget, records, pbx, ...stackProps } = props;
    super(scope, id, {
      ...stackProps,
      description: `Ringfence ${environment.name}: alarms and dashboard`,
    });
    // An ID that logical IDs leave out (CDK: `Names`), so that what is in it is named by the stack alone.
    const { topic, chatTopic } = new Monitoring(this, 'Default', {
      environment,
      code,
      ledger,
      detect,
      enforce,
      feeds,
      widget,
      records,
      pbx,
    });
    new CfnOutput(this, 'AlarmTopic', { value: topic.topicArn });
    if (chatTopic) new CfnOutput(this, 'ChatTopic', { value: chatTopic.topicArn });
  }
}
