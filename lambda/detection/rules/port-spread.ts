import type { Rule } from './rule';

/** Looking for SIP on several ports of several own addresses where nothing answers. See docs/detection.md. */
export const portSpread: Rule = {
  id: 'port-spread',
  evaluate({ state, context }) {
    const { ports, addresses, seconds } = context.policy.portSpread;
    if (!state.ports.some(([, , at]) => at === context.windowEnd)) return undefined;
    const triedPorts = new Set(state.ports.map(([port]) => port)).size;
    const triedAddresses = new Set(state.ports.map(([, own]) => own)).size;
    if (triedPorts < ports || triedAddresses < addresses) return undefined;
    return {
      rule: portSpread.id,
      at: context.windowEnd,
      detail: `${triedPorts} SIP-like ports on ${triedAddresses} own addresses without an answer in ${seconds / 3600} h`,
      score: context.policy.probeScore,
      forgeable: true,
    };
  },
};
