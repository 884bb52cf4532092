import type { Rule } from './rule';

/**
 * Answers that we repeat because nobody acknowledges them (RFC 3261 section 13.3.1.4: a final response to INVITE is
 * retransmitted until the ACK comes): a ghost call. See docs/detection.md.
 */
export const repeatedAnswers: Rule = {
  id: 'repeated-answers',
  evaluate({ state, activity, context }) {
    const { ratio, minPackets, seconds } = context.policy.repeatedAnswers;
    const inPackets = state.exchange.reduce((sum, [, packets]) => sum + packets, 0);
    const outPackets = state.exchange.reduce((sum, [, , packets]) => sum + packets, 0);
    const spokeNow = activity.flows.some((flow) => flow.inPackets > 0);
    if (!spokeNow || inPackets < minPackets || outPackets < ratio * inPackets) return undefined;
    return {
      rule: repeatedAnswers.id,
      at: context.windowEnd,
      detail: `${outPackets} packets of ours to ${inPackets} of the source's in ${seconds / 3600} h, never acknowledged, and no media`,
      score: context.policy.probeScore,
      forgeable: true,
    };
  },
};
