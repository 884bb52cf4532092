import { type Alarm, ComparisonOperator, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { OperatorAlarm, UnusualAlarm } from './operator-alarm';
import type { RingfenceMetrics } from './ringfence-metrics';

/** Properties of {@link TrafficAlarms}. */
export interface TrafficAlarmsProps {
  readonly environmentName: string;
  readonly metrics: RingfenceMetrics;
  readonly topic: ITopic;
  /** Within five minutes, what counts as a spike. */
  readonly spike: {
    readonly sourcesPer5Minutes: number;
    readonly packetsPer5Minutes: number;
    readonly bansPer5Minutes: number;
  };
}

/** What comes at the perimeter. */
export class TrafficAlarms extends Construct {
  readonly probeSpike: OperatorAlarm;
  readonly spikes: readonly OperatorAlarm[];
  readonly unusual: readonly UnusualAlarm[];
  readonly allowlistedProbes: OperatorAlarm;

  constructor(scope: Construct, id: string, props: TrafficAlarmsProps) {
    super(scope, id);
    const { metrics, spike } = props;
    const [sources, packets, bans] = [metrics.probeSources(), metrics.probePackets(), metrics.newBans()];
    this.probeSpike = this.spikeAlarm('ProbeSpike', props, sources, spike.sourcesPer5Minutes, {
      meaning: 'many sources probe SIP at once; a scan is under way.',
      key: 'sourcesPer5Minutes',
    });
    this.spikes = [
      this.spikeAlarm('PacketSpike', props, packets, spike.packetsPer5Minutes, {
        meaning:
          'probing sources send very many SIP packets; somebody guesses passwords, enumerates or floods.',
        key: 'packetsPer5Minutes',
      }),
      this.spikeAlarm('BanSpike', props, bans, spike.bansPer5Minutes, {
        meaning: 'many sources were banned at once; a scan is under way, or a mistake.',
        key: 'bansPer5Minutes',
      }),
    ];
    this.unusual = [
      this.unusualAlarm('UnusualSources', props, sources, 'probing sources'),
      this.unusualAlarm('UnusualPackets', props, packets, 'SIP packets of probing sources'),
      this.unusualAlarm('UnusualBans', props, bans, 'new bans'),
    ];
    this.allowlistedProbes = this.allowlistedAlarm(props);
  }

  /** All of them. */
  get alarms(): Alarm[] {
    return [this.probeSpike, ...this.spikes, this.allowlistedProbes, ...this.unusual];
  }

  private spikeAlarm(
    id: string,
    { environmentName: name, topic }: TrafficAlarmsProps,
    metric: IMetric,
    threshold: number,
    { meaning, key }: { readonly meaning: string; readonly key: string },
  ): OperatorAlarm {
    return new OperatorAlarm(this, id, {
      topic,
      metric,
      threshold,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      meaning: `${name}: ${meaning}`,
      remedy: `nothing while no other alarm is on, sources are banned by themselves; the ban lines of the detect function's log show who and why. If that is ordinary here, raise alarms.probeSpike.${key}.`,
    });
  }

  private allowlistedAlarm({ environmentName: name, topic, metrics }: TrafficAlarmsProps): OperatorAlarm {
    return new OperatorAlarm(this, 'AllowlistedProbes', {
      topic,
      metric: metrics.allowlistedProbes(),
      threshold: 0,
      meaning: `${name}: an address of the allowlist probes SIP. It is not banned and never will be.`,
      remedy:
        "find it in the detect function's log, a line suspect with trust: a phone system within that has been taken over, a monitor, or an allowlist that is too wide. Talk to its owner; narrow the allowlist if need be.",
    });
  }

  private unusualAlarm(id: string, props: TrafficAlarmsProps, metric: IMetric, what: string): UnusualAlarm {
    return new UnusualAlarm(this, id, {
      metric,
      topic: props.topic,
      meaning: `${props.environmentName}: more ${what} than is usual at this hour.`,
      remedy:
        "look at the dashboard; the ban lines of the detect function's log show who and why. Nothing has to be done while SlotsOverflow is off.",
    });
  }
}
