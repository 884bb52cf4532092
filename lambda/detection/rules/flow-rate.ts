import { isAnswered, sipFlows } from '../fold';
import type { Rule } from './rule';

/**
 * More SIP in one 5-tuple than any phone or office behind NAT sends: enumeration or password guessing
 * (svwar, svcrack), docs/detection.md.
 */
export const flowRate: Rule = {
  id: 'flow-rate',
  evaluate({ activity, context }) {
    const flows = sipFlows(activity, context.topology);
    const fastest = flows.reduce((most, flow) => Math.max(most, flow.inRate), 0);
    if (fastest < context.policy.flowRate.packetsPerMinute) return undefined;
    return {
      rule: flowRate.id,
      at: context.windowEnd,
      detail: `${fastest} SIP packets a minute in one flow, and no media`,
      score: context.policy.probeScore,
      forgeable: !flows.some(isAnswered),
    };
  },
};
