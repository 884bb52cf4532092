import { createReadStream, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import {
  DEFAULT_FORMAT,
  DEPLOYED_FORMAT,
  FlowLogFormat,
  FlowLogReadError,
  newRecordScanner,
  portFilter,
  scanFlowLogText,
  TCP_PORT,
  UDP_PORT,
} from '../../lambda/flow-log';
import { ALL_FIELDS, lineOf } from '../support/flow-log-lines';
import { arriving, cutAt } from '../support/flow-log-streams';
import { bothWays, scanPieces } from '../support/scanners';

const DATA = join(__dirname, '..', 'data');
const LOGS = ['detection', 'flow-log'].flatMap((folder) =>
  readdirSync(join(DATA, folder))
    .filter((name) => /\.log(?:\.gz)?$/.test(name))
    .map((name) => join(folder, name)),
);

function readLog(name: string): Buffer {
  const bytes = readFileSync(join(DATA, name));
  return name.endsWith('.gz') ? gunzipSync(bytes) : bytes;
}

const sipPorts = portFilter((port) => (port >= 5060 && port <= 5099 ? TCP_PORT | UDP_PORT : 0));
const format = FlowLogFormat.parse(DEFAULT_FORMAT);
const everyField = FlowLogFormat.parse(ALL_FIELDS.join(' '));

/** Lines of the default format, each with something changed. */
const linesOf = (...changes: readonly Readonly<Record<string, string>>[]) =>
  Buffer.from(changes.map((change) => `${lineOf(change)}\n`).join(''));

describe('the scanner', () => {
  it.each(LOGS)('makes of %s what the plain parser does', (name) => {
    const log = readLog(name);
    for (const ports of [undefined, sipPorts]) {
      const { wasm, plain } = bothWays([log], ports && { ports });
      expect(plain.counts?.parsed).toBeGreaterThan(200);
      expect(wasm).toEqual(plain);
    }
  });

  it('leaves out records on other ports, and counts them', () => {
    const log = linesOf({}, { srcport: '443', dstport: '50000' }, { srcport: '5061', protocol: '6' });
    const { records, counts } = scanPieces([log], { format, ports: sipPorts, how: 'wasm' });
    expect(counts.parsed).toBe(3);
    expect(records.map(({ sourcePort, protocol }) => [sourcePort, protocol])).toEqual([
      [5074, 17],
      [5061, 6],
    ]);
  });

  it('takes no port for one of a protocol without ports', () => {
    const log = linesOf({ protocol: '1' }, { protocol: '50' });
    expect(bothWays([log], { format, ports: sipPorts }).wasm).toMatchObject({
      records: [],
      counts: { parsed: 2 },
    });
  });

  it('hands a row over that has every field', () => {
    const line = lineOf(
      { 'pkt-src-aws-service': 'CHIME_VOICECONNECTOR', 'tcp-flags': '19' },
      everyField.toString(),
    );
    expect(scanPieces([Buffer.from(line)], { format: everyField, how: 'wasm' }).records).toEqual([
      {
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
        tcpFlags: 19,
        direction: 'ingress',
        sourceService: 'CHIME_VOICECONNECTOR',
      },
    ]);
  });

  it('counts over several logs, each with its own format', () => {
    const scanner = newRecordScanner({ add: () => undefined, addRow: () => undefined });
    scanner.begin();
    scanner.push(Buffer.from(`${DEPLOYED_FORMAT}\n${lineOf({}, DEPLOYED_FORMAT)}\nnonsense`));
    scanner.end();
    scanner.begin(format);
    scanner.push(linesOf({}, { start: '1763999999' }, { 'log-status': 'NODATA' }));
    scanner.end();
    expect(scanner.counts).toEqual({
      read: 5,
      parsed: 3,
      malformed: 1,
      noData: 1,
      skipData: 0,
      malformedByCause: { 'field-count': 1 },
    });
    expect(scanner.span).toEqual({ from: 1763999999, to: 1764000139 });
  });

  it('follows a header in the middle of concatenated files', () => {
    const log = `${DEFAULT_FORMAT}\n${lineOf()}\n${DEPLOYED_FORMAT}\n${lineOf({}, DEPLOYED_FORMAT)}\n${DEFAULT_FORMAT}\n${lineOf()}\n`;
    const { wasm, plain } = bothWays([Buffer.from(log)]);
    expect(wasm).toEqual(plain);
    expect(wasm.counts?.parsed).toBe(3);
  });

  it('reads more records than fit into its rows', () => {
    const log = linesOf(...Array.from({ length: 10_000 }, (_, i) => ({ packets: String(i + 1) })));
    const { wasm, plain } = bothWays([log], { format });
    expect(wasm).toEqual(plain);
    expect(wasm.records).toHaveLength(10_000);
  });
});

describe('a log that arrives in pieces', () => {
  const log = Buffer.concat([
    Buffer.from(`${DEFAULT_FORMAT}\n`),
    linesOf({}, { srcaddr: '2001:db8::7' }, { 'account-id': 'é€😀' }, { packets: '-' }),
    Buffer.from('\n\r\n  \nlast'),
  ]);

  it('is read the same wherever it is cut', () => {
    const whole = scanPieces([log], { how: 'plain' });
    for (let i = 0; i <= log.length; i++) {
      expect(scanPieces(cutAt(log, i), { how: 'wasm' })).toEqual(whole);
    }
  });

  it('is read the same byte by byte', () => {
    const bytes = Array.from(log, (byte) => Uint8Array.of(byte));
    expect(scanPieces(bytes, { how: 'wasm' })).toEqual(scanPieces([log], { how: 'plain' }));
  });

  it('in pieces larger than the scanner takes at a time is read whole', () => {
    const large = linesOf(...Array.from({ length: 20_000 }, (_, i) => ({ bytes: String(i) })));
    expect(large.length).toBeGreaterThan(2_000_000);
    expect(scanPieces([large], { format, how: 'wasm' })).toEqual(
      scanPieces([large], { format, how: 'plain' }),
    );
  });

  it.each([4095, 4096, 4097, 16_383, 16_384, 16_385, 500_000])(
    'may have a line of %d characters, of one byte or of three',
    (length) => {
      for (const letter of ['x', '€']) {
        const account = letter.repeat(length - (lineOf().length - '123456789012'.length));
        const long = linesOf({}, { 'account-id': account }, {});
        const { wasm, plain } = bothWays(cutAt(long, 100, 70_000), { format });
        expect(wasm).toEqual(plain);
        expect(wasm.counts?.malformed).toBe(length > 4096 ? 1 : 0);
      }
    },
  );
});

describe('what is unusual about a line', () => {
  const odd: readonly Readonly<Record<string, string>>[] = [
    { srcport: '0' },
    { srcport: '05060' },
    { srcport: '65535' },
    { srcport: '65536' },
    { dstport: '99999' },
    { dstport: '100000' },
    { srcport: '-' },
    { srcport: '' },
    { protocol: '255' },
    { protocol: '256' },
    { protocol: '017' },
    { protocol: '0017' },
    { packets: '0' },
    { packets: '999999999999999' },
    { packets: '9999999999999999' },
    { packets: '123456789' },
    { packets: '12345678' },
    { packets: '' },
    { packets: '1.5' },
    { packets: '-1' },
    { bytes: '-' },
    { bytes: '1e3' },
    { start: '1764000139', end: '1764000139' },
    { start: '1764000140' },
    { start: '1764000080000', end: '1764000139000' },
    { start: '0', end: '0' },
    { start: '9999999999', end: '9999999999' },
    { start: '01764000080' },
    { start: '17640000x0' },
    { start: '176400008:' },
    { start: '176400/080' },
    { end: '1764000\xff39' },
    { action: 'ACCEPTED' },
    { action: 'accept' },
    { action: 'REJECT' },
    { action: 'ACCECT' },
    { action: 'REJEPT' },
    { action: '-' },
    { action: '' },
    { 'log-status': 'NODATA' },
    { 'log-status': 'NODATE' },
    { 'log-status': 'SKIPDATA' },
    { 'log-status': 'OK\r' },
    { 'log-status': '-' },
    { 'log-status': 'KO' },
    { srcaddr: '2001:DB8::7' },
    { srcaddr: '::ffff:198.51.100.7' },
    { srcaddr: '-' },
    { srcaddr: '' },
    { 'interface-id': '' },
    { 'interface-id': '-' },
    { 'interface-id': 'é' },
    { 'interface-id': '\ufeffeni' },
    { 'interface-id': '\t' },
    { version: 'srcaddr' },
    { version: 'a' },
    { version: '' },
    { 'account-id': '1 2' },
  ];

  it.each(odd)('%j is read as the plain parser reads it', (change) => {
    const log = linesOf({}, change, {}, change);
    const { wasm, plain } = bothWays([log], { format });
    expect(wasm).toEqual(plain);
  });

  it.each([
    ['a byte order mark', Buffer.from(`\ufeff${lineOf({ version: '2' })}\n\ufeff${lineOf()}\n`)],
    ['a byte order mark alone', Buffer.from(`\ufeff\n${lineOf()}\n`)],
    ['an empty line and then a byte order mark', Buffer.from(`\n\ufeff${lineOf()}\n`)],
    ['no line at all', Buffer.from('')],
    ['empty lines', Buffer.from('\n\n\n')],
    ['no newline at its end', Buffer.from(lineOf())],
    ['carriage returns', Buffer.from(`${lineOf()}\r\n${lineOf()}\r\n\r\n`)],
    ['bytes that are no UTF-8', Buffer.from(`${lineOf({ 'interface-id': '\xff\xc3' })}\n`, 'latin1')],
    ['zero bytes', Buffer.from(`${lineOf()}\0\n\0\n`)],
  ])('a log with %s is read as the plain parser reads it', (_what, log) => {
    for (const some of [undefined, format]) {
      const { wasm, plain } = bothWays([log], { format: some });
      expect(wasm).toEqual(plain);
    }
  });

  it('of an address is read as the plain parser reads it', () => {
    const octets = ['0', '00', '01', '9', '10', '99', '099', '100', '199', '249', '255', '256', '300', '999'];
    const more = ['', '1000', 'a', '1a', '-1', '1.2', ' ', ':', '/', '1:', '\xb1'];
    const addresses = [...octets, ...more].flatMap((octet) => [
      `${octet}.2.30.200`,
      `1.${octet}.30.200`,
      `1.2.${octet}.200`,
      `198.51.100.${octet}`,
      `${octet}.${octet}.${octet}.${octet}`,
      `1.2.3${octet}`,
      `1.2.3.4.${octet}`,
    ]);
    const changed = addresses.flatMap((text): Record<string, string>[] => [
      { srcaddr: text },
      { dstaddr: text },
    ]);
    const log = linesOf(...changed);
    const { wasm, plain } = bothWays([log], { format });
    expect(plain.counts?.parsed).toBeGreaterThan(80);
    expect(wasm).toEqual(plain);
  });
});

describe('a format', () => {
  const formats = [
    'srcaddr dstaddr srcport dstport protocol packets start end',
    'end start packets protocol dstport srcport dstaddr srcaddr',
    'pkt-srcaddr pkt-dstaddr srcport dstport protocol packets start end interface-id',
    'interface-id pkt-srcaddr srcaddr dstaddr pkt-dstaddr srcport dstport protocol packets start end bytes tcp-flags flow-direction',
    'srcport dstport protocol packets start end action srcaddr dstaddr pkt-src-aws-service',
    `${DEFAULT_FORMAT} future-field`,
  ];
  const changes: readonly Readonly<Record<string, string>>[] = [
    {},
    { 'pkt-srcaddr': '-', 'pkt-dstaddr': '-' },
    { srcaddr: '-', dstaddr: '-', 'pkt-srcaddr': '-', 'pkt-dstaddr': '-' },
    { srcaddr: 'nonsense', dstaddr: '2001:db8::1' },
    { 'tcp-flags': '-', 'flow-direction': '-' },
    { 'tcp-flags': '123456789', 'flow-direction': 'egress' },
    { 'flow-direction': 'outgres', 'interface-id': '' },
    { 'flow-direction': 'ingress\r', 'interface-id': 'eni-1\r', 'pkt-src-aws-service': 'S3\r' },
    { 'pkt-src-aws-service': 'AMAZON' },
  ];

  it.each(formats)('of %s is read as the plain parser reads it, told or by its header', (text) => {
    const lines = changes.map((change) => `${lineOf(change, text)}\n`).join('');
    for (const [log, told] of [
      [lines, FlowLogFormat.parse(text)],
      [`${text}\n${lines}`, undefined],
    ] as const) {
      const { wasm, plain } = bothWays([Buffer.from(log)], { format: told });
      expect(plain.records?.length).toBeGreaterThan(2);
      expect(wasm).toEqual(plain);
    }
  });

  it('that cannot be told is refused as the plain parser refuses it', () => {
    const { wasm, plain } = bothWays([Buffer.from('1 2 3\n')]);
    expect(wasm).toEqual(plain);
    expect(wasm.error).toContain('FlowLogFormatError: not a VPC flow log');
  });
});

describe('an object in gzip', () => {
  const scanAll = async (bytes: Buffer) => {
    const scanner = newRecordScanner({ add: () => undefined, addRow: () => undefined });
    await scanFlowLogText(arriving(...cutAt(bytes, 10, 1000)), scanner, { format });
    return scanner.counts.parsed;
  };
  const member = (count: number) => gzipSync(linesOf(...Array.from({ length: count }, () => ({}))));

  it('is read to the end of its last member', async () => {
    expect(await scanAll(Buffer.concat([member(300), member(0), member(500)]))).toBe(800);
  });

  it('is refused when it is truncated, and when its checksum is wrong', async () => {
    const whole = member(1000);
    const wrong = Buffer.from(whole);
    wrong.writeUInt32LE(0, wrong.length - 8);
    await expect(scanAll(whole.subarray(0, whole.length - 9))).rejects.toThrow(FlowLogReadError);
    await expect(scanAll(wrong)).rejects.toThrow(FlowLogReadError);
  });

  it('is read from a file', async () => {
    const scanner = newRecordScanner({ add: () => undefined, addRow: () => undefined });
    await scanFlowLogText(createReadStream(join(DATA, 'detection', 'lab_all_P1.v2.log.gz')), scanner);
    expect(scanner.counts.parsed).toBeGreaterThan(5000);
  });
});
