import type { WindowActivity } from './activity';
import type { SipFlow } from './contribution';
import { MANY_PORTS } from './flows';
import { type DetectionPolicy, isSipLikePort } from './policy';
import { TCP, UDP, trafficOn, type Topology } from './topology';

/** Flows on the SIP ports: of most sources all that they have. */
export function sipFlows(activity: WindowActivity, topology: Topology): readonly SipFlow[] {
  const isSip = (flow: SipFlow) => trafficOn(flow.protocol, flow.ownPort, topology) === 'sip';
  return activity.flows.every(isSip) ? activity.flows : activity.flows.filter(isSip);
}

/** Whether our side of the flow said something: a TCP reset or a bare handshake is no answer. */
export function isAnswered(flow: SipFlow, { sizes }: Pick<DetectionPolicy, 'sizes'>): boolean {
  if (flow.outPackets === 0) return false;
  return flow.protocol !== TCP || flow.outBytes === 0 || flow.outBytes > sizes.emptyTcp * flow.outPackets;
}

/** Whether the source's side of a TCP flow carried nothing: a handshake, a reset, or a SYN nobody took. */
export function isEmptyTcp(flow: SipFlow, { sizes }: Pick<DetectionPolicy, 'sizes'>): boolean {
  return flow.protocol === TCP && flow.inBytes <= sizes.emptyTcp * flow.inPackets;
}

/** Whether the packets are too short to be SIP requests: another protocol's payload, or none. */
export function isNotSip(flow: SipFlow, { sizes }: Pick<DetectionPolicy, 'sizes'>): boolean {
  return flow.protocol === UDP && flow.inPackets > 0 && flow.inBytes < sizes.leastSip * flow.inPackets;
}

/** An ACK is about half as long as its INVITE, which has a body besides. Measured: 330 of 685 bytes. */
const WITH_ACK = 1.5;

/**
 * One request of a size worth going on with that was left at that: answered once and not followed up by more than an
 * ACK, though a challenge asks for another request (RFC 3261 section 22.1); or unanswered and not sent again, though
 * UDP asks for it (section 17.1). Both are what a dialer does that listens to nobody. What comes from a SIP port is
 * a server's, whose long OPTIONS get one answer too.
 */
export function isUnfinished(flow: SipFlow, { sizes }: Pick<DetectionPolicy, 'sizes'>): boolean {
  const { protocol, remotePort, inPackets, inBytes, outPackets } = flow;
  if (protocol !== UDP || remotePort === MANY_PORTS || isSipLikePort(remotePort)) return false;
  if (inPackets === 2) return outPackets === 1 && inBytes >= WITH_ACK * sizes.leastOpening;
  return inPackets === 1 && outPackets <= 1 && inBytes >= sizes.leastOpening;
}

/** Answers may outnumber requests by so much, and the other way round, between ends that listen to each other. */
const BALANCE = 2;
/** A phone that registers, or a call, takes a handful of messages. Measured: at most 7 each way in a window. */
const CONVERSATION_PACKETS = 20;

/**
 * An exchange that went on past the first answer, at the pace of a phone: a registration with its challenge, a call.
 * Over TCP a payload each way is enough: nobody forges that.
 */
export function isConversation(
  flow: SipFlow,
  policy: Pick<DetectionPolicy, 'sizes' | 'established'>,
): boolean {
  const { inPackets, outPackets, inRate } = flow;
  if (flow.protocol === TCP) return !isEmptyTcp(flow, policy) && inPackets > 0 && isAnswered(flow, policy);
  return (
    flow.remotePort !== MANY_PORTS &&
    Math.min(inPackets, outPackets) >= 2 &&
    Math.max(inPackets, outPackets) <= BALANCE * Math.min(inPackets, outPackets) &&
    inPackets <= CONVERSATION_PACKETS &&
    inRate <= policy.established.maxPacketsPerMinute &&
    !isNotSip(flow, policy)
  );
}
