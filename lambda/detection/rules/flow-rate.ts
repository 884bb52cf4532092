import { isAnswered, sipFlows } from '../flow-shape';
import type { SipFlow } from '../contribution';
import { MANY_PORTS } from '../flows';
import { DECISIVE, MANY, points } from './common';
import { sourceRule } from './rule';

/**
 * More SIP in one 5-tuple than any phone or office behind NAT sends: enumeration or password guessing (svwar, svcrack).
 * Each of their requests gets one answer, or 100 Trying and one, or none at all; a call gets between the two, which is
 * how a carrier's busy trunk looks whose media come from somewhere else.
 */
export const flowRate = sourceRule({
  id: 'flow-rate',
  about: 'more SIP in one flow than a phone sends: enumeration or password guessing',
  thresholds: {
    packetsPerMinute: {
      default: 100,
      least: 16,
      most: MANY,
      unit: 'packets a minute',
      about: 'in one flow. Measured: svwar and svcrack 120 and up, phones that retry a wrong password 28',
    },
    packets: {
      default: 400,
      least: 16,
      most: MANY,
      unit: 'packets',
      about:
        'in one flow and window, however long the interval: a 10-minute record spreads a burst of 2 seconds over 10 minutes. Measured: 401 and up; a wrong password in 10 minutes 280',
    },
    score: points(DECISIVE, 'for it'),
  },
  evaluate({ activity, context }, values) {
    const isFast = (flow: SipFlow) =>
      (flow.inRate >= values.packetsPerMinute || isLong(flow, values.packets)) && !isCalls(flow);
    const flows = sipFlows(activity, context.topology);
    if (!flows.some(isFast)) return undefined;
    const fast = flows.filter(isFast);
    const rate = Math.max(...fast.map((flow) => flow.inRate));
    return {
      detail:
        rate >= values.packetsPerMinute
          ? `${rate} SIP packets a minute in one flow, and no media`
          : `${Math.max(...fast.map((flow) => flow.inPackets))} SIP packets in one flow and interval, and no media`,
      score: values.score,
      forgeable: !fast.some((flow) => isAnswered(flow, context.policy)),
    };
  },
});

/** Of flows that are added up nobody knows how many packets each had. */
function isLong({ inPackets, remotePort }: SipFlow, packets: number): boolean {
  return inPackets >= packets && remotePort !== MANY_PORTS;
}

/** Answers to a request: 1 for a refused one, 2 with 100 Trying before; a call's INVITE, ACK and BYE get 4 for 3. */
const CALLS = { least: 1.15, most: 1.85 };

function isCalls({ inPackets, outPackets }: SipFlow): boolean {
  const answers = outPackets / inPackets;
  return answers > CALLS.least && answers < CALLS.most;
}
