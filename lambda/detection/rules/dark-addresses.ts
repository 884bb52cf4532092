import { isAnswered, sipFlows } from '../fold';
import { TCP } from '../topology';
import type { Rule, RuleInput } from './rule';

/**
 * SIP sent to own addresses that never answer SIP: callers know whom they call, sweeps do not.
 * The strongest sign of all (docs/detection.md). One UDP packet is enough for it, so it can be forged.
 */
export const darkAddresses: Rule = {
  id: 'dark-addresses',
  evaluate(input) {
    const { state, context } = input;
    const { short, shortSeconds, long, longSeconds } = context.policy.darkAddresses;
    if (!touchedNow(input)) return undefined;
    const withinShort = state.dark.filter(([, at]) => at > context.windowEnd - shortSeconds).length;
    if (withinShort >= short) return evidence(input, withinShort, shortSeconds);
    if (state.dark.length >= long && state.history.buckets === 0)
      return evidence(input, state.dark.length, longSeconds);
    return undefined;
  },
};

function touchedNow({ state, context }: RuleInput): boolean {
  return state.dark.some(([, at]) => at === context.windowEnd);
}

function evidence({ activity, context }: RuleInput, count: number, seconds: number) {
  return {
    rule: darkAddresses.id,
    at: context.windowEnd,
    detail: `${count} own addresses that never answered SIP in ${seconds / 3600} h`,
    score: context.policy.probeScore,
    // Only who completed a TCP handshake, and got words rather than a reset, is surely who it says.
    forgeable: !sipFlows(activity, context.topology).some(
      (flow) => flow.protocol === TCP && isAnswered(flow),
    ),
  };
}
