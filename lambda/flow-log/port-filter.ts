import type { FlowLogRecord } from './record';

/** What a port is worth, by port: a set bit keeps a record of that protocol on that port. */
export type PortFilter = Uint8Array;

/** Bits of a {@link PortFilter}. */
export const TCP_PORT = 1;
export const UDP_PORT = 2;
export const OTHER_PROTOCOL = 4;

/** Ports there are. */
const PORTS = 65_536;

/** The bit of a protocol, by its IANA number. */
export function protocolBit(protocol: number): number {
  return protocol === 17 ? UDP_PORT : protocol === 6 ? TCP_PORT : OTHER_PROTOCOL;
}

/** A filter that asks about each port once. @param bits the bits of a port */
export function portFilter(bits: (port: number) => number): PortFilter {
  const filter = new Uint8Array(PORTS);
  for (let port = 0; port < PORTS; port++) filter[port] = bits(port);
  return filter;
}

/** A filter that keeps everything. */
export function everyPort(): PortFilter {
  return new Uint8Array(PORTS).fill(TCP_PORT | UDP_PORT | OTHER_PROTOCOL);
}

/** Whether a record is kept. */
export function isKept(record: FlowLogRecord, ports: PortFilter): boolean {
  const bits = (ports[record.sourcePort] ?? 0) | (ports[record.destinationPort] ?? 0);
  return (bits & protocolBit(record.protocol)) !== 0;
}
