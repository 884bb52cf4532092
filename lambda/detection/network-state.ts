import { cidrOf, formatCidr, parseAddress } from '../address';
import type { WindowActivity } from './activity';
import type { WindowContext } from './window-context';
import { isConversation, sipFlows } from './flow-shape';
import { HOUR, MINUTE } from './policy';
import { newest, type SourceState, TOUCH_SECONDS } from './source-state';

/**
 * What is remembered of a neighbourhood of sources, so that what they do together is seen: constant size. Times are
 * epoch seconds; lists hold the newest.
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
  readonly members: readonly NetworkMember[];
}

/** A source of a neighbourhood that may be accused of what the neighbourhood does: without trust, past or ban. */
export interface NetworkMember {
  /** See `sourceKey`. */
  readonly key: string;
  /** An address of it, canonical text. */
  readonly source: string;
  /** Window end in which it was last seen, and last seen to touch a dark address (0 for never). */
  readonly at: number;
  readonly darkAt: number;
  /** Requests it left unfinished. */
  readonly unfinished: number;
  /** Window end in which it was last accused, 0 for never. */
  readonly accusedAt: number;
}

/** Most members remembered of a neighbourhood, and most own addresses. */
export const MAX_MEMBERS = 32;
export const MAX_NETWORK_DARK = 16;

/**
 * A source that has been here for longer, without doing anything or with an ordinary past, answers for itself only. Measured:
 * the shares of a sweep dealt out over a /24 take minutes, a monitor stays.
 */
const NEWCOMER_SECONDS = 15 * MINUTE;
/** How long members and dark addresses count for a sweep, seconds; members with unfinished requests count for a day. */
const SWEEP_SECONDS = HOUR;

/** Allocations that one actor commonly holds: RIRs assign IPv4 in /24 and IPv6 sites in /48 (RFC 6177). */
const NETWORK_PREFIX_LENGTH = { 4: 24, 6: 48 } as const;

const networkKeys = new Map<string, string>();
/** Addresses whose neighbourhoods are remembered: those of a busy site's sources. */
const MOST_KEYS = 16_384;

/** The neighbourhood of an address, canonical CIDR text. */
export function networkKey(address: string): string {
  const known = networkKeys.get(address);
  if (known !== undefined) return known;
  if (networkKeys.size >= MOST_KEYS) networkKeys.clear();
  const parsed = parseAddress(address);
  const key = formatCidr(cidrOf(parsed, NETWORK_PREFIX_LENGTH[parsed.family]));
  networkKeys.set(address, key);
  return key;
}

/** The state of a neighbourhood never seen before, as of the start of a window. */
export function newNetworkState(key: string, window: number): NetworkState {
  return { schema: 1, key, foldedThrough: window - 1, lastSeen: window, dark: [], members: [] };
}

/** A source of the neighbourhood that was active in the window. */
export interface ActiveSource {
  /** With the window folded in. */
  readonly state: SourceState;
  readonly activity: WindowActivity;
  /** Whether it may be accused at all: it has no trust, no conversation and no ban. */
  readonly accusable: boolean;
}

/**
 * The neighbourhood's state after one more window, or undefined where it says nothing new. Pure; windows are folded in
 * order, each once.
 */
export function foldNetwork(
  network: NetworkState,
  active: readonly ActiveSource[],
  window: number,
  context: WindowContext,
): NetworkState | undefined {
  const members = new Map(network.members.map((member) => [member.key, member]));
  const dark = new Map(network.dark);
  let isChanged = false;
  for (const source of active) {
    const before = members.get(source.state.key);
    const member = memberAfter(before, source, context);
    if (member === before) continue;
    isChanged = true;
    if (member === undefined) members.delete(source.state.key);
    else {
      members.set(member.key, member);
      for (const own of darkNow(source.state, context)) dark.set(own, context.windowEnd);
    }
  }
  return isChanged ? withLists(network, window, context, { members, dark }) : undefined;
}

/** The neighbourhood with its accused members marked. */
export function withAccused(
  network: NetworkState,
  accused: ReadonlySet<string>,
  windowEnd: number,
): NetworkState {
  if (accused.size === 0) return network;
  return {
    ...network,
    members: network.members.map((member) =>
      accused.has(member.key) ? { ...member, accusedAt: windowEnd } : member,
    ),
  };
}

function withLists(
  network: NetworkState,
  window: number,
  { windowEnd, answers }: WindowContext,
  lists: { members: ReadonlyMap<string, NetworkMember>; dark: ReadonlyMap<string, number> },
): NetworkState {
  const sweepSince = windowEnd - SWEEP_SECONDS;
  const kept = [...lists.members.values()].filter(
    ({ at, unfinished }) => at > sweepSince || (unfinished > 0 && at > windowEnd - TOUCH_SECONDS),
  );
  return {
    ...network,
    foldedThrough: window,
    lastSeen: windowEnd,
    dark: newest(
      [...lists.dark].filter(([own]) => !answers(own)),
      sweepSince,
      MAX_NETWORK_DARK,
    ),
    members: kept.sort((a, b) => b.at - a.at || (a.key < b.key ? -1 : 1)).slice(0, MAX_MEMBERS),
  };
}

/** The member after the window, or undefined where the source is none, or none any more. */
function memberAfter(
  before: NetworkMember | undefined,
  { state, activity, accusable }: ActiveSource,
  context: WindowContext,
): NetworkMember | undefined {
  if (!accusable) return undefined;
  const { windowEnd, topology, policy } = context;
  const flows = sipFlows(activity, topology).filter((flow) => flow.inPackets > 0);
  if (flows.some((flow) => isConversation(flow, policy))) return undefined;
  if (flows.length === 0) return before;
  const isDark = darkNow(state, context).length > 0;
  const unfinished = state.unfinished.filter(([, at]) => at === windowEnd).length;
  const isNewcomer = windowEnd - state.firstSeen <= NEWCOMER_SECONDS;
  const isSuspicious = isDark || unfinished > 0 || (before?.unfinished ?? 0) > 0;
  if (!isNewcomer && (!isSuspicious || state.history.buckets > 0)) return undefined;
  return {
    key: state.key,
    source: state.source,
    at: windowEnd,
    darkAt: isDark ? windowEnd : (before?.darkAt ?? 0),
    unfinished: unfinished + (before?.unfinished ?? 0),
    accusedAt: before?.accusedAt ?? 0,
  };
}

function darkNow({ touches }: SourceState, { windowEnd, answers }: WindowContext): string[] {
  return touches.filter(([own, , last]) => last === windowEnd && !answers(own)).map(([own]) => own);
}
