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
  /** Those of {@link sipPorts} that SIP was moved away from. */
  readonly tripwirePorts: ReadonlySet<number>;
}

/** What a record is to detection. */
export type Traffic = 'sip' | 'sip-like' | 'media' | 'contact' | 'other';

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
  const fromUs = topology.own.containsText(record.source);
  if (fromUs === topology.own.containsText(record.destination)) return undefined;
  return {
    remote: fromUs ? record.destination : record.source,
    own: fromUs ? record.source : record.destination,
    remotePort: fromUs ? record.destinationPort : record.sourcePort,
    ownPort: fromUs ? record.sourcePort : record.destinationPort,
    way: fromUs ? 'out' : 'in',
    traffic: trafficOf(record, fromUs, topology),
  };
}

/** What a record says besides its addresses and times. */
interface Counted {
  readonly protocol: number;
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly packets: number;
  readonly bytes: number;
  readonly action?: FlowLogRecord['action'] | undefined;
}

/** What a record from us or to us is to detection. */
export function trafficOf(record: Counted, fromUs: boolean, topology: Topology): Traffic {
  const ownPort = fromUs ? record.sourcePort : record.destinationPort;
  const traffic = trafficOn(record.protocol, ownPort, topology);
  return fromUs && traffic === 'other' && asksService(record, topology) ? 'contact' : traffic;
}

/** Services that a voice site depends on and cannot do without: DNS and NTP. SIP is asked for besides. */
const SERVICE_PORTS: ReadonlySet<number> = new Set([53, 123]);

/**
 * Whether a record from us asks a service there: from a port where we serve nothing that detection knows. What we only
 * refuse (a TCP reset, 40 bytes) asks nothing, or anybody could have himself asked. See docs/threat-model.md.
 */
function asksService(record: Counted, topology: Topology): boolean {
  const { protocol, packets, bytes, sourcePort, destinationPort } = record;
  const hasWords = protocol === UDP || (protocol === TCP && bytes > EMPTY_TCP_BYTES * packets);
  // Clients ask from a port that the system chose; NTP's also from its own (RFC 5905 section 9.1).
  const asClient = sourcePort >= FIRST_CLIENT_PORT || sourcePort === destinationPort;
  return hasWords && asClient && record.action !== 'REJECT' && isServicePort(destinationPort, topology);
}

const EMPTY_TCP_BYTES = 60;
const FIRST_CLIENT_PORT = 1024;

function isServicePort(port: number, { sipPorts }: Topology): boolean {
  return SERVICE_PORTS.has(port) || sipPorts.has(port);
}

/** What runs on an own port. */
export function trafficOn(protocol: number, port: number, topology: Topology): Traffic {
  if (protocol !== UDP && protocol !== TCP) return 'other';
  if (topology.sipPorts.has(port)) return 'sip';
  if (protocol === UDP && port >= topology.rtp.first && port <= topology.rtp.last) return 'media';
  return isSipLikePort(port) ? 'sip-like' : 'other';
}

/** Whether a record of that protocol with that port at either end may be worth orienting. */
export function isWatchedPort(protocol: number, port: number, topology: Topology): boolean {
  return trafficOn(protocol, port, topology) !== 'other' || isServicePort(port, topology);
}

/** Cheap first look: whether either port makes the record worth orienting. */
export function isInteresting(record: FlowLogRecord, topology: Topology): boolean {
  return (
    trafficOn(record.protocol, record.destinationPort, topology) !== 'other' ||
    trafficOn(record.protocol, record.sourcePort, topology) !== 'other' ||
    isServicePort(record.destinationPort, topology)
  );
}
