import fc from 'fast-check';
import { DEFAULT_FORMAT, DEPLOYED_FORMAT, FlowLogFormat, RecordParser } from '../../lambda/flow-log';
import { ALL_FIELDS, lineOf, parseLineOf } from '../support/flow-log-lines';

const port = fc.integer({ min: 0, max: 65535 });
const count = fc.integer({ min: 0, max: 999_999_999_999_999 });
const someRecord = fc.record({
  source: fc.ipV4(),
  destination: fc.ipV4(),
  sourcePort: port,
  destinationPort: port,
  protocol: fc.integer({ min: 0, max: 255 }),
  packets: count,
  bytes: count,
  start: fc.integer({ min: 0, max: 2_000_000_000 }),
  seconds: fc.integer({ min: 0, max: 600 }),
  action: fc.constantFrom('ACCEPT', 'REJECT'),
});

describe('any record in any order of fields', () => {
  it('is read as it was written', () => {
    const shuffled = fc.shuffledSubarray([...ALL_FIELDS], { minLength: ALL_FIELDS.length });
    fc.assert(
      fc.property(someRecord, shuffled, ({ seconds, ...record }, fields) => {
        const end = record.start + seconds;
        const line = parseLineOf(
          {
            'pkt-srcaddr': record.source,
            'pkt-dstaddr': record.destination,
            srcport: String(record.sourcePort),
            dstport: String(record.destinationPort),
            protocol: String(record.protocol),
            packets: String(record.packets),
            bytes: String(record.bytes),
            start: String(record.start),
            end: String(end),
            action: record.action,
          },
          fields.join(' '),
        );
        expect(line).toEqual({
          kind: 'record',
          record: { ...record, end, interfaceId: 'eni-0a1b2c3d4e5f60718', tcpFlags: 0, direction: 'ingress' },
        });
      }),
    );
  });

  it('is the same record with any of the fields that nobody reads', () => {
    const unread = ['vpc-id', 'subnet-id', 'instance-id', 'type', 'region', 'az-id', 'traffic-path'];
    fc.assert(
      fc.property(fc.subarray(unread), (fields) => {
        const format = [...fields, DEFAULT_FORMAT].join(' ');
        const hostile = { type: '٣\0', region: '', 'vpc-id': 'NaN', 'traffic-path': '-1' };
        expect(parseLineOf(hostile, format)).toEqual(parseLineOf({}));
      }),
    );
  });
});

describe('any line', () => {
  const parsers = [DEFAULT_FORMAT, DEPLOYED_FORMAT].map(
    (text) => new RecordParser(FlowLogFormat.parse(text)),
  );
  const lines = [DEFAULT_FORMAT, DEPLOYED_FORMAT].map((format) => lineOf({}, format));
  const hostile = fc.oneof(
    fc.constantFrom(
      '',
      '-',
      '-1',
      '1e9',
      'NaN',
      '0x7f',
      '٣',
      '\0',
      '\r',
      '\t',
      '9'.repeat(5000),
      '00',
      '__proto__',
    ),
    fc.string({ unit: 'binary' }),
  );

  it('is a record whose numbers are whole and in range, or counted, and never an exception', () => {
    const mutated = fc.tuple(fc.constantFrom(...lines), fc.nat(30), hostile).map(([line, at, text]) =>
      line
        .split(' ')
        .with(at % line.split(' ').length, text)
        .join(' '),
    );
    fc.assert(
      fc.property(fc.oneof(mutated, hostile), fc.constantFrom(...parsers), (text, parser) => {
        const line = parser.parse(text);
        if (line.kind !== 'record') {
          expect(['no-data', 'skip-data', 'malformed']).toContain(line.kind);
          return;
        }
        const { sourcePort, destinationPort, protocol, packets, bytes, start, end } = line.record;
        const numbers = [sourcePort, destinationPort, protocol, packets, bytes, start, end];
        expect(numbers.every((number) => Number.isSafeInteger(number) && number >= 0)).toBe(true);
        expect(Math.max(sourcePort, destinationPort)).toBeLessThanOrEqual(65535);
        expect(start).toBeLessThanOrEqual(end);
      }),
      { numRuns: 2000 },
    );
  });

  it('says nothing about the next: a parser has no memory', () => {
    const parser = new RecordParser(FlowLogFormat.parse(DEFAULT_FORMAT));
    fc.assert(
      fc.property(fc.array(hostile), (texts) => {
        for (const text of texts) parser.parse(text);
        expect(parser.parse(lineOf())).toEqual(parseLineOf({}));
      }),
    );
  });

  it('keeps its own interface among thousands', () => {
    const parser = new RecordParser(FlowLogFormat.parse(DEFAULT_FORMAT));
    for (let i = 0; i < 3000; i++) {
      const interfaceId = `eni-${i % 1500}`;
      expect(parser.parse(lineOf({ 'interface-id': interfaceId }))).toMatchObject({
        record: { interfaceId },
      });
    }
  });
});
