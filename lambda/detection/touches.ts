import { stableHash } from '../address';
import type { SipFlow } from './contribution';
import { MANY_PORTS } from './flows';
import { isAnswered, isEmptyTcp, isNotSip } from './flow-shape';
import type { WindowContext } from './window-context';
import type { DetectionPolicy } from './policy';
import {
  type Discovery,
  MAX_REMEMBERED,
  NO_DISCOVERY,
  type SourceState,
  TOUCH,
  TOUCH_SECONDS,
  type Touch,
} from './source-state';

/** What one window did to an own address. */
interface NewTouch {
  readonly own: string;
  readonly ports: readonly number[];
  readonly special: number;
}

/**
 * Touches and discovery after a window, the newest touches first. An own address that answers SIP is not touched in
 * vain, unless it was closed to the source, or what came was no SIP.
 */
export function foldTouches(
  state: SourceState,
  flows: readonly SipFlow[],
  span: number,
  context: WindowContext,
): Pick<SourceState, 'touches' | 'discovery'> {
  const { windowEnd, policy } = context;
  const now = newTouches(flows, policy, state.conversed.first === 0);
  const interval = Math.max(policy.windowSeconds, span);
  return {
    touches: touchesAfter(state.touches, now, context),
    // Addresses that were crowded out of the touches are discovered all the same.
    discovery: foldDiscovery(
      state.discovery,
      now.filter(({ own, special }) => (special & TOUCH.answered) === 0 && isVain(own, special, context)),
      windowEnd,
      interval,
    ),
  };
}

function isVain(own: string, special: number, { answers }: WindowContext): boolean {
  return special > 0 || !answers(own);
}

function touchesAfter(
  before: readonly Touch[],
  now: readonly NewTouch[],
  context: WindowContext,
): readonly Touch[] {
  // So it is with most: who is answered touches nothing.
  if (before.length === 0 && now.length === 0) return before;
  const since = context.windowEnd - TOUCH_SECONDS;
  return withTouches(before, now, context.windowEnd)
    .filter(([own, , last, , special]) => last > since && isVain(own, special, context))
    .sort((a, b) => b[2] - a[2] || (a[0] < b[0] ? -1 : 1))
    .slice(0, MAX_REMEMBERED);
}

/** Whether the touch got no answer. */
export function isInVain([, , , , special]: Touch): boolean {
  return (special & TOUCH.answered) === 0;
}

function withTouches(before: readonly Touch[], now: readonly NewTouch[], windowEnd: number): Touch[] {
  const touches = new Map(before.map((touch) => [touch[0], touch]));
  const portsInUse = new Set(before.map(([, , , port]) => port));
  for (const { own, ports, special } of now) {
    const known = touches.get(own);
    const port = ports.find((candidate) => candidate === known?.[3]) ?? chosenPort(ports, portsInUse);
    portsInUse.add(port);
    touches.set(own, [own, known?.[1] ?? windowEnd, windowEnd, port, special]);
  }
  return [...touches.values()];
}

/** By own address, in text order: what was touched in vain and, where asked for, what gave one answer to each request. */
function newTouches(
  flows: readonly SipFlow[],
  policy: Pick<DetectionPolicy, 'sizes'>,
  withAnswered: boolean,
): NewTouch[] {
  const touches: { own: string; ports: number[]; special: number }[] = [];
  for (const flow of flows) {
    const answered = isAnswered(flow, policy);
    if (flow.inPackets === 0 || (answered && !(withAnswered && flow.outPackets <= flow.inPackets))) continue;
    const special = answered ? TOUCH.answered : specialOf(flow, policy);
    // Flows are in the order of their own addresses, so those of one stand together.
    const same = touches.at(-1)?.own === flow.own ? touches.at(-1) : undefined;
    if (same === undefined) touches.push({ own: flow.own, ports: [flow.remotePort], special });
    else {
      same.ports.push(flow.remotePort);
      same.special |= special;
    }
  }
  return touches;
}

function specialOf(flow: SipFlow, policy: Pick<DetectionPolicy, 'sizes'>): number {
  return (
    (flow.rejectedPackets > 0 ? TOUCH.rejected : 0) |
    (isEmptyTcp(flow, policy) ? TOUCH.tcp : 0) |
    (isNotSip(flow, policy) ? TOUCH.notSip : 0)
  );
}

/** One that other addresses were touched from too, else the lowest: where several will do, the order must not choose. */
function chosenPort(ports: readonly number[], inUse: ReadonlySet<number>): number {
  const sorted = [...ports].sort((a, b) => a - b);
  return sorted.find((port) => port !== MANY_PORTS && inUse.has(port)) ?? sorted[0] ?? MANY_PORTS;
}

const BITS = 128n;
const HEX_DIGITS = 32;

/**
 * The discovery after a window in which these own addresses were touched in vain. Forgotten a day after the last.
 * What comes within one aggregation interval counts once: interfaces end theirs at different times, and deal what came
 * at once out over all of it. Where most of what it touches is known, it is on a round, and what is new there was missed
 * in the last: of a failover peer's round of 12 addresses, a loss of 5 % of the records hides one every other time.
 */
function foldDiscovery(
  before: Discovery,
  touched: readonly NewTouch[],
  windowEnd: number,
  interval: number,
): Discovery {
  const known = before.last > windowEnd - TOUCH_SECONDS ? before : NO_DISCOVERY;
  if (touched.length === 0) return known;
  const seen = BigInt(`0x${known.seen === '' ? '0' : known.seen}`);
  const found = touched.map(({ own }) => bitOf(own)).filter((bit) => (seen & bit) === 0n);
  if (found.length === 0) return known;
  const isRound = 2 * found.length < touched.length;
  const isNext = !isRound && (known.windows === 0 || windowEnd - known.last >= interval);
  return {
    seen: found
      .reduce((bits, bit) => bits | bit, seen)
      .toString(16)
      .padStart(HEX_DIGITS, '0'),
    windows: known.windows + (isNext ? 1 : 0),
    first: known.first === 0 ? windowEnd : known.first,
    last: isNext ? windowEnd : known.last,
  };
}

function bitOf(own: string): bigint {
  return 1n << (BigInt(stableHash(own)) % BITS);
}
