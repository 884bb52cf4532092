import { MAX_FLOWS, type SipFlow } from './contribution';

/** A flow that is still being added up. */
export type OpenFlow = { -readonly [K in keyof SipFlow]: SipFlow[K] };

/** Stands for "many" where a source uses more remote ports than flows are kept: 0 is no port on the wire. */
export const MANY_PORTS = 0;

/** The 5-tuple of a flow, as a key. */
export function flowKey(flow: Pick<SipFlow, 'own' | 'protocol' | 'ownPort' | 'remotePort'>): string {
  return `${flow.own} ${flow.protocol} ${flow.ownPort} ${flow.remotePort}`;
}

/** Flows that are looked through, one by one, for one of the same 5-tuple; more of them get keys. */
const FEW = 8;

/** Adds flows of the same 5-tuple up: sums, and the greatest rate. */
export class FlowSums {
  readonly #flows: OpenFlow[] = [];
  /** By {@link flowKey}, once there are more than a few. */
  #byKey: Map<string, OpenFlow> | undefined;

  add(flow: SipFlow): void {
    const known = this.#find(flow);
    if (known === undefined) this.#keep({ ...flow });
    else addTo(known, flow);
  }

  /** See {@link boundedFlows}. */
  bounded(): { kept: SipFlow[]; dropped: number } {
    return boundedFlows(this.#flows);
  }

  #find(flow: SipFlow): OpenFlow | undefined {
    if (this.#byKey !== undefined) return this.#byKey.get(flowKey(flow));
    return this.#flows.find((known) => isSame(known, flow));
  }

  #keep(flow: OpenFlow): void {
    this.#flows.push(flow);
    if (this.#byKey !== undefined) this.#byKey.set(flowKey(flow), flow);
    else if (this.#flows.length > FEW) this.#byKey = new Map(this.#flows.map((one) => [flowKey(one), one]));
  }
}

function isSame(a: SipFlow, b: SipFlow): boolean {
  return (
    a.remotePort === b.remotePort && a.ownPort === b.ownPort && a.protocol === b.protocol && a.own === b.own
  );
}

function addTo(sum: OpenFlow, flow: SipFlow): void {
  sum.inPackets += flow.inPackets;
  sum.inBytes += flow.inBytes;
  sum.inRate = Math.max(sum.inRate, flow.inRate);
  sum.inMost = Math.max(sum.inMost, flow.inMost);
  sum.outPackets += flow.outPackets;
  sum.outBytes += flow.outBytes;
  sum.rejectedPackets += flow.rejectedPackets;
}

/**
 * At most {@link MAX_FLOWS} flows, in a fixed order. Where there are more, those of one own address and port are added
 * up first (a scanner that takes a new source port for each request), and only then are the last left out.
 *
 * However the flows of a window are divided over batches, bounding each batch and then their sum gives what bounding
 * all at once gives: flows already added up make the others be added up too, and each batch keeps all that could be
 * among the first of the sum.
 * @param flows of a 5-tuple each
 */
export function boundedFlows(flows: readonly SipFlow[]): { kept: SipFlow[]; dropped: number } {
  if (flows.length <= MAX_FLOWS && !flows.some(({ remotePort }) => remotePort === MANY_PORTS)) {
    return { kept: sortedFlows(flows), dropped: 0 };
  }
  const merged = new Map<string, OpenFlow>();
  for (const flow of sortedFlows(flows)) {
    const all = { ...flow, remotePort: MANY_PORTS };
    const known = merged.get(flowKey(all));
    if (known === undefined) merged.set(flowKey(all), all);
    else addTo(known, flow);
  }
  const sums = sortedFlows([...merged.values()]);
  return { kept: sums.slice(0, MAX_FLOWS), dropped: Math.max(0, sums.length - MAX_FLOWS) };
}

/** In text order of their keys. */
function sortedFlows(flows: readonly SipFlow[]): SipFlow[] {
  if (flows.length <= 1) return [...flows];
  const keyed = flows.map((flow): [string, SipFlow] => [flowKey(flow), flow]);
  return keyed.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, flow]) => flow);
}
