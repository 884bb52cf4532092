import { type FlowLogRecord, portFilter, type PortFilter, TCP_PORT, UDP_PORT } from '../flow-log';
import { isInteresting, TCP, type Topology, UDP } from './topology';

const known = new WeakMap<Topology, PortFilter>();

/** Ports on which a record is worth a look, whichever side they are on; worked out once for each topology. */
export function portsOf(topology: Topology): PortFilter {
  const before = known.get(topology);
  if (before !== undefined) return before;
  const filter = portFilter(
    (port) =>
      (isWatched(UDP_RECORD, port, topology) ? UDP_PORT : 0) |
      (isWatched(TCP_RECORD, port, topology) ? TCP_PORT : 0),
  );
  known.set(topology, filter);
  return filter;
}

type Ports = { -readonly [K in keyof FlowLogRecord]: FlowLogRecord[K] };

const NOTHING = { source: '', destination: '', packets: 0, bytes: 0, start: 0, end: 0 };
/** Asked about every port there is, so they are changed rather than made anew. */
const UDP_RECORD: Ports = { ...NOTHING, protocol: UDP, sourcePort: 0, destinationPort: 0 };
const TCP_RECORD: Ports = { ...NOTHING, protocol: TCP, sourcePort: 0, destinationPort: 0 };

function isWatched(record: Ports, port: number, topology: Topology): boolean {
  record.sourcePort = port;
  record.destinationPort = 0;
  if (isInteresting(record, topology)) return true;
  record.sourcePort = 0;
  record.destinationPort = port;
  return isInteresting(record, topology);
}
