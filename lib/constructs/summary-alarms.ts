import { AlarmRule, AlarmState, type IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { EnforcementAlarms } from './enforcement-alarms';
import type { FunctionAlarms } from './function-alarms';
import { SummaryAlarm } from './operator-alarm';
import type { SightAlarms } from './sight-alarms';

/** Properties of {@link SummaryAlarms}. */
export interface SummaryAlarmsProps {
  readonly environmentName: string;
  readonly topic: ITopic;
  readonly sight: SightAlarms;
  readonly enforcement: EnforcementAlarms;
  readonly detect: FunctionAlarms;
  readonly enforce: FunctionAlarms;
}

/** The two states in which Ringfence is of no use, each in one alarm. */
export class SummaryAlarms extends Construct {
  readonly blind: SummaryAlarm;
  readonly cannotBlock: SummaryAlarm;

  constructor(scope: Construct, id: string, props: SummaryAlarmsProps) {
    super(scope, id);
    const { environmentName: name, topic, sight, enforcement, detect, enforce } = props;
    this.blind = new SummaryAlarm(this, 'Blind', {
      topic,
      rule: anyOf(sight.silence, sight.malformedRecords, sight.backlog, detect.errors, detect.throttles),
      meaning: `${name}: Ringfence is blind. Probes come in and nobody looks; bans that stand still hold.`,
      remedy:
        'see which of its alarms is on (Silence, MalformedRecords, Backlog, detect Errors or Throttles) and do what that one says.',
    });
    this.cannotBlock = new SummaryAlarm(this, 'CannotBlock', {
      topic,
      rule: anyOf(enforcement.late, enforce.errors),
      meaning: `${name}: Ringfence cannot block. Bans are decided but not carried out, and expired ones are not lifted.`,
      remedy: 'see which of its alarms is on (Late, enforce Errors) and do what that one says.',
    });
  }

  /** Both. */
  get alarms(): SummaryAlarm[] {
    return [this.blind, this.cannotBlock];
  }
}

function anyOf(...alarms: readonly IAlarm[]) {
  return AlarmRule.anyOf(...alarms.map((alarm) => AlarmRule.fromAlarm(alarm, AlarmState.ALARM)));
}
