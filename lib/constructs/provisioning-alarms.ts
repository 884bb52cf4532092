import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { OperatorAlarm } from './operator-alarm';
import type { RingfenceMetrics } from './ringfence-metrics';

/** Properties of {@link ProvisioningAlarms}. */
export interface ProvisioningAlarmsProps {
  readonly environmentName: string;
  readonly metrics: RingfenceMetrics;
  readonly topic: ITopic;
}

/** Refused requests within five minutes: more than a phone makes that has a wrong password. */
const MANY_REFUSED = 100;

/** Whether phones and firewalls get what they ask for, and whether somebody tries for what is not theirs. */
export class ProvisioningAlarms extends Construct {
  readonly unavailable: OperatorAlarm;
  readonly guessing: OperatorAlarm;

  constructor(
    scope: Construct,
    id: string,
    { environmentName: name, metrics, topic }: ProvisioningAlarmsProps,
  ) {
    super(scope, id);
    this.unavailable = new OperatorAlarm(this, 'Unavailable', {
      topic,
      metric: metrics.provisioningUnavailable(),
      threshold: 0,
      evaluationPeriods: 3,
      meaning: `${name}: phones do not get their files nor firewalls the list, which keep what they have.`,
      remedy:
        "the provision function's log names the cause: the ledger, or a secret that cannot be read or is not as it should be.",
    });
    this.guessing = new OperatorAlarm(this, 'Guessing', {
      topic,
      metric: metrics.provisioningRefused(),
      threshold: MANY_REFUSED,
      meaning: `${name}: somebody tries for phones' files with wrong passwords or names, or many phones have an old password.`,
      remedy:
        "the request lines of the provision function's log say who: ringfence ban a stranger, give the phones their password.",
    });
  }

  /** Both. */
  get alarms(): OperatorAlarm[] {
    return [this.unavailable, this.guessing];
  }
}
