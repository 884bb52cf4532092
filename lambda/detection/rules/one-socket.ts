import { MANY_PORTS } from '../flows';
import { HOUR } from '../policy';
import { isTcpTouch, type Touch } from '../source-state';
import { isInVain } from '../touches';
import { DECISIVE, isTouching, lookBack, points, remembered, span } from './common';
import { sourceRule } from './rule';

/**
 * One port of the source's that sends to many own addresses, some of which answer: a sweep of a site with few addresses
 * to spare. A carrier's border controller does so too, to those that it was told of, and has conversations and history
 * before it meets one that never answers.
 */
export const oneSocket = sourceRule({
  id: 'one-socket',
  about: 'single requests from one port to many own addresses, some of which never answer SIP',
  thresholds: {
    addresses: remembered(3, 'addresses', 'reached from one port. Measured: trunks at most 2'),
    dark: remembered(1, 'addresses', 'of them that never answered SIP'),
    seconds: lookBack(HOUR, 'in which they count'),
    score: points(DECISIVE, 'for it'),
  },
  evaluate({ state, context }, values) {
    if (!isTouching(state, context)) return undefined;
    const counted = state.touches.filter(
      (touch) => touch[2] > context.windowEnd - values.seconds && !isTcpTouch(touch),
    );
    const isDark = (touch: Touch) => isInVain(touch) && !context.answers(touch[0]);
    for (const [port, touches] of byPort(counted)) {
      const dark = touches.filter(isDark).length;
      const isNew = touches.some(([, , last]) => last === context.windowEnd);
      if (port === MANY_PORTS || !isNew || touches.length < values.addresses) continue;
      // Where all of them are dark, that says it all.
      if (dark < values.dark || dark === touches.length) continue;
      return {
        detail: `${touches.length} own addresses from port ${port} in ${span(values.seconds)}, ${dark} of which never answered SIP`,
        score: values.score,
        forgeable: true,
      };
    }
    return undefined;
  },
});

function byPort(touches: readonly Touch[]): Map<number, Touch[]> {
  const ports = new Map<number, Touch[]>();
  for (const touch of touches) ports.set(touch[3], [...(ports.get(touch[3]) ?? []), touch]);
  return ports;
}
