import fc from 'fast-check';
import type { FlowLogRecord } from '../../lambda/flow-log';
import {
  answer,
  darkHost,
  exchange,
  HOUR,
  media,
  MINUTE,
  OFFICE,
  PBX,
  request,
  sweep,
  T0,
  TCP,
  UDP,
} from './detection-records';

/** Few sources, so that they meet: neighbours of one /24, phones, an allowlisted one, one that is ours, and IPv6. */
const SOURCES = [
  '198.51.100.7',
  '198.51.100.8',
  '198.51.100.9',
  '198.51.100.10',
  '203.0.113.77',
  OFFICE,
  '10.20.1.44',
  '2001:db8:66:1::a',
  '2001:db8:66:1::b',
  '2001:db8:30:1::8',
  '2001:db8:30:1::9',
];

/** Own addresses, some of which answer. */
const HOSTS = [PBX, '10.20.1.11', ...[1, 2, 3, 4].map(darkHost), '2001:db8:20:1::10', '2001:db8:20:1::11'];

const source = fc.constantFrom(...SOURCES);
const host = fc.constantFrom(...HOSTS);
/** Within three hours: bans end and are made again. */
const at = fc.integer({ min: 0, max: 3 * HOUR }).map((seconds) => T0 + seconds);

const sweeping = fc
  .tuple(source, at, fc.integer({ min: 1, max: 4 }), fc.constantFrom(UDP, TCP))
  .map(([from, time, hosts, protocol]) => sweep(hosts, { source: from, at: time, protocol, bytes: 60 }));

const asking = fc
  .tuple(source, host, at, fc.integer({ min: 1, max: 130 }), fc.integer({ min: 0, max: 90 }))
  .map(([from, destination, time, packets, delay]) => {
    const asked = request({ source: from, destination, packets, at: time });
    return [asked, answer(asked, { at: time + delay })];
  });

const ghosting = fc
  .tuple(source, host, at, fc.integer({ min: 1, max: 4 }))
  .map(([from, destination, time, packets]) => {
    const invite = request({ source: from, destination, packets, at: time });
    return [invite, answer(invite, { packets: packets * 6 })];
  });

const calling = fc.tuple(source, at).map(([from, time]) => media(from, time, 400));

const registering = fc
  .tuple(source, host, at)
  .map(([from, destination, time]) =>
    [0, 1, 2, 3].flatMap((i) => exchange({ source: from, destination, at: time + i * 5 * MINUTE })),
  );

/** One flow for each request, more than are kept, to one host or over ports. */
const churning = fc
  .tuple(source, host, at, fc.integer({ min: 100, max: 160 }), fc.constantFrom(1, 4))
  .map(([from, destination, time, ports, ownPorts]) =>
    Array.from({ length: ports }, (_, i) => {
      const destinationPort = 5060 + (i % ownPorts);
      const asked = request({ source: from, destination, sourcePort: 20_000 + i, destinationPort, at: time });
      return i % 3 === 0 ? [asked, answer(asked)] : [asked];
    }).flat(),
  );

/** Anything a flow log can hold. */
const anything = fc
  .record({
    ends: fc.tuple(source, host),
    way: fc.boolean(),
    sourcePort: fc.constantFrom(0, 5060, 5061, 10_500, 40_000),
    destinationPort: fc.constantFrom(5060, 5061, 5070, 6060, 10_500),
    protocol: fc.constantFrom(1, TCP, UDP),
    packets: fc.integer({ min: 0, max: 500 }),
    bytes: fc.integer({ min: 0, max: 100_000 }),
    time: at,
    seconds: fc.constantFrom(0, 1, 59, 60, 600),
    action: fc.constantFrom('ACCEPT', 'REJECT', undefined),
  })
  .map(({ ends, way, time, seconds, action, ...rest }): FlowLogRecord[] => {
    const [from, to] = way ? ends : [ends[1], ends[0]];
    const record = { ...rest, source: from, destination: to, start: time, end: time + seconds };
    return [action === undefined ? record : { ...record, action }];
  });

/**
 * The traffic of some hours: scanners, callers and oddities, in no order. No two records are equal, as on the wire,
 * where each is of another interface, interval or flow.
 */
export const traffic: fc.Arbitrary<FlowLogRecord[]> = fc
  .array(fc.oneof(sweeping, asking, ghosting, calling, registering, churning, anything), {
    minLength: 5,
    maxLength: 40,
    size: 'max',
  })
  .map((acts) => acts.flat().map((record, i) => ({ ...record, interfaceId: `eni-${i}` })));
