import type { WindowActivity } from './activity';
import type { SipFlow } from './contribution';
import { MANY_PORTS } from './flows';
import { isAnswered, isConversation, isUnfinished, sipFlows } from './flow-shape';
import { pbxRequests } from './pbx-activity';
import { consumePbx, foldPbx, hasFailedLately, type PbxWindow } from './pbx-state';
import { BUCKET_SECONDS, DAY, type DetectionPolicy } from './policy';
import {
  EXCHANGE_SECONDS,
  MAX_REMEMBERED,
  newest,
  NEVER_CONVERSED,
  NO_DISCOVERY,
  type SourceState,
  TOUCH_SECONDS,
} from './source-state';
import { TCP } from './topology';
import { foldTouches, isInVain } from './touches';
import type { WindowContext } from './window-context';
import { decayWeight } from './weight';

/** What folding and the rules may know besides the source's state and flows. */
export interface FoldContext extends WindowContext {
  /** Whether the source got an answer from that own address and port in the window or its grace. */
  repliedFrom(own: string, ownPort: number): boolean;
  /** Whether the source said nothing in the flow just before the window, nor in the grace after it. */
  isWhole(flow: SipFlow): boolean;
  /** What PBX logs said of the source in the window, where they did. */
  readonly pbx: PbxWindow | undefined;
  /** Whether media flowed both ways with this source in the window or its grace. */
  readonly media: boolean;
  /** Whether a ban was in force in the window: what arrives then is weighed, but never counted as fresh evidence. */
  readonly banned: boolean;
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
    touches: [],
    discovery: NO_DISCOVERY,
    ports: [],
    exchange: [],
    unfinished: [],
    mediaAt: 0,
    contactAt: 0,
    serviceAt: 0,
    history: { buckets: 0, lastBucket: 0 },
    conversed: NEVER_CONVERSED,
    convictedAt: 0,
    provenAt: 0,
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
  const { windowEnd } = context;
  const seen: Seen = {
    source: activity.source,
    foldedThrough: window,
    lastSeen: windowEnd,
    mediaAt: countsAsMedia(state, context) ? windowEnd : state.mediaAt,
    contactAt: activity.contacted ? windowEnd : state.contactAt,
    serviceAt: activity.service === undefined ? state.serviceAt : windowEnd,
    weight: weightAfter(state, requestsIn(activity), context),
  };
  return context.banned ? { ...state, ...seen } : judgedAs(state, seen, activity, context);
}

/** What a window changes whether the source is banned or not. */
type Seen = Pick<
  SourceState,
  'source' | 'foldedThrough' | 'lastSeen' | 'mediaAt' | 'contactAt' | 'serviceAt' | 'weight'
>;

/** The rest of the fold: what may become evidence, and what may speak for the source. */
function judgedAs(
  state: SourceState,
  seen: Seen,
  activity: WindowActivity,
  context: FoldContext,
): SourceState {
  const { policy, topology, windowEnd } = context;
  const { schema, key, firstSeen, convictedAt, provenAt } = state;
  const flows = sipFlows(activity, topology);
  const { touches, discovery } = foldTouches(state, flows, activity.span, context);
  const unfinished = foldUnfinished(state, flows, context);
  const evidence = since(state.evidence, windowEnd - policy.evidenceSeconds);
  const isGood = isUnsuspected({ lastSeen: windowEnd, convictedAt, touches, unfinished, evidence });
  const pbx = foldPbx(state.pbx, context.pbx, windowEnd, isGood);
  // Asked after the window's right password is noted: who mistypes gives a wrong one, and then the right one.
  const isTrusted = isGood && !hasFailedLately(pbx);
  // Written out: every window makes one for every source, and copying the one before costs several times as much.
  const after: SourceState = {
    schema,
    key,
    source: seen.source,
    foldedThrough: seen.foldedThrough,
    firstSeen,
    lastSeen: seen.lastSeen,
    touches,
    discovery,
    ports: foldPorts(state, activity, context),
    exchange: foldExchange(state, flows, context),
    unfinished,
    mediaAt: seen.mediaAt,
    contactAt: seen.contactAt,
    serviceAt: seen.serviceAt,
    history: foldHistory(state, flows, isTrusted, context),
    conversed: foldConversed(state, flows, isTrusted, context),
    convictedAt,
    provenAt,
    evidence,
    weight: seen.weight,
  };
  return pbx === undefined ? after : { ...after, pbx };
}

/** SIP packets of the window; where no flow log shows them, what the PBX heard. */
function requestsIn({ flows, pbx }: WindowActivity): number {
  const packets = flows.reduce((sum, flow) => sum + flow.inPackets, 0);
  return Math.max(packets, pbx === undefined ? 0 : pbxRequests(pbx));
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
  const isProven = state.evidence.some(({ forgeable }) => !forgeable);
  const pbx = consumePbx(state.pbx);
  return {
    ...state,
    touches: [],
    discovery: NO_DISCOVERY,
    ports: [],
    exchange: [],
    unfinished: [],
    evidence: [],
    convictedAt: state.lastSeen,
    provenAt: isProven ? state.lastSeen : state.provenAt,
    ...(pbx !== undefined && { pbx }),
  };
}

/** How long what a convicted source does is no token of good faith, seconds. */
const PROBATION_SECONDS = DAY;

/**
 * A call shows that somebody is at the other end, and not that it is a friend: whoever guessed a password right makes
 * calls next. So media after a proven probe count for nothing.
 */
function countsAsMedia(state: SourceState, { media, windowEnd }: FoldContext): boolean {
  return media && windowEnd - state.provenAt > PROBATION_SECONDS;
}

function since(evidence: SourceState['evidence'], time: number): SourceState['evidence'] {
  return evidence.length === 0 ? evidence : evidence.filter(({ at }) => at > time);
}

function foldPorts(state: SourceState, activity: WindowActivity, context: FoldContext): SourceState['ports'] {
  const tried = activity.flows.filter(
    ({ inPackets, own, ownPort }) => inPackets > 0 && !context.repliedFrom(own, ownPort),
  );
  // So it is with most: who is answered tries nothing.
  if (tried.length === 0 && state.ports.every((port) => port[2] > context.windowEnd - TOUCH_SECONDS))
    return state.ports;
  const times = new Map(state.ports.map(([port, own, at]) => [`${port} ${own}`, [port, own, at] as const]));
  for (const { own, ownPort } of tried) times.set(`${ownPort} ${own}`, [ownPort, own, context.windowEnd]);
  return spreadOfPorts([...times.values()].filter(([, , at]) => at > context.windowEnd - TOUCH_SECONDS));
}

/** Own addresses remembered of each port that was tried: what the others add, {@link SourceState.touches} has. */
const ADDRESSES_PER_PORT = 2;

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
    .filter(({ nth }) => nth < ADDRESSES_PER_PORT)
    .sort((a, b) => a.nth - b.nth)
    .slice(0, MAX_REMEMBERED)
    .map(({ touch }) => touch);
}

/**
 * Counts only flows in which the source spoke: calls of ours to a phone that is gone are our own packets, and make
 * nobody a ghost caller.
 */
function foldExchange(
  { exchange }: SourceState,
  flows: readonly SipFlow[],
  { windowEnd }: FoldContext,
): SourceState['exchange'] {
  const since = windowEnd - EXCHANGE_SECONDS;
  const bucket = bucketOf(windowEnd);
  let [inPackets, outPackets] = [0, 0];
  for (const flow of flows) {
    if (flow.inPackets === 0 || flow.protocol === TCP) continue;
    inPackets += flow.inPackets;
    outPackets += flow.outPackets;
  }
  const kept = exchange.every((sums) => sums[0] > since)
    ? exchange
    : exchange.filter((sums) => sums[0] > since);
  if (inPackets === 0) return kept;
  const last = kept.at(-1);
  if (last?.[0] !== bucket) return [...kept, [bucket, inPackets, outPackets]];
  return kept.with(-1, [bucket, last[1] + inPackets, last[2] + outPackets]);
}

/**
 * Requests left unfinished, one for each port, of a source that does nothing else: one that goes on with some requests,
 * or sends some again, listens, and what looks unfinished, then or before, is a part of an exchange that an interval's
 * end divides, or of which a record was lost.
 */
function foldUnfinished(
  { unfinished, conversed }: SourceState,
  flows: readonly SipFlow[],
  context: FoldContext,
): SourceState['unfinished'] {
  const { policy, windowEnd } = context;
  const listens = flows.some((flow) => flow.inPackets > 0 && !isUnfinished(flow, policy));
  const now =
    listens || conversed.first > 0 ? [] : flows.filter((flow) => flow.inPackets > 0 && context.isWhole(flow));
  const before = listens ? [] : unfinished;
  if (now.length === 0 && before.length === 0) return before;
  const times = new Map(before.map(([port, at]) => [port, at]));
  for (const { remotePort } of now) times.set(remotePort, windowEnd);
  return newest([...times], windowEnd - TOUCH_SECONDS);
}

/** One more bucket of history, if all that happened in the window is what a phone or a peer does. */
function foldHistory(
  { history }: SourceState,
  flows: readonly SipFlow[],
  isTrusted: boolean,
  { policy, windowEnd }: FoldContext,
): SourceState['history'] {
  const bucket = bucketOf(windowEnd);
  if (!isTrusted || bucket === history.lastBucket || !isOrdinary(flows, policy)) return history;
  const stale = windowEnd - history.lastBucket > policy.established.seconds;
  return { buckets: stale ? 1 : history.buckets + 1, lastBucket: bucket };
}

function isOrdinary(flows: readonly SipFlow[], policy: DetectionPolicy): boolean {
  const { maxPacketsPerMinute } = policy.established;
  let [incoming, answered] = [0, 0];
  for (const flow of flows) {
    if (flow.inRate > maxPacketsPerMinute || flow.remotePort === MANY_PORTS) return false;
    incoming += flow.inPackets;
    if (isAnswered(flow, policy)) answered += flow.outPackets;
  }
  return incoming > 0 && answered > 0 && answered < UNHEARD_RATIO * incoming;
}

/** Answers for each packet of the source from which nobody can be said to listen. See the rule repeated-answers. */
const UNHEARD_RATIO = 2.5;

/** The first and the last window with a conversation, held while nothing bad was known. */
function foldConversed(
  { conversed }: SourceState,
  flows: readonly SipFlow[],
  isTrusted: boolean,
  { policy, windowEnd }: FoldContext,
): SourceState['conversed'] {
  const { first, last } = conversed;
  const isKept = windowEnd - last <= policy.acquainted.seconds;
  const isHeld = isTrusted && flows.some((flow) => isConversation(flow, policy));
  if (isHeld) return { first: isKept && first > 0 ? first : windowEnd, last: windowEnd };
  return isKept ? conversed : NEVER_CONVERSED;
}

/** Nothing bad is known of it, nor was it convicted lately: between two sweeps a scanner is as good as anybody. */
function isUnsuspected({
  lastSeen,
  convictedAt,
  touches,
  unfinished,
  evidence,
}: Pick<SourceState, 'lastSeen' | 'convictedAt' | 'touches' | 'unfinished' | 'evidence'>): boolean {
  const isOnProbation = lastSeen - convictedAt <= PROBATION_SECONDS;
  return !isOnProbation && !touches.some(isInVain) && unfinished.length === 0 && evidence.length === 0;
}

function bucketOf(windowEnd: number): number {
  return windowEnd - (windowEnd % BUCKET_SECONDS);
}
