import { HOUR } from '../policy';
import { DECISIVE, lookBack, points, remembered, span } from './common';
import { sourceRule } from './rule';

/** Looking for SIP on several ports of several own addresses where nothing answers. */
export const portSpread = sourceRule({
  id: 'port-spread',
  about: 'several SIP-like ports of several own addresses, without an answer: svmap -p5060-5070',
  thresholds: {
    ports: remembered(3, 'ports', 'tried'),
    addresses: remembered(2, 'addresses', 'tried'),
    seconds: lookBack(HOUR, 'in which they count'),
    score: points(DECISIVE, 'for it'),
  },
  evaluate({ state, context }, values) {
    if (state.ports.length === 0) return undefined;
    const counted = state.ports.filter(([, , at]) => at > context.windowEnd - values.seconds);
    if (!counted.some(([, , at]) => at === context.windowEnd)) return undefined;
    const ports = new Set(counted.map(([port]) => port)).size;
    const addresses = new Set(counted.map(([, own]) => own)).size;
    if (ports < values.ports || addresses < values.addresses) return undefined;
    return {
      detail: `${ports} SIP-like ports on ${addresses} own addresses without an answer in ${span(values.seconds)}`,
      score: values.score,
      forgeable: true,
    };
  },
});
