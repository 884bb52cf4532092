import type { FlowLogRecord } from '../flow-log';
import type { Contribution, SipFlow } from './contribution';
import { boundedFlows, mergeFlow, type OpenFlow } from './flows';
import type { DetectionPolicy } from './policy';
import { sourceKey } from './source-key';
import { isInteresting, orient, type OrientedRecord, type Topology } from './topology';

/** What collecting depends on. */
export type CollectorPolicy = Pick<DetectionPolicy, 'windowSeconds' | 'trustedServices'>;

interface OpenContribution {
  window: number;
  key: string;
  source: string;
  flows: Map<string, OpenFlow>;
  droppedFlows: number;
  mediaIn: number;
  mediaOut: number;
  contacted: boolean;
  span: number;
  service: string | undefined;
}

/**
 * Adds records up to contributions, by window and source. The sum does not depend on the order of records.
 * A record belongs to the window in which it ends: when that window closes, all of the record has been seen.
 */
export class ContributionCollector {
  readonly #open = new Map<string, OpenContribution>();
  #sipRecords = 0;

  constructor(
    private readonly topology: Topology,
    private readonly policy: CollectorPolicy,
  ) {}

  /** Records on SIP or SIP-like ports added so far. */
  get sipRecords(): number {
    return this.#sipRecords;
  }

  add(record: FlowLogRecord): void {
    if (!isInteresting(record, this.topology)) return;
    const oriented = orient(record, this.topology);
    if (oriented === undefined || oriented.traffic === 'other') return;
    // Rejected media were never heard, so they are nothing to remember.
    if (oriented.traffic === 'media' && record.action === 'REJECT') return;
    const contribution = this.#contribution(record.end, oriented.remote);
    contribution.span = Math.max(contribution.span, record.end - record.start);
    if (oriented.traffic === 'media') addMedia(contribution, oriented, record);
    else if (oriented.traffic === 'contact') contribution.contacted = true;
    else {
      this.#sipRecords += 1;
      addFlow(contribution, oriented, record);
    }
    const service = oriented.way === 'in' ? record.sourceService : undefined;
    if (service !== undefined && this.policy.trustedServices.includes(service)) {
      contribution.service = least(contribution.service, service);
    }
  }

  /** Ends the batch. @returns its contributions, ordered by window and key; the collector is empty again */
  drain(digest: string): Contribution[] {
    const contributions = [...this.#open.values()].map((open) => closed(open, digest));
    this.#open.clear();
    return contributions.sort((a, b) => a.window - b.window || (a.key < b.key ? -1 : 1));
  }

  #contribution(end: number, remote: string): OpenContribution {
    const window = end - (end % this.policy.windowSeconds);
    const key = sourceKey(remote);
    const id = `${window} ${key}`;
    let contribution = this.#open.get(id);
    if (contribution === undefined) {
      contribution = {
        window,
        key,
        source: remote,
        flows: new Map(),
        droppedFlows: 0,
        mediaIn: 0,
        mediaOut: 0,
        contacted: false,
        span: 0,
        service: undefined,
      };
      this.#open.set(id, contribution);
    } else if (remote < contribution.source) {
      // Of an IPv6 /64 any address will do, as long as the order of records does not choose it.
      contribution.source = remote;
    }
    return contribution;
  }
}

/** Of several, the first in text order: the order of records must not choose. */
function least(a: string | undefined, b: string): string {
  return a === undefined || b < a ? b : a;
}

function addMedia(contribution: OpenContribution, { way }: OrientedRecord, record: FlowLogRecord): void {
  if (way === 'in') contribution.mediaIn = Math.max(contribution.mediaIn, record.packets);
  else contribution.mediaOut = Math.max(contribution.mediaOut, record.packets);
}

function addFlow(contribution: OpenContribution, oriented: OrientedRecord, record: FlowLogRecord): void {
  const flow: SipFlow = {
    own: oriented.own,
    protocol: record.protocol,
    ownPort: oriented.ownPort,
    remotePort: oriented.remotePort,
    ...counters(oriented.way, record),
  };
  mergeFlow(contribution.flows, flow);
}

function counters(way: 'in' | 'out', record: FlowLogRecord) {
  const incoming = way === 'in';
  return {
    inPackets: incoming ? record.packets : 0,
    inBytes: incoming ? record.bytes : 0,
    inRate: incoming ? packetsPerMinute(record) : 0,
    inMost: incoming ? record.packets : 0,
    outPackets: incoming ? 0 : record.packets,
    outBytes: incoming ? 0 : record.bytes,
    rejectedPackets: incoming && record.action === 'REJECT' ? record.packets : 0,
  };
}

/** A burst within less than a minute counts as that minute's; a 10-minute interval is spread out. */
function packetsPerMinute(record: FlowLogRecord): number {
  return Math.round((record.packets * 60) / Math.max(60, record.end - record.start));
}

function closed(open: OpenContribution, digest: string): Contribution {
  const { kept, dropped } = boundedFlows(open.flows);
  const { window, key, source, mediaIn, mediaOut, contacted, span, service } = open;
  return {
    window,
    key,
    source,
    digest,
    flows: kept,
    droppedFlows: dropped,
    media: { in: mediaIn, out: mediaOut },
    contacted,
    span,
    ...(service !== undefined && { service }),
  };
}
