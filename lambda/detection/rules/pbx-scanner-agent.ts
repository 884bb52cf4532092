import { DECISIVE, points } from './common';
import { sourceRule } from './rule';

/** A request that says of itself that it comes from a scanner: no phone and no PBX does. Most are that careless. */
export const pbxScannerAgent = sourceRule({
  id: 'pbx-scanner-agent',
  about: 'the user agent of a scanner',
  thresholds: { score: points(DECISIVE, 'for it') },
  evaluate({ activity }, values) {
    const scanners = activity.pbx?.scanners ?? [];
    const [first] = scanners;
    if (first === undefined) return undefined;
    return {
      detail: `a request with the user agent ${first[0]}`,
      score: values.score,
      forgeable: !scanners.some(([, proven]) => proven === 1),
    };
  },
});
