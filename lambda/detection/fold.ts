import type { WindowActivity } from './activity';
import type { SipFlow } from './contribution';
import { MANY_PORTS } from './flows';
import { BUCKET_SECONDS, type DetectionPolicy } from './policy';
import { MAX_REMEMBERED, newestTouches, type SourceState } from './source-state';
import { TCP, trafficOn, type Topology } from './topology';
import { decayWeight } from './weight';

/** What is known of a window, whoever the source. */
export interface WindowContext {
  readonly policy: DetectionPolicy;
  readonly topology: Topology;
  /** End of the window being folded, epoch seconds. */
  readonly windowEnd: number;
  /** Whether the own address is known to answer SIP, the grace after the window included. */
  readonly answers: (own: string) => boolean;
}

/** What folding and the rules may know besides the source's state and flows. */
export interface FoldContext extends WindowContext {
  /** Whether the source got an answer from that own address and port in the window or its grace. */
  readonly repliedFrom: (own: string, ownPort: number) => boolean;
  /** Whether media flowed both ways with this source in the window or its grace. */
  readonly media: boolean;
  /** Whether a ban was in force in the window: what arrives then is weighed, but never counted as fresh evidence. */
  readonly banned: boolean;
}

/** IP bytes of a TCP packet without payload: 20 + 20 of headers and up to 20 of options seen in SYN and RST answers. */
const EMPTY_TCP_BYTES = 60;

/** Flows on the SIP ports. */
export function sipFlows(activity: WindowActivity, topology: Topology): SipFlow[] {
  return activity.flows.filter((flow) => trafficOn(flow.protocol, flow.ownPort, topology) === 'sip');
}

/** Whether our side of the flow said something: a TCP reset or a bare handshake is no answer. */
export function isAnswered(flow: SipFlow): boolean {
  if (flow.outPackets === 0) return false;
  return flow.protocol !== TCP || flow.outBytes === 0 || flow.outBytes > EMPTY_TCP_BYTES * flow.outPackets;
}

/** The state of a source never seen before, as of the start of a window. */
export function newSourceState(key: string, source: string, window: number): SourceState {
  return {
    schema: 1,
    key,
    source,
    foldedThrough: window - 1,
    firstSeen: window,
    lastSeen: window,
    dark: [],
    ports: [],
    exchange: [],
    mediaAt: 0,
    history: { buckets: 0, lastBucket: 0 },
    evidence: [],
    weight: 0,
  };
}

/** The state after one more window. Pure; windows are folded in order, each once. */
export function fold(
  state: SourceState,
  activity: WindowActivity,
  window: number,
  context: FoldContext,
): SourceState {
  const { policy, windowEnd } = context;
  const packets = activity.flows.reduce((sum, flow) => sum + flow.inPackets, 0);
  const seen: SourceState = {
    ...state,
    source: activity.source,
    foldedThrough: window,
    lastSeen: windowEnd,
    mediaAt: context.media ? windowEnd : state.mediaAt,
    weight: weightAfter(state, packets, context),
  };
  if (context.banned) return seen;
  const suspicious: SourceState = {
    ...seen,
    dark: foldDark(state, activity, context),
    ports: foldPorts(state, activity, context),
    exchange: foldExchange(state, activity, context),
    evidence: state.evidence.filter((evidence) => evidence.at > windowEnd - policy.evidenceSeconds),
  };
  return { ...suspicious, history: foldHistory(suspicious, activity, context) };
}

/**
 * Packets as they fade, and the new ones. Of a banned source what arrives is less than what it would send: a guesser of
 * passwords that gets no answer stops after one packet, and whether a network ACL drops its packets no record says
 * (a REJECT may be a security group's). So while it is heard at least once a half-life it weighs no less than before;
 * otherwise a slot that works would make its source look harmless, lose it, and see it come back.
 */
function weightAfter(
  state: SourceState,
  packets: number,
  { policy, windowEnd, banned }: FoldContext,
): number {
  const halfLife = policy.weightHalfLifeSeconds;
  const seen = decayWeight(state.weight, state.lastSeen, windowEnd, halfLife) + packets;
  if (!banned || packets === 0) return seen;
  return Math.max(seen, decayWeight(state.weight, state.lastSeen + halfLife, windowEnd, halfLife));
}

/** The state once its evidence has earned a ban: the ban keeps the evidence, and a new one needs new evidence. */
export function consumeEvidence(state: SourceState): SourceState {
  return { ...state, dark: [], ports: [], exchange: [], evidence: [] };
}

function foldDark(state: SourceState, activity: WindowActivity, context: FoldContext): SourceState['dark'] {
  const touched = sipFlows(activity, context.topology).filter(
    (flow) => flow.inPackets > 0 && !isAnswered(flow),
  );
  const times = new Map(state.dark);
  for (const { own } of touched) times.set(own, context.windowEnd);
  const since = context.windowEnd - context.policy.darkAddresses.longSeconds;
  return newestTouches([...times].filter(([own, at]) => at > since && !context.answers(own)));
}

function foldPorts(state: SourceState, activity: WindowActivity, context: FoldContext): SourceState['ports'] {
  const times = new Map(state.ports.map(([port, own, at]) => [`${port} ${own}`, [port, own, at] as const]));
  for (const flow of activity.flows) {
    if (flow.inPackets > 0 && !context.repliedFrom(flow.own, flow.ownPort)) {
      times.set(`${flow.ownPort} ${flow.own}`, [flow.ownPort, flow.own, context.windowEnd]);
    }
  }
  const since = context.windowEnd - context.policy.portSpread.seconds;
  return spreadOfPorts([...times.values()].filter(([, , at]) => at > since));
}

/** Keeps the newest of each port before a second one of any, so that many addresses on one port hide no other port. */
function spreadOfPorts(touches: readonly (readonly [number, string, number])[]): SourceState['ports'] {
  const rank = new Map<number, number>();
  const ranked = [...touches]
    .sort((a, b) => b[2] - a[2] || a[0] - b[0] || (a[1] < b[1] ? -1 : 1))
    .map((touch) => {
      const nth = rank.get(touch[0]) ?? 0;
      rank.set(touch[0], nth + 1);
      return { touch, nth };
    });
  return ranked
    .sort((a, b) => a.nth - b.nth)
    .slice(0, MAX_REMEMBERED)
    .map(({ touch }) => touch);
}

/**
 * Counts only flows in which the source spoke: calls of ours to a phone that is gone are our own packets, and make
 * nobody a ghost caller.
 */
function foldExchange(
  state: SourceState,
  activity: WindowActivity,
  context: FoldContext,
): SourceState['exchange'] {
  const spoken = sipFlows(activity, context.topology).filter(
    (flow) => flow.inPackets > 0 && flow.protocol !== TCP,
  );
  const bucket = bucketOf(context.windowEnd);
  const since = context.windowEnd - context.policy.repeatedAnswers.seconds;
  const sums = new Map(
    state.exchange.filter(([start]) => start > since).map(([start, ...packets]) => [start, packets]),
  );
  const [inPackets, outPackets] = sums.get(bucket) ?? [0, 0];
  if (spoken.length > 0) {
    sums.set(bucket, [inPackets + sum(spoken, 'inPackets'), outPackets + sum(spoken, 'outPackets')]);
  }
  return [...sums]
    .sort(([a], [b]) => a - b)
    .map(([start, [incoming, outgoing]]) => [start, incoming, outgoing]);
}

/** One more bucket of history, if all that happened in the window is what a phone or a peer does. */
function foldHistory(
  state: SourceState,
  activity: WindowActivity,
  context: FoldContext,
): SourceState['history'] {
  const bucket = bucketOf(context.windowEnd);
  if (bucket === state.history.lastBucket || !isOrdinary(state, activity, context)) return state.history;
  const stale = context.windowEnd - state.history.lastBucket > context.policy.established.seconds;
  return { buckets: stale ? 1 : state.history.buckets + 1, lastBucket: bucket };
}

function isOrdinary(
  state: SourceState,
  activity: WindowActivity,
  { policy, topology }: FoldContext,
): boolean {
  const flows = sipFlows(activity, topology);
  const incoming = sum(flows, 'inPackets');
  const answered = sum(flows.filter(isAnswered), 'outPackets');
  return (
    incoming > 0 &&
    answered > 0 &&
    answered < policy.repeatedAnswers.ratio * incoming &&
    flows.every(
      (flow) => flow.inRate <= policy.established.maxPacketsPerMinute && flow.remotePort !== MANY_PORTS,
    ) &&
    state.dark.length === 0 &&
    state.evidence.length === 0
  );
}

function sum(flows: readonly SipFlow[], field: 'inPackets' | 'outPackets'): number {
  return flows.reduce((total, flow) => total + flow[field], 0);
}

function bucketOf(windowEnd: number): number {
  return windowEnd - (windowEnd % BUCKET_SECONDS);
}
