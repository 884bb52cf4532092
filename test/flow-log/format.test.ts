import fc from 'fast-check';
import {
  DEFAULT_FORMAT,
  DEPLOYED_FORMAT,
  FlowLogFormat,
  FlowLogFormatError,
  MAX_LINE_LENGTH,
  detectFormat,
  isHeaderLine,
} from '../../lambda/flow-log';
import { ALL_FIELDS, lineOf } from '../support/flow-log-lines';

const without = (...names: readonly string[]): string =>
  DEFAULT_FORMAT.split(' ')
    .filter((field) => !names.includes(field))
    .join(' ');

describe('a format', () => {
  it('keeps the order of its fields and finds each', () => {
    const format = FlowLogFormat.parse(DEFAULT_FORMAT);
    expect(format.fields).toHaveLength(14);
    expect(format.indexOf('version')).toBe(0);
    expect(format.indexOf('srcaddr')).toBe(3);
    expect(format.indexOf('log-status')).toBe(13);
    expect(format.indexOf('flow-direction')).toBe(-1);
    expect(format.toString()).toBe(DEFAULT_FORMAT);
  });

  it('is read from the form of CreateFlowLogs, however it is spaced', () => {
    const dollars = DEPLOYED_FORMAT.split(' ')
      .map((field) => `\${${field}}`)
      .join('  ');
    expect(FlowLogFormat.parse(` ${dollars}\n`).toString()).toBe(DEPLOYED_FORMAT);
  });

  it('may be in any order', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...ALL_FIELDS], { minLength: ALL_FIELDS.length }), (fields) => {
        const format = FlowLogFormat.parse(fields.join(' '));
        for (const [i, field] of fields.entries()) expect(format.indexOf(field)).toBe(i);
      }),
    );
  });

  it('may hold fields of later versions, which are skipped', () => {
    const text = `${DEPLOYED_FORMAT} ecs-cluster-name reject-reason resource-id encryption-status field-of-2031`;
    expect(FlowLogFormat.parse(text).indexOf('field-of-2031')).toBe(31);
  });

  it('needs an address only once, as the flow shows it or as the packet does', () => {
    const text = without('srcaddr', 'dstaddr') + ' pkt-srcaddr pkt-dstaddr';
    expect(FlowLogFormat.parse(text).indexOf('srcaddr')).toBe(-1);
  });

  it.each([
    ['srcaddr', without('srcaddr')],
    ['srcport, dstport', without('srcport', 'dstport')],
    ['start, end', without('start', 'end')],
    ['srcaddr, dstaddr, srcport, dstport, protocol, packets, start, end', 'version account-id'],
  ])('without %s is refused', (names, text) => {
    expect(() => FlowLogFormat.parse(text)).toThrow(
      new FlowLogFormatError(
        `the format lacks ${names}: create a flow log with these fields, or give the right --format`,
      ),
    );
  });

  it.each(['version', 'account-id', 'interface-id', 'bytes', 'action', 'log-status'])(
    'can do without %s',
    (name) => expect(FlowLogFormat.parse(without(name)).indexOf(name)).toBe(-1),
  );

  it('is refused with a field that comes twice', () => {
    expect(() => FlowLogFormat.parse(`${DEFAULT_FORMAT} srcaddr`)).toThrow(
      new FlowLogFormatError('the field "srcaddr" comes twice in the format: remove one'),
    );
  });

  it.each([
    ['', ''],
    ['2', '2'],
    ['srcaddr,dstaddr', 'srcaddr,dstaddr'],
    ['pkt_srcaddr', 'pkt_srcaddr'],
    ['SrcAddr', 'SrcAddr'],
    ['${srcaddr}${dstaddr}', 'srcaddr}${dstaddr'],
    ['${srcaddr', '${srcaddr'],
    ['sr\u001b[31m', 'sr\\u001b[31m'],
  ])('is refused with %j for a field', (text, shown) => {
    expect(() => FlowLogFormat.parse(text)).toThrow(
      new FlowLogFormatError(`"${shown}" is not a flow-log field: give names such as "${DEFAULT_FORMAT}"`),
    );
  });
});

describe('a header line', () => {
  it.each([
    ['the default fields', DEFAULT_FORMAT, true],
    ['the deployed fields', DEPLOYED_FORMAT, true],
    ['packet addresses alone', 'pkt-srcaddr pkt-dstaddr srcport', true],
    ['a record', lineOf(), false],
    ['names without an address', 'version account-id interface-id', false],
    ['a name that only begins like an address', 'srcaddress dstaddress', false],
    ['a name beside an address', 'srcaddr 198.51.100.7', false],
    ['nothing', '', false],
    ['a line without end', `srcaddr ${'field '.repeat(MAX_LINE_LENGTH)}`, false],
  ])('is or is not %s', (_what, line, expected) => expect(isHeaderLine(line)).toBe(expected));
});

describe('the format of a log, from its first line', () => {
  it.each([DEFAULT_FORMAT, DEPLOYED_FORMAT, 'end start dstport srcport packets protocol dstaddr srcaddr'])(
    'is what the header says: %.40s',
    (header) => expect(detectFormat(header).toString()).toBe(header),
  );

  it('is the default for a line of its shape', () => {
    const line =
      '2 123456789012 eni-0a1b2c3d 198.51.100.7 10.20.1.10 5074 5060 17 1 442 1764000080 1764000139 ACCEPT OK';
    expect(detectFormat(line).toString()).toBe(DEFAULT_FORMAT);
    expect(
      detectFormat('2 unknown eni-0a1b2c3d - - - - - - - 1764000080 1764000139 - NODATA').toString(),
    ).toBe(DEFAULT_FORMAT);
  });

  it('is refused when the header lacks a needed field, which is named', () => {
    expect(() => detectFormat(without('dstport'))).toThrow('the format lacks dstport: create');
    expect(() => detectFormat(without('srcaddr'))).toThrow(
      new FlowLogFormatError(
        'not a VPC flow log that can be read; its header lacks srcaddr: the flow log needs srcaddr or pkt-srcaddr, ' +
          'and the other fields of the default format',
      ),
    );
  });

  it('is refused when a name in the header is no field name', () => {
    expect(() => detectFormat(`${DEFAULT_FORMAT} Reject_Reason`)).toThrow(
      '"Reject_Reason" is not a flow-log field',
    );
  });

  it.each([
    ['version 5 without header', lineOf({ version: '5' }), '14 fields'],
    ['fourteen fields of another version', lineOf({ version: '3' }), '14 fields'],
    ['the default format cut short', '2 123456789012 eni-0a1b2c3d 198.51.100.7', '4 fields'],
    ['a log group with times', `2025-11-24T16:01:20.000Z ${lineOf({ version: '2' })}`, '15 fields'],
    [
      'a load balancer',
      'h2 2025-11-24T16:01:20.186641Z app/voice/50dc6c495c0c9188 198.51.100.7:2817 10.20.1.10:80 0.000 0.001 200',
      '8 fields',
    ],
    ['JSON', '{"version":5,"srcaddr":"198.51.100.7"}', '1 field'],
    ['CSV', 'version,account-id,srcaddr,dstaddr', '1 field'],
    ['a Parquet file', 'PAR1\u0015\u0004', '1 field'],
    ['a web page', '<html>', '1 field'],
    ['a Zeek log', '#fields ts uid id.orig_h', '4 fields'],
    ['one word', 'hello', '1 field'],
    ['nothing', '', '1 field'],
  ])('is refused for %s', (_what, line, count) => {
    expect(() => detectFormat(line)).toThrow(
      new FlowLogFormatError(
        `not a VPC flow log that can be read; the first line has ${count} and no header: ` +
          'if it is one, say what they are with --format "<fields>"',
      ),
    );
  });

  it('is refused for the header of some other log', () => {
    expect(() => detectFormat('date time s-ip cs-method cs-uri-stem')).toThrow('its header lacks srcaddr');
  });

  it('is refused for a line without end', () => {
    expect(() => detectFormat('srcaddr '.repeat(1_000_000))).toThrow(
      new FlowLogFormatError(
        'not a VPC flow log that can be read; the first line has more than 4096 characters',
      ),
    );
  });

  it('throws FlowLogFormatError or nothing, whatever the line', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.subarray([...ALL_FIELDS])), (line) => {
        try {
          detectFormat(typeof line === 'string' ? line : line.join(' '));
        } catch (error) {
          expect(error).toBeInstanceOf(FlowLogFormatError);
        }
      }),
      { numRuns: 500 },
    );
  });
});
