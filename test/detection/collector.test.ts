import fc from 'fast-check';
import { boundedFlows, ContributionCollector, flowKey, MANY_PORTS, MAX_FLOWS } from '../../lambda/detection';
import type { FlowLogRecord } from '../../lambda/flow-log';
import { contributionsOf, judgeContext } from '../support/detection-judging';
import { parseLineOf } from '../support/flow-log-lines';
import {
  answer,
  exchange,
  media,
  MINUTE,
  PBX,
  PHONE,
  request,
  SCANNER,
  sweep,
  T0,
  TCP,
} from '../support/detection-records';

/** A TCP packet of theirs from a port to one of ours where nothing listens. */
function tcpFrom(sourcePort: number): FlowLogRecord {
  return request({ protocol: TCP, sourcePort, destinationPort: 40_000, bytes: 60 });
}

/** The only contribution of some records. */
function only(records: readonly FlowLogRecord[]) {
  const [contribution, ...more] = contributionsOf(records);
  expect(more).toEqual([]);
  if (contribution === undefined) throw new Error('nothing was contributed');
  return contribution;
}

describe('direction', () => {
  test('is told by which side is ours: a phone uses 5060 on both ends', () => {
    const asked = request({ packets: 2 });
    expect(only([asked, answer(asked, { packets: 3 })])).toEqual({
      window: T0,
      contacted: false,
      span: 0,
      key: SCANNER,
      source: SCANNER,
      digest: 'batch',
      flows: [
        {
          own: PBX,
          protocol: 17,
          ownPort: 5060,
          remotePort: 5060,
          inPackets: 2,
          inBytes: 882,
          inRate: 2,
          inMost: 2,
          outPackets: 3,
          outBytes: 1170,
          rejectedPackets: 0,
        },
      ],
      droppedFlows: 0,
      media: { in: 0, out: 0 },
    });
  });

  test.each([
    ['between two own addresses', request({ source: '10.20.1.11' })],
    ['between two foreign addresses', request({ destination: PHONE })],
    ['on ports without meaning', request({ destinationPort: 443, sourcePort: 40_000 })],
    ['ICMP', request({ protocol: 1, sourcePort: 0, destinationPort: 0 })],
    ['media over TCP', request({ protocol: TCP, destinationPort: 10_500, sourcePort: 40_000 })],
  ])('traffic %s contributes nothing', (_, record) => {
    expect(contributionsOf([record])).toEqual([]);
  });

  test.each([
    ['a SIP port of theirs', answer(request({ sourcePort: 5060, destinationPort: 40_000 }))],
    ['their DNS', answer(request({ sourcePort: 53, destinationPort: 40_000 }))],
    ['their NTP', answer(request({ sourcePort: 123, destinationPort: 123 }))],
    ['a SIP port over TCP, with words', answer(tcpFrom(5060), { packets: 5, bytes: 900 })],
  ])('what we send to %s makes them one that serves us', (_, record) => {
    expect(contributionsOf([record])).toMatchObject([{ source: SCANNER, contacted: true, flows: [] }]);
  });

  test.each([
    ['a reset to a SYN from their port 5060', answer(tcpFrom(5060), { packets: 1, bytes: 40 })],
    ['a SYN that nobody answered', answer(tcpFrom(5060), { packets: 3, bytes: 180 })],
    [
      'what a security group of ours rejects',
      { ...answer(request({ sourcePort: 53, destinationPort: 40_000 })), action: 'REJECT' as const },
    ],
    ['their web server', answer(tcpFrom(443), { packets: 5, bytes: 900 })],
    ['their DNS, asking us', request({ sourcePort: 53, destinationPort: 40_000 })],
  ])('%s does not', (_, record) => {
    expect(contributionsOf([record])).toEqual([]);
  });

  test('an answer of our phone system to their port 5060 is SIP, not a question of ours', () => {
    expect(contributionsOf(exchange({ sourcePort: 5060 }))).toMatchObject([{ contacted: false }]);
  });

  test('a trusted AWS service is told, whatever the order of records, and no other is', () => {
    const from = (sourceService: string) => request({ sourceService });
    const trusted = [from('ROUTE53_HEALTHCHECKS'), from('CHIME_VOICECONNECTOR'), from('EC2')];
    expect(contributionsOf(trusted)).toMatchObject([{ service: 'CHIME_VOICECONNECTOR' }]);
    expect(contributionsOf([...trusted].reverse())).toEqual(contributionsOf(trusted));
    expect(contributionsOf([from('EC2'), answer(from('CHIME_VOICECONNECTOR'))])[0]).not.toHaveProperty(
      'service',
    );
  });

  test('the longest record tells how long the aggregation interval is', () => {
    const records = [request(), request({ start: T0, end: T0 + 58 }), ...media(SCANNER, T0)];
    expect(contributionsOf(records)).toMatchObject([{ span: 59 }]);
  });

  test('the addresses of the packet count where the log has them, not those of an intermediary', () => {
    const line = parseLineOf(
      {
        srcaddr: '10.20.1.5',
        dstaddr: '10.20.1.10',
        'pkt-srcaddr': SCANNER,
        'pkt-dstaddr': '10.20.1.77',
        packets: '1',
      },
      'srcaddr dstaddr srcport dstport pkt-srcaddr pkt-dstaddr protocol packets bytes start end action log-status',
    );
    expect(line.kind).toBe('record');
    const records = line.kind === 'record' ? [line.record] : [];
    expect(only(records)).toMatchObject({ key: SCANNER, flows: [{ own: '10.20.1.77' }] });
  });
});

describe('windows', () => {
  test('a record belongs to the window in which it ends', () => {
    const records = [59, 60, 119].map((second) => request({ start: T0 - 30, end: T0 + second }));
    expect(contributionsOf(records).map(({ window, flows }) => [window, flows[0]?.inPackets])).toEqual([
      [T0, 1],
      [T0 + MINUTE, 2],
    ]);
  });

  test.each([
    { packets: 30, seconds: 2, rate: 30 },
    { packets: 30, seconds: 59, rate: 30 },
    { packets: 30, seconds: 600, rate: 3 },
    { packets: 1503, seconds: 600, rate: 150 },
  ])('$packets packets within $seconds s are $rate a minute', ({ packets, seconds, rate }) => {
    const { flows } = only([request({ packets, start: T0 - seconds, end: T0 })]);
    expect(flows[0]?.inRate).toBe(rate);
  });

  test('the busiest record of a flow gives its rate, the sum its packets', () => {
    const { flows } = only([request({ packets: 70 }), request({ packets: 40 })]);
    expect(flows).toMatchObject([{ inRate: 70, inPackets: 110 }]);
  });
});

describe('sources', () => {
  test('of IPv6 are a /64, shown by one of its addresses that the order does not choose', () => {
    const hosts = ['2001:db8:66:1::b', '2001:db8:66:1::a', '2001:db8:66:1:ffff::c'].map((source) =>
      request({ source, destination: '2001:db8:20:1::10' }),
    );
    for (const records of [hosts, [...hosts].reverse()]) {
      expect(only(records)).toMatchObject({ key: '2001:db8:66:1::/64', source: '2001:db8:66:1::a' });
    }
  });

  test('are listed by window and key, and a drained collector is empty', () => {
    const { topology, policy } = judgeContext();
    const collector = new ContributionCollector(topology, policy);
    for (const source of [SCANNER, PHONE]) {
      for (const at of [T0 + MINUTE, T0]) collector.add(request({ source, at }));
    }
    expect(collector.sipRecords).toBe(4);
    expect(collector.drain('batch').map(({ window, key }) => [window, key])).toEqual([
      [T0, SCANNER],
      [T0, PHONE],
      [T0 + MINUTE, SCANNER],
      [T0 + MINUTE, PHONE],
    ]);
    expect(collector.drain('batch')).toEqual([]);
  });
});

describe('what is kept', () => {
  test('rejected packets are told apart', () => {
    const { flows } = only([request({ packets: 5, action: 'REJECT' }), request({ packets: 2 })]);
    expect(flows).toMatchObject([{ inPackets: 7, rejectedPackets: 5 }]);
  });

  test('media are the most packets of one record each way, and no flow', () => {
    const records = [...media(PHONE, T0, 1000, 400), ...media(PHONE, T0, 900, 500)];
    expect(only(records)).toMatchObject({ flows: [], media: { in: 1000, out: 500 } });
    expect(contributionsOf(records.map((record) => ({ ...record, action: 'REJECT' as const })))).toEqual([]);
  });

  test('of very many flows those of one own address and port are added up', () => {
    const burst = Array.from({ length: 1000 }, (_, i) => exchange({ sourcePort: 10_000 + i })).flat();
    const { flows, droppedFlows } = only(burst);
    expect(droppedFlows).toBe(0);
    expect(flows).toMatchObject([
      { own: PBX, ownPort: 5060, remotePort: MANY_PORTS, inPackets: 1000, outPackets: 1000, inRate: 1 },
    ]);
  });

  test('of very many own addresses too, the number of those left out is kept', () => {
    const { flows, droppedFlows } = only(
      Array.from({ length: 250 }, (_, i) => request({ destination: `10.20.1.${i + 1}` })),
    );
    expect(flows).toHaveLength(MAX_FLOWS);
    expect(droppedFlows).toBe(250 - MAX_FLOWS);
  });

  test('the order of records does not matter', () => {
    const records = [
      ...sweep(5),
      ...exchange({ packets: 3 }),
      ...media(PHONE, T0),
      ...exchange({ source: PHONE }),
    ];
    const expected = contributionsOf(records);
    const shuffled = fc.shuffledSubarray(records, { minLength: records.length });
    fc.assert(
      fc.property(shuffled, (some) => expect(contributionsOf(some)).toEqual(expected)),
      { seed: 11, numRuns: 50 },
    );
  });
});

test.each([
  { what: 'of more hosts than are kept', hosts: 150, remotePorts: 7 },
  { what: 'of more ports than are kept', hosts: 2, remotePorts: 400 },
])('flows $what, bounded part by part and then together, are bounded alike', ({ hosts, remotePorts }) => {
  const flow = fc.record({
    own: fc.integer({ min: 1, max: hosts }).map((n) => `10.20.1.${n}`),
    protocol: fc.constantFrom(6, 17),
    ownPort: fc.constantFrom(5060, 5061),
    remotePort: fc.integer({ min: 1024, max: 1023 + remotePorts }),
    inPackets: fc.nat(9),
    inBytes: fc.nat(900),
    inRate: fc.nat(9),
    inMost: fc.nat(9),
    outPackets: fc.nat(9),
    outBytes: fc.nat(900),
    rejectedPackets: fc.nat(9),
  });
  const part = (maxLength: number) => fc.uniqueArray(flow, { selector: flowKey, maxLength, size: 'max' });
  const parts = fc.array(fc.oneof(part(200), part(5)), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(parts, (batches) => {
      const inParts = batches.map((batch) => addedUp(batch).kept);
      expect(addedUp(inParts.flat()).kept).toEqual(addedUp(batches.flat()).kept);
    }),
    // Shrinking hundreds of flows takes longer than reading them.
    { seed: 12, numRuns: 60, endOnFailure: true },
  );
});

function addedUp(flows: readonly Flow[]) {
  const sums = new Map<string, Flow>();
  for (const flow of flows) {
    const known = sums.get(flowKey(flow));
    sums.set(flowKey(flow), known === undefined ? flow : plus(known, flow));
  }
  return boundedFlows([...sums.values()]);
}

type Flow = ReturnType<typeof boundedFlows>['kept'][number];

function plus(a: Flow, b: Flow): Flow {
  return {
    ...a,
    inPackets: a.inPackets + b.inPackets,
    inBytes: a.inBytes + b.inBytes,
    inRate: Math.max(a.inRate, b.inRate),
    inMost: Math.max(a.inMost, b.inMost),
    outPackets: a.outPackets + b.outPackets,
    outBytes: a.outBytes + b.outBytes,
    rejectedPackets: a.rejectedPackets + b.rejectedPackets,
  };
}
