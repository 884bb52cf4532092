import { DEFAULT_HALF_LIFE_SECONDS } from './weight';

/**
 * Every threshold of detection, with its unit and where it comes from. "Measured" means the namespace lab whose figures
 * docs/detection.md has: the real tools against real servers, flow records made from the packets.
 */
export interface DetectionPolicy {
  /** Length of a window, seconds. One aggregation interval of a Nitro instance (VPC user guide, *Flow log records*). */
  readonly windowSeconds: number;
  /** After a window's end, how much longer answers and media are still counted for it, seconds: `start` and `end` may lag by one interval. */
  readonly graceSeconds: number;
  /**
   * How long after the grace a window stays open for records still on their way, seconds of the clock. Delivery to
   * CloudWatch Logs takes about 5 minutes (VPC user guide, *Flow logs basics*).
   */
  readonly deliverySeconds: number;
  /** Score from which a source is a probe. */
  readonly probeScore: number;
  readonly darkAddresses: {
    /** Own addresses that never answered SIP, touched within {@link shortSeconds}. */
    readonly short: number;
    readonly shortSeconds: number;
    /** … within {@link longSeconds}, by a source without history. */
    readonly long: number;
    readonly longSeconds: number;
  };
  readonly repeatedAnswers: {
    /** Packets from us per packet from the source. Measured: ghost INVITEs 6–7, legitimate peers at most 1.6. */
    readonly ratio: number;
    /** Fewest packets from the source within {@link seconds}. */
    readonly minPackets: number;
    readonly seconds: number;
  };
  /** Packets a minute in one 5-tuple. Measured: svwar and svcrack 120 and up, phones behind NAT at most 15. */
  readonly flowRate: { readonly packetsPerMinute: number };
  readonly portSpread: { readonly ports: number; readonly addresses: number; readonly seconds: number };
  /** Sources of one neighbourhood that touched a dark address, and those addresses, within {@link seconds}. */
  readonly networkSweep: { readonly sources: number; readonly addresses: number; readonly seconds: number };
  readonly mediaTrust: {
    /** Packets of one RTP record, each way. 300 packets are 6 s of speech at 20 ms a packet (RFC 3551 section 4.2). */
    readonly packets: number;
    /** How long media are remembered, seconds. */
    readonly seconds: number;
  };
  /** A source that exchanged ordinary SIP in so many 5-minute buckets before it first looked bad has history. */
  readonly established: {
    readonly buckets: number;
    readonly seconds: number;
    /** Faster flows are not ordinary, packets a minute. Measured: phones behind NAT at most 15, `svcrack -t 2` 30. */
    readonly maxPacketsPerMinute: number;
  };
  /** How long evidence counts towards the score, seconds. */
  readonly evidenceSeconds: number;
  /** How long an own address counts as answering SIP after its last answer, seconds. */
  readonly answeringSeconds: number;
  /** Half-life of a source's weight, seconds. */
  readonly weightHalfLifeSeconds: number;
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export const defaultDetectionPolicy: DetectionPolicy = {
  windowSeconds: MINUTE,
  graceSeconds: MINUTE,
  deliverySeconds: 5 * MINUTE,
  probeScore: 10,
  darkAddresses: { short: 3, shortSeconds: HOUR, long: 2, longSeconds: DAY },
  repeatedAnswers: { ratio: 2.5, minPackets: 3, seconds: HOUR },
  flowRate: { packetsPerMinute: 100 },
  portSpread: { ports: 3, addresses: 2, seconds: HOUR },
  networkSweep: { sources: 4, addresses: 3, seconds: HOUR },
  mediaTrust: { packets: 300, seconds: 7 * DAY },
  established: { buckets: 3, seconds: 7 * DAY, maxPacketsPerMinute: 15 },
  evidenceSeconds: DAY,
  answeringSeconds: 7 * DAY,
  weightHalfLifeSeconds: DEFAULT_HALF_LIFE_SECONDS,
};

/** Seconds of one bucket in which a source's exchange is summed up. */
export const BUCKET_SECONDS = 300;

/**
 * Ports besides the configured ones that scanners try for SIP: 5060–5099 (svmap's usual `-p5060-5070` and beyond) and
 * the alternatives administrators are told to move to.
 */
const ALTERNATIVES: ReadonlySet<number> = new Set([5160, 5161, 5260, 6060, 7060, 8060]);

/** Whether a scanner would look for SIP on that port. */
export function isSipLikePort(port: number): boolean {
  return (port >= 5060 && port <= 5099) || ALTERNATIVES.has(port);
}
