import { isAnswered, sipFlows } from '../flow-shape';
import { HOUR } from '../policy';
import type { Touch } from '../source-state';
import { TCP } from '../topology';
import { isInVain } from '../touches';
import { DAY, DECISIVE, isTouching, lookBack, points, remembered, span, SUPPORTING } from './common';
import { isScanning, mannerThresholds } from './manner';
import { type RuleInput, sourceRule } from './rule';

/**
 * SIP sent to own addresses that never answer SIP: callers know whom they call, sweeps do not. The strongest sign of
 * all (docs/detection.md). One UDP packet is enough for it, so it can be forged.
 */
export const darkAddresses = sourceRule({
  id: 'dark-addresses',
  about: 'SIP to own addresses that never answer SIP, in the manner of a scanner',
  thresholds: {
    short: remembered(
      3,
      'addresses',
      'touched within `shortSeconds`. Measured: look-alikes touch at most one',
    ),
    shortSeconds: lookBack(HOUR, 'in which `short` addresses count'),
    long: remembered(2, 'addresses', 'touched within `longSeconds`, by a source without history'),
    longSeconds: lookBack(DAY, 'in which `long` addresses count'),
    ...mannerThresholds,
    score: points(DECISIVE, 'for touches in the manner of a scanner'),
    roundScore: points(SUPPORTING, 'for touches that could be the round of a monitor'),
  },
  evaluate(input, values) {
    const { state, context } = input;
    if (!isTouching(state, context)) return undefined;
    const dark = state.touches.filter((touch) => isInVain(touch) && !context.answers(touch[0]));
    if (!dark.some(([, , last]) => last === context.windowEnd)) return undefined;
    const short = since(dark, context.windowEnd - values.shortSeconds);
    const long = since(dark, context.windowEnd - values.longSeconds);
    const isShort = short.length >= values.short;
    if (!isShort && !(long.length >= values.long && state.history.buckets === 0)) return undefined;
    const [touched, seconds] = isShort ? [short, values.shortSeconds] : [long, values.longSeconds];
    const scanning = isScanning(touched, state.discovery, values);
    return {
      detail: `${touched.length} own addresses that never answered SIP in ${span(seconds)}${scanning ? '' : ', each from another port, as monitors do'}`,
      score: scanning ? values.score : values.roundScore,
      forgeable: !hasTcpWords(input),
    };
  },
});

function since(touches: readonly Touch[], time: number): Touch[] {
  return touches.filter(([, , last]) => last > time);
}

/** Only who completed a TCP handshake, and got words rather than a reset, is surely who it says. */
function hasTcpWords({ activity, context }: RuleInput): boolean {
  return sipFlows(activity, context.topology).some(
    (flow) => flow.protocol === TCP && isAnswered(flow, context.policy),
  );
}
