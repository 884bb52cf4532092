import { points, SLIGHT } from './common';
import { sourceRule } from './rule';

/** A knock on a port that SIP was moved away from. Stale phones knock too, so it only adds to other evidence. */
export const tripwirePort = sourceRule({
  id: 'tripwire-port',
  about: 'a knock on a port that SIP was moved away from',
  thresholds: { score: points(SLIGHT, 'for it') },
  evaluate({ activity, context }, values) {
    const { tripwirePorts } = context.topology;
    if (tripwirePorts.size === 0) return undefined;
    const hit = activity.flows.find((flow) => flow.inPackets > 0 && tripwirePorts.has(flow.ownPort));
    if (hit === undefined) return undefined;
    return {
      detail: `a knock on port ${hit.ownPort}, which SIP was moved away from`,
      score: values.score,
      forgeable: true,
    };
  },
});
