import type { FlowLogRecord } from '../flow-log';
import { type Contribution, MAX_FLOWS, type SipFlow } from './contribution';
import type { DetectionPolicy } from './policy';
import { sourceKey } from './source-key';
import { isInteresting, orient, type OrientedRecord, type Topology } from './topology';

type OpenFlow = { -readonly [K in keyof SipFlow]: SipFlow[K] };

interface OpenContribution {
  window: number;
  key: string;
  source: string;
  flows: Map<string, OpenFlow>;
  droppedFlows: number;
  mediaIn: number;
  mediaOut: number;
}

/** Stands for "many" where a source uses more remote ports than flows are kept: 0 is no port on the wire. */
export const MANY_PORTS = 0;

/**
 * Adds records up to contributions, by window and source. The sum does not depend on the order of records.
 * A record belongs to the window in which it ends: when that window closes, all of the record has been seen.
 */
export class ContributionCollector {
  readonly #open = new Map<string, OpenContribution>();
  #sipRecords = 0;

  constructor(
    private readonly topology: Topology,
    private readonly policy: Pick<DetectionPolicy, 'windowSeconds'>,
  ) {}

  /** Records on SIP or SIP-like ports added so far. */
  get sipRecords(): number {
    return this.#sipRecords;
  }

  add(record: FlowLogRecord): void {
    if (!isInteresting(record, this.topology)) return;
    const oriented = orient(record, this.topology);
    if (oriented === undefined || oriented.traffic === 'other') return;
    const contribution = this.#contribution(record.end, oriented.remote);
    if (oriented.traffic === 'media') addMedia(contribution, oriented, record);
    else {
      this.#sipRecords += 1;
      addFlow(contribution, oriented, record);
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
      };
      this.#open.set(id, contribution);
    } else if (remote < contribution.source) {
      // Of an IPv6 /64 any address will do, as long as the order of records does not choose it.
      contribution.source = remote;
    }
    return contribution;
  }
}

function addMedia(contribution: OpenContribution, { way }: OrientedRecord, record: FlowLogRecord): void {
  if (record.action === 'REJECT') return;
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
    outPackets: incoming ? 0 : record.packets,
    outBytes: incoming ? 0 : record.bytes,
    rejectedPackets: incoming && record.action === 'REJECT' ? record.packets : 0,
  };
}

/** A burst within less than a minute counts as that minute's; a 10-minute interval is spread out. */
function packetsPerMinute(record: FlowLogRecord): number {
  return Math.round((record.packets * 60) / Math.max(60, record.end - record.start));
}

/** The 5-tuple of a flow, as a key. */
export function flowKey(flow: Pick<SipFlow, 'own' | 'protocol' | 'ownPort' | 'remotePort'>): string {
  return `${flow.own} ${flow.protocol} ${flow.ownPort} ${flow.remotePort}`;
}

/** Adds a flow to those of the same 5-tuple: sums, and the greatest rate. */
export function mergeFlow(flows: Map<string, OpenFlow>, flow: SipFlow): void {
  const key = flowKey(flow);
  const known = flows.get(key);
  if (known === undefined) {
    flows.set(key, { ...flow });
    return;
  }
  known.inPackets += flow.inPackets;
  known.inBytes += flow.inBytes;
  known.inRate = Math.max(known.inRate, flow.inRate);
  known.outPackets += flow.outPackets;
  known.outBytes += flow.outBytes;
  known.rejectedPackets += flow.rejectedPackets;
}

function closed(open: OpenContribution, digest: string): Contribution {
  const { kept, dropped } = bounded(open.flows);
  const { window, key, source, mediaIn, mediaOut } = open;
  return {
    window,
    key,
    source,
    digest,
    flows: kept,
    droppedFlows: dropped,
    media: { in: mediaIn, out: mediaOut },
  };
}

/**
 * At most {@link MAX_FLOWS} flows, in a fixed order. Where there are more, those of one own address and port are added
 * up first (a scanner that takes a new source port for each request), and only then are any left out.
 */
function bounded(flows: ReadonlyMap<string, OpenFlow>): { kept: SipFlow[]; dropped: number } {
  const all = sortedFlows(flows);
  if (all.length <= MAX_FLOWS) return { kept: all, dropped: 0 };
  const merged = new Map<string, OpenFlow>();
  for (const flow of all) mergeFlow(merged, { ...flow, remotePort: MANY_PORTS });
  const sums = sortedFlows(merged);
  return { kept: sums.slice(0, MAX_FLOWS), dropped: Math.max(0, sums.length - MAX_FLOWS) };
}

function sortedFlows(flows: ReadonlyMap<string, SipFlow>): SipFlow[] {
  return [...flows.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, flow]) => flow);
}
