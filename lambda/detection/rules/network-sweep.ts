import type { Rule } from './rule';

/**
 * A sweep spread over many sources of one neighbourhood, each touching too little to show alone. Only a source that
 * touched a dark address itself is accused, when it does, and never the neighbourhood. See docs/detection.md.
 */
export const networkSweep: Rule = {
  id: 'network-sweep',
  evaluate({ state, context, network }) {
    const { sources, addresses, seconds } = context.policy.networkSweep;
    if (network === undefined || state.history.buckets > 0) return undefined;
    const touchedNow = network.members.some(([key, at]) => key === state.key && at === context.windowEnd);
    if (!touchedNow || network.members.length < sources || network.dark.length < addresses) return undefined;
    return {
      rule: networkSweep.id,
      at: context.windowEnd,
      detail: `one of ${network.members.length} sources in ${network.key} that together touched ${network.dark.length} own addresses that never answered SIP in ${seconds / 3600} h`,
      score: context.policy.probeScore,
      forgeable: true,
    };
  },
};
