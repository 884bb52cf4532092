import { HOUR } from '../policy';
import { MAX_MEMBERS, MAX_NETWORK_DARK } from '../network-state';
import { DECISIVE, lookBack, points, span } from './common';
import { networkRule } from './rule';

/**
 * A sweep dealt out over many sources of one neighbourhood, each touching too little to show alone. All of them that
 * have no past are accused, also those whose share were addresses that answer; the neighbourhood itself never is.
 */
export const networkSweep = networkRule({
  id: 'network-sweep',
  about: 'sources of one /24 (IPv6: /48) that together do what each alone is too slow for',
  thresholds: {
    sources: {
      default: 4,
      least: 2,
      most: MAX_MEMBERS,
      unit: 'sources',
      about: 'without a past, that each touched an own address that never answered SIP',
    },
    addresses: {
      default: 3,
      least: 1,
      most: MAX_NETWORK_DARK,
      unit: 'addresses',
      about: 'that they touched in all',
    },
    seconds: lookBack(HOUR, 'in which they count', HOUR),
    score: points(DECISIVE, 'for it'),
  },
  evaluate({ network, context }, values) {
    const since = context.windowEnd - values.seconds;
    const recent = network.members.filter(({ at }) => at > since);
    const touching = recent.filter(({ darkAt }) => darkAt > since);
    const dark = network.dark.filter(([, at]) => at > since);
    if (touching.length < values.sources || dark.length < values.addresses) return undefined;
    return {
      accused: recent,
      detail: `one of ${recent.length} sources in ${network.key} that together touched ${dark.length} own addresses that never answered SIP in ${span(values.seconds)}`,
      score: values.score,
      forgeable: true,
    };
  },
});
