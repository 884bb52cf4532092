import { EXCHANGE_SECONDS } from '../source-state';
import { DECISIVE, lookBack, MANY, points, span, SUPPORTING } from './common';
import { sourceRule } from './rule';

/**
 * Answers that we repeat because nobody acknowledges them (RFC 3261 section 13.3.1.4: a final response to INVITE is
 * sent again until the ACK comes, at 0.5 s, 1 s, 2 s and so on for 32 s): a ghost call.
 */
export const repeatedAnswers = sourceRule({
  id: 'repeated-answers',
  about: 'answers of ours that are repeated because nobody acknowledges them: a ghost call',
  thresholds: {
    ratio: {
      default: 2.5,
      // Below 1 a peer that we answer once for each request would be one.
      least: 1,
      most: MANY,
      unit: 'packets to one',
      fraction: true,
      about: 'from us for each of the source. Measured: ghost INVITEs 6 to 7, legitimate peers at most 1.6',
    },
    packets: { default: 3, least: 1, most: MANY, unit: 'packets', about: 'from the source at least' },
    plainRatio: {
      default: 5,
      least: 1,
      most: MANY,
      unit: 'packets to one',
      fraction: true,
      about:
        'from us for each of the source, where fewer of them will do: nothing but unheard answers does that',
    },
    plainPackets: {
      default: 2,
      least: 1,
      most: MANY,
      unit: 'packets',
      about: 'from the source, at `plainRatio`',
    },
    seconds: lookBack(EXCHANGE_SECONDS, 'in which packets count', EXCHANGE_SECONDS),
    score: points(DECISIVE, 'for calls that nobody hears the answer of'),
    singleScore: points(SUPPORTING, 'for a single one, which a lost ACK makes too'),
  },
  evaluate({ state, activity, context }, values) {
    if (!activity.flows.some((flow) => flow.inPackets > 0)) return undefined;
    const since = context.windowEnd - values.seconds;
    let [inPackets, outPackets] = [0, 0];
    for (const sums of state.exchange) {
      if (sums[0] <= since) continue;
      inPackets += sums[1];
      outPackets += sums[2];
    }
    if (inPackets === 0) return undefined;
    const isPlain = outPackets >= values.plainRatio * inPackets;
    const isGhost =
      (isPlain && inPackets >= values.plainPackets) ||
      (outPackets >= values.ratio * inPackets && inPackets >= values.packets);
    if (!isGhost && !isPlain) return undefined;
    return {
      detail: `${outPackets} packets of ours to ${inPackets} of the source's in ${span(values.seconds)}, never acknowledged, and no media`,
      score: isGhost ? values.score : values.singleScore,
      forgeable: true,
    };
  },
});
