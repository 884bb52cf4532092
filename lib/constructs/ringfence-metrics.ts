import { Duration } from 'aws-cdk-lib';
import { Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';

/** Namespace of the metrics that the functions write (lambda/handlers/telemetry.ts). */
const NAMESPACE = 'Ringfence';

/** What the functions count, as alarms and dashboard read it. */
export class RingfenceMetrics {
  constructor(private readonly environmentName: string) {}

  /**
   * Sources that probed, as the tick finds them in the ledger's closed windows. Each minute is judged once; a source that
   * probes for several minutes counts in each of them, so five minutes hold at most so many different ones.
   */
  probeSources(): Metric {
    return this.metric('ProbeSources', Stats.SUM, Duration.minutes(5));
  }

  /** SIP packets of those sources. */
  probePackets(): Metric {
    return this.metric('ProbePackets', Stats.SUM, Duration.minutes(5));
  }

  /** Bans made by detection. */
  newBans(): Metric {
    return this.metric('NewBans', Stats.SUM, Duration.minutes(5));
  }

  /** Sources that only the allowlist keeps from being banned. */
  allowlistedProbes(): Metric {
    return this.metric('AllowlistedProbes', Stats.MAXIMUM, Duration.minutes(5));
  }

  /** Flow-log records that were read. */
  recordsRead(): Metric {
    return this.metric('RecordsRead', Stats.SUM, Duration.minutes(5));
  }

  /** What arrived after its window may have been judged. */
  lateContributions(): Metric {
    return this.metric('LateContributions', Stats.SUM, Duration.minutes(5));
  }

  /** Records that could not be parsed. */
  malformedRecords(): Metric {
    return this.metric('MalformedRecords', Stats.SUM, Duration.minutes(5));
  }

  /** Reconcile runs that ended with the world equal to the plan. */
  reconcileSucceeded(): Metric {
    return this.metric('ReconcileSucceeded', Stats.SUM, Duration.minutes(1));
  }

  /** SKIPDATA rows: flow-log records that AWS lost. */
  skippedRecords(): Metric {
    return this.metric('SkippedRecords', Stats.SUM, Duration.minutes(5));
  }

  /** Bans in force that no slot was left for. */
  slotsOverflow(): Metric {
    return this.metric('SlotsOverflow', Stats.MAXIMUM, Duration.minutes(5));
  }

  /** Slots of the network ACLs that hold a deny entry. */
  slotsUsed(): Metric {
    return this.metric('SlotsUsed', Stats.MAXIMUM, Duration.minutes(5));
  }

  /** 1 while an operator has stopped all changes. */
  paused(): Metric {
    return this.metric('Paused', Stats.MAXIMUM, Duration.minutes(5));
  }

  /** Rules within our rule numbers that we did not make. */
  strangers(): Metric {
    return this.metric('Strangers', Stats.MAXIMUM, Duration.minutes(5));
  }

  /** 1 while new automatic bans are recorded but not enforced. */
  breakerTripped(): Metric {
    return this.metric('BreakerTripped', Stats.MAXIMUM, Duration.minutes(5));
  }

  /** Feeds of others' bans that were not taken for too long. */
  staleFeeds(): Metric {
    return this.metric('StaleFeeds', Stats.MAXIMUM, Duration.hours(1));
  }

  /** Requests for phones' files and the list that were refused. */
  provisioningRefused(): Metric {
    return this.metric('ProvisioningRefused', Stats.SUM, Duration.minutes(5));
  }

  /** Requests that could not be answered for want of the ledger or a secret. */
  provisioningUnavailable(): Metric {
    return this.metric('ProvisioningUnavailable', Stats.SUM, Duration.minutes(5));
  }

  private metric(metricName: string, statistic: string, period: Duration): Metric {
    const dimensionsMap = { environment: this.environmentName };
    return new Metric({ namespace: NAMESPACE, metricName, dimensionsMap, statistic, period });
  }
}
