import type { LocalSite } from '../../../lib/cli/local/local-cloud';

/** An environment as an admin would write it. */
export const SITE: LocalSite = {
  environment: 'dev',
  ownCidrs: ['10.20.0.0/16'],
  proxyRanges: ['103.55.116.0/24'],
  allowlist: ['192.0.2.0/24'],
  exposure: 'open',
  sip: { ports: [5060, 5061], rtp: '10000-20000' },
  ban: { first: '1h', factor: 4, max: '30d', maxNewPerHour: 200 },
};
