import { MANY_PORTS } from '../flows';
import { sipFlows } from '../flow-shape';
import type { SipFlow } from '../contribution';
import { MINUTE } from '../policy';
import { DECISIVE, MANY, points } from './common';
import { sourceRule } from './rule';

/**
 * A new port for each request, many of them at once: enumeration (nmap's sip-enum-users). Phones behind NAT have a port
 * each too, but go on from it once they are challenged.
 */
export const portChurn = sourceRule({
  id: 'port-churn',
  about: 'many requests at once, each from a port of its own and left at that: enumeration',
  thresholds: {
    ports: {
      default: 20,
      least: 3,
      most: MANY,
      unit: 'ports',
      about: 'in one minute. Measured: nmap 52, a provider’s monitors at most 6',
    },
    score: points(DECISIVE, 'for it'),
  },
  evaluate({ activity, context }, values) {
    const flows = sipFlows(activity, context.topology);
    const single = flows.reduce((sum, flow) => sum + singlePorts(flow), 0);
    // A longer aggregation interval sums more minutes up.
    const minutes = Math.max(1, Math.round(activity.span / MINUTE));
    if (single < values.ports * minutes) return undefined;
    return {
      detail: `${single} requests in ${minutes === 1 ? 'a minute' : `${minutes} minutes`}, each from a port of its own and left at that`,
      score: values.score,
      forgeable: true,
    };
  },
});

/** How many ports sent one request and no more. Of flows that are added up, only where none of them had two packets. */
function singlePorts({ remotePort, inPackets, inMost, outPackets }: SipFlow): number {
  if (outPackets > inPackets) return 0;
  if (remotePort === MANY_PORTS) return inMost === 1 ? inPackets : 0;
  return inPackets === 1 ? 1 : 0;
}
