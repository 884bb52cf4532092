import { DAY, DECISIVE, lookBack, points, remembered, span, SUPPORTING } from './common';
import { sourceRule } from './rule';

/**
 * Requests from a new port each that nobody goes on with: a toll-fraud dialer sends an INVITE, is challenged, and sends
 * another INVITE from elsewhere. A phone answers the challenge from the same port; a phone that hears nothing sends
 * again. A source that was never seen before, once detection has watched for a while, needs no second one: whoever
 * registers begins with a challenge.
 */
export const unfinishedRequests = sourceRule({
  id: 'unfinished-requests',
  about:
    'requests, each from another port, that are neither gone on with after a challenge nor sent again: a dialer',
  thresholds: {
    requests: remembered(2, 'requests', 'from different ports. Measured: callers and look-alikes none'),
    newcomer: remembered(1, 'requests', 'of a source never seen before, after `learningSeconds`'),
    seconds: lookBack(DAY, 'in which they count'),
    score: points(DECISIVE, 'for them'),
    singleScore: points(SUPPORTING, 'for fewer'),
  },
  evaluate({ state, context }, values) {
    if (state.unfinished.length === 0) return undefined;
    const counted = state.unfinished.filter(([, at]) => at > context.windowEnd - values.seconds);
    if (!counted.some(([, at]) => at === context.windowEnd)) return undefined;
    const isNewcomer =
      context.isWarm && state.firstSeen > context.windowEnd - context.policy.windowSeconds - 1;
    const needed = isNewcomer ? values.newcomer : values.requests;
    const requests = counted.length === 1 ? '1 request' : `${counted.length} requests from as many ports`;
    return {
      detail: `${requests} in ${span(values.seconds)}, neither gone on with after the answer nor sent again`,
      score: counted.length >= needed ? values.score : values.singleScore,
      forgeable: true,
    };
  },
});
