import { points, SLIGHT } from './common';
import { sourceRule } from './rule';

/** The PBX itself says that there are too many requests from the address. A busy trunk can be that, so it only adds. */
export const pbxFlood = sourceRule({
  id: 'pbx-flood',
  about: 'more requests than the PBX takes from one address, as it says itself (pike of Kamailio)',
  thresholds: { score: points(SLIGHT, 'for it') },
  evaluate({ activity }, values) {
    if (activity.pbx === undefined || activity.pbx.floods === 0) return undefined;
    return { detail: 'the PBX blocks it for too many requests', score: values.score, forgeable: true };
  },
});
