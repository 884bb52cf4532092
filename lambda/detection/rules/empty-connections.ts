import { HOUR } from '../policy';
import { TOUCH } from '../source-state';
import { lookBack, points, remembered, span, SUPPORTING } from './common';
import { sourceRule } from './rule';

/**
 * TCP and TLS connection attempts on SIP ports that carry nothing. A monitor that only connects does the same, so this
 * supports other evidence and makes no probe by itself.
 */
export const emptyConnections = sourceRule({
  id: 'empty-connections',
  about: 'TCP connections to SIP ports of several own addresses that carry nothing',
  thresholds: {
    addresses: remembered(2, 'addresses', 'connected to'),
    seconds: lookBack(HOUR, 'in which they count'),
    score: points(SUPPORTING, 'for it'),
  },
  evaluate({ state, context }, values) {
    const counted = state.touches.filter(
      ([, , last, , special]) => (special & TOUCH.tcp) > 0 && last > context.windowEnd - values.seconds,
    );
    const isNew = counted.some(([, , last]) => last === context.windowEnd);
    if (!isNew || counted.length < values.addresses) return undefined;
    return {
      detail: `TCP connections that carried nothing to ${counted.length} own addresses in ${span(values.seconds)}`,
      score: values.score,
      // A SYN can be forged; a handshake cannot, but nothing here tells them apart.
      forgeable: true,
    };
  },
});
