import { HOUR } from '../policy';
import { TOUCH } from '../source-state';
import { DECISIVE, lookBack, points, remembered, span, specialTouches } from './common';
import { sourceRule } from './rule';

/** Packets too short for SIP on SIP ports of several own addresses: zmap's payloads, junk on 5061. */
export const notSip = sourceRule({
  id: 'not-sip',
  about: 'packets too short for SIP, on SIP ports of several own addresses',
  thresholds: {
    addresses: remembered(3, 'addresses', 'that got some. A phone’s keep-alives go to one or two'),
    seconds: lookBack(HOUR, 'in which they count'),
    score: points(DECISIVE, 'for it'),
  },
  evaluate({ state, context }, values) {
    const counted = specialTouches(state, TOUCH.notSip, context, values.seconds);
    if (counted.length < values.addresses) return undefined;
    return {
      detail: `packets too short for SIP to ${counted.length} own addresses in ${span(values.seconds)}`,
      score: values.score,
      forgeable: true,
    };
  },
});
