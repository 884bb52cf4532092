import { DAY, DECISIVE, lookBack, MANY, points, span } from './common';
import { MAX_MEMBERS } from '../network-state';
import { networkRule } from './rule';

/** Dialers of one neighbourhood, each of which calls too seldom to show alone. */
export const networkDialers = networkRule({
  id: 'network-dialers',
  about: 'sources of one /24 (IPv6: /48) that together leave requests unfinished, as dialers do',
  thresholds: {
    sources: {
      default: 2,
      least: 2,
      most: MAX_MEMBERS,
      unit: 'sources',
      about: 'that left one. Measured: callers and look-alikes none',
    },
    requests: { default: 3, least: 2, most: MANY, unit: 'requests', about: 'that they left in all' },
    seconds: lookBack(DAY, 'in which they count'),
    score: points(DECISIVE, 'for it'),
  },
  evaluate({ network, context }, values) {
    const since = context.windowEnd - values.seconds;
    const dialers = network.members.filter(({ at, unfinished }) => at > since && unfinished > 0);
    const requests = dialers.reduce((sum, { unfinished }) => sum + unfinished, 0);
    if (dialers.length < values.sources || requests < values.requests) return undefined;
    return {
      accused: dialers,
      detail: `one of ${dialers.length} sources in ${network.key} that together left ${requests} requests unfinished in ${span(values.seconds)}`,
      score: values.score,
      forgeable: true,
    };
  },
});
