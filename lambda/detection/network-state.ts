import { cidrOf, formatCidr, parseAddress } from '../address';
import type { WindowActivity } from './activity';
import { isAnswered, sipFlows, type WindowContext } from './fold';
import { newestTouches, type SourceState } from './source-state';

/**
 * What is remembered of a neighbourhood of sources, so that a sweep spread over many of them is seen: constant size.
 * Times are epoch seconds; lists hold the newest.
 */
export interface NetworkState {
  /** Version of this shape. A reader that finds a newer one changes nothing and alarms. */
  readonly schema: 1;
  /** The neighbourhood in CIDR text: a /24 of IPv4, a /48 of IPv6. */
  readonly key: string;
  readonly foldedThrough: number;
  readonly lastSeen: number;
  /** Own addresses touched that never answered SIP, with the window end of the last touch. */
  readonly dark: readonly (readonly [own: string, at: number])[];
  /** Sources without trust that touched one, with the window end of the last touch. */
  readonly members: readonly (readonly [key: string, at: number])[];
}

/** Allocations that one actor commonly holds: RIRs assign IPv4 in /24 and IPv6 sites in /48 (RFC 6177). */
const NETWORK_PREFIX_LENGTH = { 4: 24, 6: 48 } as const;

/** The neighbourhood of an address, canonical CIDR text. */
export function networkKey(address: string): string {
  const parsed = parseAddress(address);
  return formatCidr(cidrOf(parsed, NETWORK_PREFIX_LENGTH[parsed.family]));
}

/** The state of a neighbourhood never seen before, as of the start of a window. */
export function newNetworkState(key: string, window: number): NetworkState {
  return { schema: 1, key, foldedThrough: window - 1, lastSeen: window, dark: [], members: [] };
}

/** A source of the neighbourhood that was active in the window, without trust and without a ban. */
export interface NetworkMember {
  readonly state: SourceState;
  readonly activity: WindowActivity;
}

/** The neighbourhood's state after one more window. Pure; windows are folded in order, each once. */
export function foldNetwork(
  network: NetworkState,
  active: readonly NetworkMember[],
  window: number,
  context: WindowContext,
): NetworkState {
  const { windowEnd, answers } = context;
  const since = windowEnd - context.policy.networkSweep.seconds;
  const dark = new Map(network.dark);
  const members = new Map(network.members);
  for (const { state, activity } of active) {
    const touched = sipFlows(activity, context.topology).filter(
      (flow) => flow.inPackets > 0 && !isAnswered(flow) && !answers(flow.own),
    );
    for (const { own } of touched) dark.set(own, windowEnd);
    if (touched.length > 0) members.set(state.key, windowEnd);
  }
  return {
    ...network,
    foldedThrough: window,
    lastSeen: windowEnd,
    dark: newestTouches([...dark].filter(([own, at]) => at > since && !answers(own))),
    members: newestTouches([...members].filter(([, at]) => at > since)),
  };
}
