import { HOUR } from '../policy';
import { TOUCH } from '../source-state';
import { lookBack, points, remembered, span, specialTouches, SUPPORTING } from './common';
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
    const counted = specialTouches(state, TOUCH.tcp, context, values.seconds);
    if (counted.length < values.addresses) return undefined;
    return {
      detail: `TCP connections that carried nothing to ${counted.length} own addresses in ${span(values.seconds)}`,
      score: values.score,
      // A SYN can be forged; a handshake cannot, but nothing here tells them apart.
      forgeable: true,
    };
  },
});
