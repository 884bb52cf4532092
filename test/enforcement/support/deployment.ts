import type { Deployment } from '../../../lambda/enforcement';

export const ACL = 'acl-0a1b2c3d4e5f60718';

/** A valid deployment document with one network ACL, as the stack writes it. */
export function deployment(change: Partial<Deployment> = {}): Deployment {
  return {
    environment: 'dev',
    mode: 'enforce',
    ledgerTable: 'ringfence-dev',
    exposure: 'proxy-only',
    ownCidrs: ['10.20.0.0/16'],
    proxyRanges: ['103.55.116.0/24'],
    allowlist: ['192.0.2.0/24'],
    sip: { ports: [5060, 5061], rtp: '10000-20000' },
    networkAcls: [{ id: ACL, ruleNumbers: '1-50', quota: 20, slots: { ipv4: 18, ipv6: 18 } }],
    ipSets: [],
    ban: { first: '1h', factor: 4, max: '30d', maxNewPerHour: 200 },
    ...change,
  };
}
