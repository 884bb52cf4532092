import { portFilter, type PortFilter, TCP_PORT, UDP_PORT } from '../flow-log';
import { isWatchedPort, TCP, type Topology, UDP } from './topology';

const known = new WeakMap<Topology, PortFilter>();

/** Ports on which a record is worth a look, whichever side they are on; worked out once for each topology. */
export function portsOf(topology: Topology): PortFilter {
  const before = known.get(topology);
  if (before !== undefined) return before;
  const filter = portFilter(
    (port) =>
      (isWatchedPort(UDP, port, topology) ? UDP_PORT : 0) |
      (isWatchedPort(TCP, port, topology) ? TCP_PORT : 0),
  );
  known.set(topology, filter);
  return filter;
}
