import { HOUR } from '../policy';
import { TOUCH } from '../source-state';
import { DECISIVE, lookBack, points, remembered, span, specialTouches } from './common';
import { isScanning, mannerThresholds } from './manner';
import { sourceRule } from './rule';

/**
 * SIP rejected at many own addresses, whether they answer others or not. Never a bare count of rejected packets: an
 * office behind NAT that has not heard of a closed port makes thousands, at one address.
 */
export const closedPolicy = sourceRule({
  id: 'closed-policy',
  about:
    'SIP that security groups or network ACLs rejected at many own addresses, in the manner of a scanner',
  thresholds: {
    addresses: remembered(4, 'addresses', 'that rejected the source. Measured: look-alikes at most 2'),
    seconds: lookBack(HOUR, 'in which they count'),
    ...mannerThresholds,
    score: points(DECISIVE, 'for it'),
  },
  evaluate({ state, context }, values) {
    const rejected = specialTouches(state, TOUCH.rejected, context, values.seconds);
    if (rejected.length < values.addresses) return undefined;
    if (!isScanning(rejected, state.discovery, values)) return undefined;
    return {
      detail: `rejected at ${rejected.length} own addresses in ${span(values.seconds)}`,
      score: values.score,
      forgeable: true,
    };
  },
});
