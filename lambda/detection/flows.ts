import { MAX_FLOWS, type SipFlow } from './contribution';

/** Stands for "many" where a source uses more remote ports than flows are kept: 0 is no port on the wire. */
export const MANY_PORTS = 0;

/** The 5-tuple of a flow, as a key. */
export function flowKey(flow: Pick<SipFlow, 'own' | 'protocol' | 'ownPort' | 'remotePort'>): string {
  return `${flow.own} ${flow.protocol} ${flow.ownPort} ${flow.remotePort}`;
}

/** Flows that are looked through, one by one, for one of the same 5-tuple; more of them get keys. */
const FEW = 8;

/** Adds flows of the same 5-tuple up. */
export class FlowSums {
  readonly #flows: SipFlow[] = [];
  /** Places in {@link #flows} by {@link flowKey}, once there are more than a few. */
  #places: Map<string, number> | undefined;

  add(flow: SipFlow): void {
    const place = this.#placeOf(flow);
    const known = place === undefined ? undefined : this.#flows[place];
    if (place === undefined || known === undefined) this.#keep(flow);
    else this.#flows[place] = sumOf(known, flow);
  }

  /** See {@link boundedFlows}. */
  bounded(): { kept: readonly SipFlow[]; dropped: number } {
    return boundedFlows(this.#flows);
  }

  #placeOf(flow: SipFlow): number | undefined {
    if (this.#places !== undefined) return this.#places.get(flowKey(flow));
    const place = this.#flows.findIndex((known) => isSame(known, flow));
    return place < 0 ? undefined : place;
  }

  #keep(flow: SipFlow): void {
    this.#places?.set(flowKey(flow), this.#flows.length);
    this.#flows.push(flow);
    if (this.#places === undefined && this.#flows.length > FEW)
      this.#places = new Map(this.#flows.map((known, place) => [flowKey(known), place]));
  }
}

function isSame(a: SipFlow, b: SipFlow): boolean {
  return (
    a.remotePort === b.remotePort && a.ownPort === b.ownPort && a.protocol === b.protocol && a.own === b.own
  );
}

/** Sums, and the greatest of what is the greatest. */
function sumOf(a: SipFlow, b: SipFlow): SipFlow {
  return {
    own: a.own,
    protocol: a.protocol,
    ownPort: a.ownPort,
    remotePort: a.remotePort,
    inPackets: a.inPackets + b.inPackets,
    inBytes: a.inBytes + b.inBytes,
    inRate: Math.max(a.inRate, b.inRate),
    inMost: Math.max(a.inMost, b.inMost),
    outPackets: a.outPackets + b.outPackets,
    outBytes: a.outBytes + b.outBytes,
    rejectedPackets: a.rejectedPackets + b.rejectedPackets,
  };
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
export function boundedFlows(flows: readonly SipFlow[]): { kept: readonly SipFlow[]; dropped: number } {
  if (flows.length <= MAX_FLOWS && !flows.some(({ remotePort }) => remotePort === MANY_PORTS)) {
    return { kept: sortedFlows(flows), dropped: 0 };
  }
  const merged = new Map<string, SipFlow>();
  for (const flow of flows) {
    const all = { ...flow, remotePort: MANY_PORTS };
    const key = flowKey(all);
    const known = merged.get(key);
    merged.set(key, known === undefined ? all : sumOf(known, all));
  }
  const sums = sortedFlows([...merged.values()]);
  return { kept: sums.slice(0, MAX_FLOWS), dropped: Math.max(0, sums.length - MAX_FLOWS) };
}

/** In text order of their keys. */
function sortedFlows(flows: readonly SipFlow[]): readonly SipFlow[] {
  if (flows.length <= 1) return flows;
  const keyed = flows.map((flow): [string, SipFlow] => [flowKey(flow), flow]);
  return keyed.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, flow]) => flow);
}
