import { Ipv4Texts } from '../address';
import type { FlowLogRecord, FlowRow, RecordSink } from '../flow-log';
import type { Contribution, SipFlow } from './contribution';
import { FlowSums } from './flows';
import type { DetectionPolicy } from './policy';
import { CONTACT, MEDIA, type RowKey, RowSums, Sum } from './row-sums';
import { sourceKey } from './source-key';
import { isInteresting, orient, type OrientedRecord, type Topology, trafficOf } from './topology';

/** What collecting depends on. */
export type CollectorPolicy = Pick<DetectionPolicy, 'windowSeconds' | 'trustedServices'>;

interface OpenContribution {
  window: number;
  key: string;
  source: string;
  readonly flows: FlowSums;
  droppedFlows: number;
  mediaIn: number;
  mediaOut: number;
  contacted: boolean;
  span: number;
  service: string | undefined;
}

/** Windows after the epoch that a word holds: others are of no log that was ever written. */
const LAST_WINDOW = 2 ** 31 - 1;

/**
 * Adds records up to contributions, by window and source. The sum does not depend on the order of records.
 * A record belongs to the window in which it ends: when that window closes, all of the record has been seen.
 */
export class ContributionCollector implements RecordSink {
  /** By window and key. */
  readonly #open = new Map<number, Map<string, OpenContribution>>();
  /** Of rows, not yet in {@link #open}. */
  readonly #rows = new RowSums();
  readonly #texts = new Ipv4Texts();
  /** Records added to {@link #open}. */
  #records = 0;
  #sipRecords = 0;

  constructor(
    private readonly topology: Topology,
    private readonly policy: CollectorPolicy,
  ) {}

  /** Records on SIP or SIP-like ports added so far. */
  get sipRecords(): number {
    return this.#sipRecords;
  }

  /**
   * How much is being added up: flows and sources of rows in each window, and records that were no rows. Memory grows with
   * it, and not with what is added to what is there.
   */
  get pending(): number {
    return this.#rows.size + this.#records;
  }

  add(record: FlowLogRecord): void {
    if (!isInteresting(record, this.topology)) return;
    const oriented = orient(record, this.topology);
    if (oriented === undefined || oriented.traffic === 'other') return;
    // Rejected media were never heard, so they are nothing to remember.
    if (oriented.traffic === 'media' && record.action === 'REJECT') return;
    this.#records += 1;
    const window = record.end - (record.end % this.policy.windowSeconds);
    const contribution = this.#contribution(window, sourceKey(oriented.remote), oriented.remote);
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

  /** Adds a row: as {@link add} would its record, without making one. */
  addRow(row: FlowRow): void {
    const { own } = this.topology;
    const fromUs = own.containsWord(row.sourceWord);
    if (fromUs === own.containsWord(row.destinationWord)) return;
    const traffic = trafficOf(row, fromUs, this.topology);
    if (traffic === 'other' || (traffic === 'media' && row.action === 'REJECT')) return;
    const window = Math.floor(row.end / this.policy.windowSeconds);
    if (window > LAST_WINDOW || row.hasService) this.add(row.record());
    else if (traffic === 'media') this.#addTo(this.#ofSource(window, row, fromUs, MEDIA), row, fromUs);
    else if (traffic === 'contact') this.#addTo(this.#ofSource(window, row, fromUs, CONTACT), row, fromUs);
    else {
      this.#sipRecords += 1;
      this.#addTo(this.#ofFlow(window, row, fromUs), row, fromUs);
    }
  }

  /** Ends the batch. @returns its contributions, ordered by window and key; the collector is empty again */
  drain(digest: string): Contribution[] {
    this.#rows.drain((key, place) => this.#addSums(key, place));
    const contributions = [...this.#open.values()].flatMap((ofWindow) =>
      Array.from(ofWindow.values(), (open) => closed(open, digest)),
    );
    this.#open.clear();
    this.#records = 0;
    return contributions.sort((a, b) => a.window - b.window || (a.key < b.key ? -1 : 1));
  }

  #ofSource(window: number, row: FlowRow, fromUs: boolean, kind: number): number {
    return this.#rows.placeOf(window, fromUs ? row.destinationWord : row.sourceWord, 0, 0, kind);
  }

  #ofFlow(window: number, row: FlowRow, fromUs: boolean): number {
    const { sourceWord, destinationWord, sourcePort, destinationPort, protocol } = row;
    return fromUs
      ? this.#rows.placeOf(
          window,
          destinationWord,
          sourceWord,
          (sourcePort << 16) | destinationPort,
          protocol,
        )
      : this.#rows.placeOf(
          window,
          sourceWord,
          destinationWord,
          (destinationPort << 16) | sourcePort,
          protocol,
        );
  }

  #addTo(place: number, row: FlowRow, fromUs: boolean): void {
    const { sums } = this.#rows;
    const { packets, bytes } = row;
    raise(sums, place + Sum.Span, row.end - row.start);
    if (fromUs) {
      increase(sums, place + Sum.OutPackets, packets);
      increase(sums, place + Sum.OutBytes, bytes);
      raise(sums, place + Sum.OutMost, packets);
      return;
    }
    increase(sums, place + Sum.InPackets, packets);
    increase(sums, place + Sum.InBytes, bytes);
    raise(sums, place + Sum.InMost, packets);
    raise(sums, place + Sum.InRate, packetsPerMinute(row));
    if (row.action === 'REJECT') increase(sums, place + Sum.Rejected, packets);
  }

  /** What rows came to, as if they had been records. */
  #addSums(key: Readonly<RowKey>, at: number): void {
    const { sums } = this.#rows;
    const of = (place: number) => sums[at + place] ?? 0;
    const remote = this.#texts.of(key.remote);
    const contribution = this.#contribution(key.window * this.policy.windowSeconds, remote, remote);
    contribution.span = Math.max(contribution.span, of(Sum.Span));
    if (key.protocol === MEDIA) {
      contribution.mediaIn = Math.max(contribution.mediaIn, of(Sum.InMost));
      contribution.mediaOut = Math.max(contribution.mediaOut, of(Sum.OutMost));
    } else if (key.protocol === CONTACT) contribution.contacted = true;
    else {
      contribution.flows.add({
        own: this.#texts.of(key.own),
        protocol: key.protocol,
        ownPort: key.ownPort,
        remotePort: key.remotePort,
        inPackets: of(Sum.InPackets),
        inBytes: of(Sum.InBytes),
        inRate: of(Sum.InRate),
        inMost: of(Sum.InMost),
        outPackets: of(Sum.OutPackets),
        outBytes: of(Sum.OutBytes),
        rejectedPackets: of(Sum.Rejected),
      });
    }
  }

  #contribution(window: number, key: string, remote: string): OpenContribution {
    let ofWindow = this.#open.get(window);
    if (ofWindow === undefined) this.#open.set(window, (ofWindow = new Map<string, OpenContribution>()));
    let contribution = ofWindow.get(key);
    if (contribution === undefined) {
      contribution = {
        window,
        key,
        source: remote,
        flows: new FlowSums(),
        droppedFlows: 0,
        mediaIn: 0,
        mediaOut: 0,
        contacted: false,
        span: 0,
        service: undefined,
      };
      ofWindow.set(key, contribution);
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
  contribution.flows.add(flow);
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

function increase(sums: Float64Array, place: number, by: number): void {
  sums[place] = (sums[place] ?? 0) + by;
}

function raise(sums: Float64Array, place: number, to: number): void {
  if (to > (sums[place] ?? 0)) sums[place] = to;
}

/** A burst within less than a minute counts as that minute's; a 10-minute interval is spread out. */
function packetsPerMinute(record: Pick<FlowLogRecord, 'packets' | 'start' | 'end'>): number {
  return Math.round((record.packets * 60) / Math.max(60, record.end - record.start));
}

function closed(open: OpenContribution, digest: string): Contribution {
  const { kept, dropped } = open.flows.bounded();
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
