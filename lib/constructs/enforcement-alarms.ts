import { Duration } from 'aws-cdk-lib';
import { ComparisonOperator, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { OperatorAlarm } from './operator-alarm';
import type { RingfenceFunction } from './ringfence-function';
import type { RingfenceMetrics } from './ringfence-metrics';

/** Properties of {@link EnforcementAlarms}. */
export interface EnforcementAlarmsProps {
  readonly environmentName: string;
  readonly metrics: RingfenceMetrics;
  readonly topic: ITopic;
  /** The function that follows the ledger. */
  readonly enforce: RingfenceFunction;
}

/** How far behind the ledger's stream enforcement may be: two ticks, which do the same work. */
const STREAM_LAG = Duration.minutes(2);

/** Periods of five minutes after which a pause is one that somebody may have forgotten: an hour. */
const LONG_PAUSE_PERIODS = 12;

/** Minutes, and ticks, without a good reconcile after which enforcement counts as late. */
const LATE_MINUTES = 5;

/** Whether what was decided is also done. */
export class EnforcementAlarms extends Construct {
  readonly late: OperatorAlarm;
  readonly slotsOverflow: OperatorAlarm;
  readonly strangers: OperatorAlarm;
  readonly breakerTripped: OperatorAlarm;
  readonly streamLag: OperatorAlarm;
  readonly paused: OperatorAlarm;

  constructor(scope: Construct, id: string, props: EnforcementAlarmsProps) {
    super(scope, id);
    const { environmentName: name, metrics, topic } = props;
    this.late = new OperatorAlarm(this, 'Late', {
      topic,
      metric: metrics.reconcileSucceeded(),
      threshold: 1,
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: LATE_MINUTES,
      treatMissingData: TreatMissingData.BREACHING,
      meaning: `${name}: no reconcile succeeded for ${LATE_MINUTES} minutes; new bans are not enforced and expired ones not lifted.`,
      remedy:
        "read the enforce function's log: its last error line names the cause, such as a missing permission, a deleted network ACL or an exhausted quota.",
    });
    this.slotsOverflow = new OperatorAlarm(this, 'SlotsOverflow', {
      topic,
      metric: metrics.slotsOverflow(),
      threshold: 0,
      meaning: `${name}: more bans are in force than the network ACL has slots for; the lightest wait in the ledger.`,
      remedy:
        'have the rule quota raised (40 at most) and raise networkAcl.quota and slots, or remove other rules from the ACL.',
    });
    this.strangers = new OperatorAlarm(this, 'Strangers', {
      topic,
      metric: metrics.strangers(),
      threshold: 0,
      meaning: `${name}: the network ACL holds a rule within our rule numbers that we did not make; it stays, and its slot is lost to bans.`,
      remedy:
        "move that rule out of networkAcl.ruleNumbers; the enforce function's log names it under strangers.",
    });
    this.breakerTripped = new OperatorAlarm(this, 'BreakerTripped', {
      topic,
      metric: metrics.breakerTripped(),
      threshold: 0,
      meaning: `${name}: more new bans within an hour than ban.maxNewPerHour; further ones are recorded but not enforced.`,
      remedy:
        "look for a mistake first, in the ban lines of the detect function's log: a carrier missing in the allowlist, a changed log format. If it is an attack, raise ban.maxNewPerHour.",
    });
    this.streamLag = this.streamLagAlarm(props);
    this.paused = this.pausedAlarm(props);
  }

  /** All of them. */
  get alarms(): OperatorAlarm[] {
    return [this.late, this.slotsOverflow, this.strangers, this.breakerTripped, this.paused, this.streamLag];
  }

  private streamLagAlarm({ environmentName: name, topic, enforce }: EnforcementAlarmsProps): OperatorAlarm {
    return new OperatorAlarm(this, 'StreamLag', {
      topic,
      metric: enforce.function.metric('IteratorAge', {
        statistic: Stats.MAXIMUM,
        period: Duration.minutes(5),
      }),
      threshold: STREAM_LAG.toMilliseconds(),
      evaluationPeriods: 3,
      meaning: `${name}: enforcement lags behind the ledger's stream; new bans wait for the next tick, a minute at most.`,
      remedy:
        "see whether the enforce function's Errors is on and do what that one says; else raise its memoryMiB.",
    });
  }

  private pausedAlarm({ environmentName: name, topic, metrics }: EnforcementAlarmsProps): OperatorAlarm {
    return new OperatorAlarm(this, 'Paused', {
      topic,
      metric: metrics.paused(),
      threshold: 0,
      evaluationPeriods: LONG_PAUSE_PERIODS,
      meaning: `${name}: an operator stopped all changes an hour ago; new bans are not enforced and expired ones not lifted.`,
      remedy: 'ask who paused and why (ringfence status says so), and run ringfence resume when it is over.',
    });
  }
}
