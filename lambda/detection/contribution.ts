import type { PbxActivity } from './pbx-activity';

/**
 * What one batch of records says about one source in one window. Contributions are written once per
 * (window, source, batch digest), so a batch delivered twice counts once, and several detectors can write at the same
 * time without reading anything. Those of one window and source add up, in any order, to what the judge sees.
 */
export interface Contribution {
  /** Window start, epoch seconds, a multiple of the window length. */
  readonly window: number;
  /** See `sourceKey`. */
  readonly key: string;
  /** An address of the source, canonical text: the key itself for IPv4, one of the /64's for IPv6. */
  readonly source: string;
  /** Identifies the batch of records; equal batches have equal digests. */
  readonly digest: string;
  /** SIP traffic by flow, at most {@link MAX_FLOWS} of them. */
  readonly flows: readonly SipFlow[];
  /** Flows that did not fit: their number is kept so that nothing is lost silently. */
  readonly droppedFlows: number;
  /** Most packets in one RTP record from the source and to it, and so whether media flowed both ways. */
  readonly media: { readonly in: number; readonly out: number };
  /** Whether a service of the source's was asked by us: DNS, NTP, SIP. */
  readonly contacted: boolean;
  /**
   * Longest time from start to end of one of its records, seconds: where `start` and `end` are those of the aggregation
   * interval, the interval; where they are those of the packets, no longer than their traffic.
   */
  readonly span: number;
  /** The trusted AWS service that the source's address belongs to, where the log says so. */
  readonly service?: string;
  /** What the log of a PBX says of the source, where the batch is of such a log. */
  readonly pbx?: PbxActivity;
}

/** Traffic of one 5-tuple between a source and one own address, both directions, in one window. */
export interface SipFlow {
  /** The own address, canonical text. */
  readonly own: string;
  /** IANA protocol number: 6 TCP, 17 UDP. */
  readonly protocol: number;
  readonly ownPort: number;
  readonly remotePort: number;
  /** From the source: packets, IP bytes, and packets a minute of its busiest record. */
  readonly inPackets: number;
  readonly inBytes: number;
  readonly inRate: number;
  /** Most packets from the source in one record: 1 where no flow that is added up here had a second one. */
  readonly inMost: number;
  /** To the source: packets and IP bytes. */
  readonly outPackets: number;
  readonly outBytes: number;
  /** Packets from the source that a security group or network ACL rejected. */
  readonly rejectedPackets: number;
}

/** Bound of {@link Contribution.flows}: an item of 128 flows is about 8 KB, far past what any rule needs to decide. */
export const MAX_FLOWS = 128;
