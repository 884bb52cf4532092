import {
  DEFAULT_FORMAT,
  DEPLOYED_FORMAT,
  FlowLogFormat,
  MAX_LINE_LENGTH,
  RecordParser,
  countLine,
  newRecordCounts,
} from '../../lambda/flow-log';
import { lineOf, parseLineOf } from '../support/flow-log-lines';

const RECORD = {
  interfaceId: 'eni-0a1b2c3d4e5f60718',
  source: '198.51.100.7',
  destination: '10.20.1.10',
  sourcePort: 5074,
  destinationPort: 5060,
  protocol: 17,
  packets: 2,
  bytes: 884,
  start: 1764000080,
  end: 1764000139,
  action: 'ACCEPT',
};
const recordWith = (changes: Readonly<Record<string, unknown>>): unknown => ({
  kind: 'record',
  record: { ...RECORD, ...changes },
});
const malformed = (cause: string): unknown => ({ kind: 'malformed', cause });

const NEEDED = 'srcaddr dstaddr srcport dstport protocol packets start end';

describe('a record', () => {
  it('of the default format has the fields of version 2', () => {
    expect(parseLineOf({ version: '2' })).toEqual(recordWith({}));
  });

  it('of the deployed format also has flags and direction', () => {
    expect(parseLineOf({}, DEPLOYED_FORMAT)).toEqual(recordWith({ tcpFlags: 0, direction: 'ingress' }));
  });

  it('has an entry for what the log says and none for what it does not', () => {
    const least = recordWith({ interfaceId: undefined, action: undefined, bytes: 0 });
    expect(parseLineOf({}, NEEDED)).toEqual(least);
    const dashes = { 'interface-id': '-', action: '-', bytes: '-', 'tcp-flags': '-', 'flow-direction': '-' };
    const line = parseLineOf(dashes, DEPLOYED_FORMAT);
    expect(line).toEqual(least);
    expect(Object.keys(line.kind === 'record' ? line.record : {})).not.toContain('action');
  });

  it.each([
    ['the account is unknown', { 'account-id': 'unknown' }, {}],
    ['it was rejected', { action: 'REJECT' }, { action: 'REJECT' }],
    ['it goes out', { 'flow-direction': 'egress' }, { direction: 'egress' }],
    ['it is TCP with SYN and ACK', { protocol: '6', 'tcp-flags': '18' }, { protocol: 6, tcpFlags: 18 }],
    [
      'it is ICMP',
      { protocol: '1', srcport: '0', dstport: '0' },
      { protocol: 1, sourcePort: 0, destinationPort: 0 },
    ],
    ['its status is missing', { 'log-status': '-' }, {}],
    [
      'it is of a service',
      { 'pkt-src-aws-service': 'CHIME_VOICECONNECTOR' },
      { sourceService: 'CHIME_VOICECONNECTOR' },
    ],
    ['the path is known', { 'traffic-path': '8' }, {}],
    ['its direction is a word of later days', { 'flow-direction': 'sideways' }, { direction: undefined }],
    ['it lasts no time', { end: '1764000080' }, { end: 1764000080 }],
    [
      'ports and protocol are the highest',
      { srcport: '65535', protocol: '255' },
      { sourcePort: 65535, protocol: 255 },
    ],
    ['numbers are the longest', { bytes: '999999999999999' }, { bytes: 999_999_999_999_999 }],
    // Nobody writes them, and there is no second way to read them, as there is with addresses.
    ['numbers have leading zeros, which are decimal', { dstport: '05060', packets: '000' }, { packets: 0 }],
  ])('is read when %s', (_when, changes, expected) => {
    expect(parseLineOf(changes, DEPLOYED_FORMAT)).toEqual(
      recordWith({ tcpFlags: 0, direction: 'ingress', ...expected }),
    );
  });

  it.each([
    ['pkt-srcaddr, behind an intermediary', { 'pkt-srcaddr': '203.0.113.9' }, { source: '203.0.113.9' }],
    ['pkt-dstaddr, a secondary address', { 'pkt-dstaddr': '10.20.1.99' }, { destination: '10.20.1.99' }],
    ['srcaddr where pkt-srcaddr is missing', { 'pkt-srcaddr': '-' }, {}],
    ['dstaddr where pkt-dstaddr is missing', { 'pkt-dstaddr': '-' }, {}],
    ['pkt-srcaddr where srcaddr is missing', { srcaddr: '-' }, {}],
    ['IPv6 in canonical form', { 'pkt-srcaddr': '2001:DB8:0::07' }, { source: '2001:db8::7' }],
    ['mapped IPv4 as IPv4', { 'pkt-srcaddr': '::ffff:c633:6407' }, {}],
  ])('takes its addresses from %s', (_where, changes, expected) => {
    expect(parseLineOf(changes, DEPLOYED_FORMAT)).toEqual(
      recordWith({ tcpFlags: 0, direction: 'ingress', ...expected }),
    );
  });

  it.each([
    ['both in milliseconds', '1764000080123', '1764000139999', 1764000080, 1764000139],
    ['the end in milliseconds', '1764000080', '1764000139999', 1764000080, 1764000139],
    ['the last second that is one', '99999999999', '99999999999', 99999999999, 99999999999],
    ['the first millisecond that is one', '0', '100000000000', 0, 100000000],
  ])('has its times in seconds: %s', (_what, start, end, startSeconds, endSeconds) => {
    expect(parseLineOf({ start, end })).toEqual(recordWith({ start: startSeconds, end: endSeconds }));
  });
});

describe('a row without traffic', () => {
  const dashes = Object.fromEntries(
    'srcaddr dstaddr pkt-srcaddr pkt-dstaddr srcport dstport protocol packets bytes action'
      .split(' ')
      .map((field) => [field, '-']),
  );

  it.each([DEFAULT_FORMAT, DEPLOYED_FORMAT])('is told by its status in %.30s…', (format) => {
    expect(parseLineOf({ ...dashes, 'log-status': 'NODATA' }, format)).toEqual({ kind: 'no-data' });
    expect(parseLineOf({ ...dashes, 'log-status': 'SKIPDATA' }, format)).toEqual({ kind: 'skip-data' });
  });

  it('is told by its missing addresses where the log has no status', () => {
    expect(parseLineOf(dashes, NEEDED)).toEqual({ kind: 'no-data' });
    expect(parseLineOf({ ...dashes, 'log-status': '-' }, DEPLOYED_FORMAT)).toEqual({ kind: 'no-data' });
  });

  it('is not one of which only one address is missing: that is malformed', () => {
    expect(parseLineOf({ srcaddr: '-' }, NEEDED)).toEqual(malformed('address'));
    expect(parseLineOf({ dstaddr: '-' }, NEEDED)).toEqual(malformed('address'));
    expect(parseLineOf({ ...dashes, 'log-status': 'OK', start: '0', end: '0' })).toEqual(
      malformed('address'),
    );
  });
});

describe('a malformed line is counted by its cause', () => {
  it.each([
    ['log-status', { 'log-status': 'ok' }],
    ['log-status', { 'log-status': '' }],
    ['time', { start: '-' }],
    ['time', { end: '-' }],
    ['time', { start: '1764000140' }],
    ['time', { start: '-1764000080' }],
    ['time', { start: '1.764e9' }],
    ['time', { end: '1764000139000000' }],
    ['time', { end: 'NaN' }],
    ['time', { end: '2025-11-24T16:01:20Z' }],
    ['address', { srcaddr: '010.0.0.1' }],
    ['address', { srcaddr: '198.51.100' }],
    ['address', { srcaddr: '1.2.3.4abc' }],
    ['address', { srcaddr: '٠.0.0.1' }],
    ['address', { dstaddr: 'fe80::1%eth0' }],
    ['address', { dstaddr: '10.20.1.10\0' }],
    ['address', { dstaddr: '10.20.1.0/24' }],
    ['port', { srcport: '-' }],
    ['port', { dstport: '65536' }],
    ['port', { dstport: '-5060' }],
    ['port', { dstport: '0x13c4' }],
    ['port', { dstport: '5060.0' }],
    ['port', { dstport: '５０６０' }],
    ['port', { dstport: '5060\t' }],
    ['port', { dstport: '' }],
    ['number', { protocol: '256' }],
    ['number', { protocol: 'udp' }],
    ['number', { protocol: '-' }],
    ['number', { packets: '-' }],
    ['number', { packets: '-1' }],
    ['number', { packets: '1e9' }],
    ['number', { packets: 'Infinity' }],
    ['number', { bytes: '9'.repeat(16) }],
    ['number', { bytes: '9'.repeat(40) }],
    ['number', { bytes: '+1' }],
    ['number', { 'tcp-flags': 'SYN' }],
    ['action', { action: 'accept' }],
    ['action', { action: 'ACCEPT\r' }],
    ['action', { action: 'DROP' }],
  ])('%s: %j', (cause, changes) => {
    const format = `${DEFAULT_FORMAT} tcp-flags`;
    expect(parseLineOf(changes, format)).toEqual(malformed(cause));
  });

  it('field-count: one field more, one less, tabs, doubled spaces, nothing', () => {
    const parser = new RecordParser(FlowLogFormat.parse(DEFAULT_FORMAT));
    const line = lineOf();
    const lines = [
      `${line} 0`,
      line.replace(/ OK$/, ''),
      line.replace(/ /g, '\t'),
      ` ${line}`,
      `${line} `,
      '',
    ];
    lines.push(line.replace(' ', '  '), line.replace(' ', '\u00a0'), '{"version":2}', '\0');
    for (const each of lines) expect(parser.parse(each)).toEqual(malformed('field-count'));
  });

  it('line-length: more than 4096 characters, however they are made', () => {
    const parser = new RecordParser(FlowLogFormat.parse(DEFAULT_FORMAT));
    expect(parser.parse(lineOf({ 'interface-id': 'e'.repeat(MAX_LINE_LENGTH) }))).toEqual(
      malformed('line-length'),
    );
    expect(parser.parse(' '.repeat(1_000_000))).toEqual(malformed('line-length'));
    const rest = lineOf({ 'account-id': '' }).length;
    const longest = lineOf({ 'account-id': '1'.repeat(MAX_LINE_LENGTH - rest) });
    expect(longest).toHaveLength(MAX_LINE_LENGTH);
    expect(parser.parse(longest).kind).toBe('record');
  });

  it('adds up, by kind and by cause', () => {
    const counts = newRecordCounts();
    const changes: Record<string, string>[] = [
      {},
      {},
      { 'log-status': 'NODATA' },
      { 'log-status': 'SKIPDATA' },
      { srcport: 'x' },
    ];
    for (const each of [...changes, { dstport: 'x' }, { action: 'x' }]) countLine(counts, parseLineOf(each));
    expect(counts).toEqual({
      read: 7,
      parsed: 2,
      malformed: 3,
      noData: 1,
      skipData: 1,
      malformedByCause: { port: 2, action: 1 },
    });
  });
});
