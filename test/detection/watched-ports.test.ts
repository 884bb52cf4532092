import { CidrSet } from '../../lambda/address';
import { portsOf, type Topology, topologyOf } from '../../lambda/detection';

const topology = topologyOf({
  ownCidrs: ['10.20.0.0/16'],
  proxyRanges: ['103.55.116.0/24'],
  allowlist: [],
  sip: { ports: [5060, 5061], rtp: '10000-20000' },
});

describe('the filter of ports', () => {
  it('keeps every port that detection may look at, and leaves out web traffic', () => {
    const ports = portsOf(topology);
    for (const port of [5060, 5061, 5070, 5099, 6060]) expect(ports[port]).toBe(3);
    for (const port of [10_000, 15_000, 20_000]) expect(ports[port]).toBe(2);
    for (const port of [0, 22, 80, 443, 5059, 5100, 20_001, 50_000]) expect(ports[port]).toBe(0);
  });

  it('is worked out once for a topology', () => {
    const other: Topology = { ...topology, own: CidrSet.empty };
    expect(portsOf(topology)).toBe(portsOf(topology));
    expect(portsOf(other)).not.toBe(portsOf(topology));
  });
});
