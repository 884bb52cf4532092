import { MAX_FLOWS, type SipFlow } from './contribution';

/** A flow that is still being added up. */
export type OpenFlow = { -readonly [K in keyof SipFlow]: SipFlow[K] };

/** Stands for "many" where a source uses more remote ports than flows are kept: 0 is no port on the wire. */
export const MANY_PORTS = 0;

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
  known.inMost = Math.max(known.inMost, flow.inMost);
  known.outPackets += flow.outPackets;
  known.outBytes += flow.outBytes;
  known.rejectedPackets += flow.rejectedPackets;
}

/**
 * At most {@link MAX_FLOWS} flows, in a fixed order. Where there are more, those of one own address and port are added
 * up first (a scanner that takes a new source port for each request), and only then are the last left out.
 *
 * However the flows of a window are divided over batches, bounding each batch and then their sum gives what bounding
 * all at once gives: flows already added up make the others be added up too, and each batch keeps all that could be
 * among the first of the sum.
 */
export function boundedFlows(flows: ReadonlyMap<string, SipFlow>): { kept: SipFlow[]; dropped: number } {
  const all = flows.size > 1 ? sortedFlows(flows) : [...flows.values()];
  if (all.length <= MAX_FLOWS && !all.some(({ remotePort }) => remotePort === MANY_PORTS)) {
    return { kept: all, dropped: 0 };
  }
  const merged = new Map<string, OpenFlow>();
  for (const flow of all) mergeFlow(merged, { ...flow, remotePort: MANY_PORTS });
  const sums = sortedFlows(merged);
  return { kept: sums.slice(0, MAX_FLOWS), dropped: Math.max(0, sums.length - MAX_FLOWS) };
}

function sortedFlows(flows: ReadonlyMap<string, SipFlow>): SipFlow[] {
  return [...flows.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, flow]) => flow);
}
