import type { CidrSet } from '../address';
import type { FlowLogRecord } from '../flow-log';
import { isSipLikePort } from './policy';

/** What is ours and where SIP and media live. */
export interface Topology {
  /** The protected CIDRs. */
  readonly own: CidrSet;
  /** Ports on which SIP is served, UDP and TCP. */
  readonly sipPorts: ReadonlySet<number>;
  /** First and last RTP port, UDP. */
  readonly rtp: { readonly first: number; readonly last: number };
}

/** What a record is to detection. */
export type Traffic = 'sip' | 'sip-like' | 'media' | 'other';

/** A record seen from our side: who is the remote end, which way, on which own port. */
export interface OrientedRecord {
  readonly remote: string;
  readonly own: string;
  readonly remotePort: number;
  readonly ownPort: number;
  /** `in`: sent by the remote end. */
  readonly way: 'in' | 'out';
  readonly traffic: Traffic;
}

/** IANA protocol numbers. */
export const TCP = 6;
export const UDP = 17;

/**
 * Direction by which side is ours: version 2 has no direction field, and phones use 5060 on both ends.
 * @returns undefined for traffic between two own or two foreign addresses
 */
export function orient(record: FlowLogRecord, topology: Topology): OrientedRecord | undefined {
  const ownPort = ownPortOf(record, topology);
  if (ownPort === undefined) return undefined;
  const incoming = ownPort === 'destination';
  const port = incoming ? record.destinationPort : record.sourcePort;
  return {
    remote: incoming ? record.source : record.destination,
    own: incoming ? record.destination : record.source,
    remotePort: incoming ? record.sourcePort : record.destinationPort,
    ownPort: port,
    way: incoming ? 'in' : 'out',
    traffic: trafficOn(record.protocol, port, topology),
  };
}

function ownPortOf(record: FlowLogRecord, topology: Topology): 'source' | 'destination' | undefined {
  const fromUs = topology.own.containsText(record.source);
  if (fromUs === topology.own.containsText(record.destination)) return undefined;
  return fromUs ? 'source' : 'destination';
}

/** What runs on an own port. */
export function trafficOn(protocol: number, port: number, topology: Topology): Traffic {
  if (protocol !== UDP && protocol !== TCP) return 'other';
  if (topology.sipPorts.has(port)) return 'sip';
  if (protocol === UDP && port >= topology.rtp.first && port <= topology.rtp.last) return 'media';
  return isSipLikePort(port) ? 'sip-like' : 'other';
}

/** Cheap first look: whether either port makes the record worth orienting. */
export function isInteresting(record: FlowLogRecord, topology: Topology): boolean {
  return (
    trafficOn(record.protocol, record.destinationPort, topology) !== 'other' ||
    trafficOn(record.protocol, record.sourcePort, topology) !== 'other'
  );
}
