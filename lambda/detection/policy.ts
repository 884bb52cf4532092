/**
 * What detection works with besides the thresholds of its rules, each with its unit and where it comes from; a rule's
 * own are beside it, in rules/. "Measured" means the namespace lab whose figures docs/detection.md has: the real tools
 * against real servers, flow records made from the packets.
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
  /**
   * How long detection watches before it counts never having seen a source for anything, seconds. A phone that
   * registers renews that within an hour (RFC 3261 section 10.2: 3600 s is the usual expiry).
   */
  readonly learningSeconds: number;
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
  /** A source that answered a challenge, or went on talking in some other way, before it first looked bad. */
  readonly acquainted: {
    /** How much earlier than the evidence, seconds: scanners that come back do so at once. Choice, not measured. */
    readonly minAgeSeconds: number;
    /** How long it is remembered, seconds. */
    readonly seconds: number;
  };
  /** How long it is remembered that a source serves us (DNS, NTP, a carrier), seconds. */
  readonly contactSeconds: number;
  /**
   * AWS services whose addresses are trusted, by `pkt-src-aws-service`: Chime's media and voice connectors call us, and
   * Route 53's health checks ask for us.
   */
  readonly trustedServices: readonly string[];
  /** What tells messages apart by their size, IP bytes a packet. */
  readonly sizes: {
    /** TCP without payload: 20 + 20 of headers and up to 20 of options seen in SYN and RST answers. */
    readonly emptyTcp: number;
    /**
     * No SIP request is shorter: RFC 3261 section 8.1.1 asks for a request line and six header fields. Measured: zmap's
     * payload 50, keep-alives 32–48, the shortest request 223.
     */
    readonly leastSip: number;
    /**
     * A call's INVITE, which carries SDP, is longer; a ping is shorter. Measured: INVITEs of dialers 640 and up, OPTIONS
     * of monitors and scanners at most 450; a PBX's OPTIONS with all their headers are some 560.
     */
    readonly leastOpening: number;
  };
  /** How long evidence counts towards the score, seconds. */
  readonly evidenceSeconds: number;
  /** How long an own address counts as answering SIP after its last answer, seconds. */
  readonly answeringSeconds: number;
  /** Half-life of a source's weight, seconds. */
  readonly weightHalfLifeSeconds: number;
  /** Every rule's thresholds, and whether it is on, by the rule's id. */
  readonly rules: RuleSettings;
}

/** Settings of one rule: on or off, and a number for each of its thresholds. */
export interface RuleSetting {
  readonly enabled: boolean;
  readonly values: Readonly<Record<string, number>>;
}

/** Settings by rule id. */
export type RuleSettings = Readonly<Record<string, RuleSetting>>;

export const MINUTE = 60;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

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
