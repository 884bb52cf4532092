import { type BanPolicy, parseBanPolicy } from '../../../lambda/blacklist/ban-policy';
import type { Site } from '../../../lambda/detection';
import {
  type Environment,
  formatRange,
  readEnvironments,
  selectEnvironment,
  tripwirePorts,
  watchedPorts,
} from '../../config';

/** What a replay takes from an environment, or from the defaults, before flags change it. */
export interface ReplayBase {
  readonly site: Site;
  readonly ban: BanPolicy;
  readonly maxNewPerHour: number;
  /** Slots per family. */
  readonly slots: Readonly<Record<4 | 6, number>>;
}

/**
 * Of an environment in the cdk.json of the working folder.
 * @throws ConfigurationError naming the file, the value and the remedy
 */
export function baseOfEnvironment(name: string): ReplayBase {
  const environment = selectEnvironment(readEnvironments('cdk.json'), name);
  const { networkAcl, ban, sip } = environment;
  return {
    site: {
      ownCidrs: ownCidrsOf(environment),
      proxyRanges: environment.voiceProxyRanges,
      mediaRanges: environment.mediaRanges,
      detection: environment.detection as Site['detection'],
      allowlist: environment.allowlist,
      sip: {
        ports: watchedPorts(environment),
        tripwirePorts: tripwirePorts(environment),
        rtp: formatRange(sip.rtp),
      },
    },
    ban: parseBanPolicy(ban),
    maxNewPerHour: ban.maxNewPerHour,
    slots: { 4: networkAcl.slots.ipv4, 6: networkAcl.slots.ipv6 },
  };
}

function ownCidrsOf({ vpc }: Environment): readonly string[] {
  return 'create' in vpc ? [vpc.create] : vpc.cidrs;
}
