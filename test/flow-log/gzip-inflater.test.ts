import { crc32, gzipSync } from 'node:zlib';
import { takeWorkspace } from '../../lambda/flow-log/scanner-module';
import { dynamicHead, fixedHead, headOf } from '../support/deflate';
import { BitWriter, inflatedByOurs, inflatedByZlib, memberOf, piecesOf } from '../support/gzip';

const damaged = (reason: string): string => `the gzip data is damaged (${reason}): fetch the file again`;
const EARLY = 'the gzip data ends early: the file is truncated, fetch it again';
const END = '0000000';

/** Ours, at one go and byte by byte, which have to be the same and zlib's. */
function inflatedByAll(gzip: Uint8Array): Buffer | string {
  const ours = inflatedByOurs([gzip]);
  expect(inflatedByOurs(piecesOf(gzip, 1))).toEqual(ours);
  expect(inflatedByZlib(gzip)).toEqual(ours);
  return ours;
}

describe('a block that is hardly one', () => {
  const one = { literals: { 65: 2, 256: 2, 257: 1 } };

  it.each([
    [
      'one distance code',
      dynamicHead({ ...one, counts: [258, 1], distances: { 0: 1 } }).code('10' + '00' + '11'),
      'AAAA',
    ],
    [
      'no distance code, and no use for one',
      dynamicHead({ literals: { 65: 1, 256: 1 } }).code('0001'),
      'AAA',
    ],
    ['no code but the end of the block', dynamicHead({ literals: { 256: 1 } }).code('0'), ''],
    [
      'codes of fifteen bits',
      dynamicHead({ literals: fifteen() }).code('0'.repeat(0) + '10' + '1'.repeat(14) + '0' + '1'.repeat(15)),
      '\u0001\u000e',
    ],
    ['a stored block of nothing', new BitWriter().bits(1, 3).bits(0, 5).bits(0xffff0000, 32), ''],
    ['the fixed codes', fixedHead().code('01110001' + '0000001' + '00000' + END), 'AAAA'],
  ])('with %s is read', (_what, writer, text) => {
    expect(inflatedByAll(memberOf(writer.bytes()))).toEqual(Buffer.from(text));
  });

  it.each([
    ['of the fourth kind', new BitWriter().bits(7, 3), 'invalid block type'],
    [
      'stored, of two lengths',
      new BitWriter().bits(1, 8).bits(1, 16).bits(1, 16),
      'invalid stored block lengths',
    ],
    ['with 287 literals', headOf([287, 1], []), 'too many length or distance symbols'],
    ['with 31 distances', headOf([257, 31], []), 'too many length or distance symbols'],
    ['with too many codes for code lengths', headOf([257, 1], [1, 1, 1]), 'invalid code lengths set'],
    ['with too few codes for code lengths', headOf([257, 1], [1]), 'invalid code lengths set'],
    [
      'without codes for code lengths',
      headOf([257, 1], []).bits(0, 258),
      'invalid code -- missing end-of-block',
    ],
    [
      'that repeats what was not there',
      headOf([257, 1], repeating(16)).code('1'),
      'invalid bit length repeat',
    ],
    [
      'that repeats beyond the end',
      headOf([257, 1], repeating(18)).code('1').bits(127, 7).code('1').bits(127, 7),
      'invalid bit length repeat',
    ],
    ['without an end', dynamicHead({ literals: { 65: 1, 66: 1 } }), 'invalid code -- missing end-of-block'],
    [
      'with three literals of one bit',
      dynamicHead({ literals: { 65: 1, 66: 1, 256: 1 } }),
      'invalid literal/lengths set',
    ],
    [
      'with two literals of two bits',
      dynamicHead({ literals: { 65: 2, 256: 2 } }),
      'invalid literal/lengths set',
    ],
    [
      'with three distances of one bit',
      dynamicHead({ literals: { 256: 1 }, distances: { 0: 1, 1: 1, 2: 1 }, counts: [257, 3] }),
      'invalid distances set',
    ],
    [
      'with one distance of two bits',
      dynamicHead({ literals: { 256: 1 }, distances: { 0: 2 } }),
      'invalid distances set',
    ],
    [
      'with one literal, and another used',
      dynamicHead({ literals: { 256: 1 } }).code('1'),
      'invalid literal/length code',
    ],
    [
      'with one distance, and another used',
      dynamicHead({ ...one, counts: [258, 1], distances: { 0: 1 } }).code('10' + '01'),
      'invalid distance code',
    ],
    [
      'with no distance, and one used',
      dynamicHead({ ...one, counts: [258, 1] }).code('10' + '00'),
      'invalid distance code',
    ],
    ['that uses length 286', fixedHead().code('11000110'), 'invalid literal/length code'],
    ['that uses length 287', fixedHead().code('11000111'), 'invalid literal/length code'],
    ['that uses distance 30', fixedHead().code('01110001' + '0000001' + '11110'), 'invalid distance code'],
    ['that uses distance 31', fixedHead().code('01110001' + '0000001' + '11111'), 'invalid distance code'],
    [
      'that reaches back before the beginning',
      fixedHead().code('01110001' + '0000001' + '00001'),
      'invalid distance too far back',
    ],
  ])('%s is refused, at the end of the data and before more', (_what, writer, reason) => {
    expect(inflatedByAll(memberOf(writer.bytes()))).toBe(damaged(reason));
    expect(inflatedByAll(memberOf(writer.bits(0, 200).bytes()))).toBe(damaged(reason));
  });

  it('may not reach back into the member before', () => {
    const reaching = memberOf(
      fixedHead()
        .code('0000001' + '00000' + END)
        .bytes(),
    );
    expect(inflatedByAll(Buffer.concat([gzipSync('text'), reaching]))).toBe(
      damaged('invalid distance too far back'),
    );
  });
});

/** Lengths 1 to 15, and 15 once more: of literals 0 to 14 and the end. */
function fifteen(): Record<number, number> {
  return { ...Object.fromEntries(Array.from({ length: 15 }, (_, i) => [i, i + 1])), 256: 15 };
}

/** Codes of one bit for a length of zero and for a repetition. */
function repeating(symbol: number): number[] {
  return Array.from({ length: 19 }, (_, i) => (i === 0 || i === symbol ? 1 : 0));
}

describe('the header of a member', () => {
  const [head, data] = [gzipSync('text').subarray(0, 10), gzipSync('text').subarray(10)];
  const member = (flags: number, ...fields: readonly Uint8Array[]): Buffer => {
    const first = Buffer.from(head);
    first[3] = flags;
    return Buffer.concat([first, ...fields, data]);
  };
  const extra = Buffer.from('\u0003\u0000abc');
  const name = Buffer.from('name\u0000');

  it('may have fields of every kind', () => {
    expect(inflatedByAll(member(0x04 | 0x08 | 0x10, extra, name, name))).toEqual(Buffer.from('text'));
    expect(inflatedByAll(member(0x01 | 0x08, Buffer.from('\u0000')))).toEqual(Buffer.from('text'));
    expect(inflatedByAll(member(0x04, Buffer.from('\u0000\u0000')))).toEqual(Buffer.from('text'));
  });

  it('may be longer than all that is inflated at a time', () => {
    const long = Buffer.concat([Buffer.alloc(200_000, 0x61), Buffer.of(0)]);
    expect(inflatedByAll(member(0x08, long))).toEqual(Buffer.from('text'));
  });

  it('has a sum that is checked', () => {
    const sum = crc32(member(0x02).subarray(0, 10)) & 0xffff;
    const [right, wrong] = [sum, sum ^ 1].map((value) => Buffer.of(value & 0xff, value >> 8));
    expect(inflatedByAll(member(0x02, right ?? head))).toEqual(Buffer.from('text'));
    expect(inflatedByAll(member(0x02, wrong ?? head))).toBe(damaged('header crc mismatch'));
  });

  it.each([
    ['another method', 2, 7, 'unknown compression method'],
    ['a reserved flag', 3, 0x20, 'unknown header flags set'],
    ['the highest flag', 3, 0x80, 'unknown header flags set'],
    ['another magic number', 1, 0x8c, 'incorrect header check'],
  ])('with %s is refused', (_what, at, value, reason) => {
    const gzip = Buffer.from(gzipSync('text'));
    gzip[at] = value;
    expect(inflatedByAll(gzip)).toBe(damaged(reason));
    expect(inflatedByAll(Buffer.concat([gzipSync('text'), gzip]))).toBe(damaged(reason));
  });
});

describe('what comes behind a member', () => {
  const member = gzipSync('text');

  it.each([
    ['nothing', Buffer.alloc(0), Buffer.from('text')],
    ['zeros', Buffer.alloc(100_000), Buffer.from('text')],
    ['a zero and then anything', Buffer.from('\u0000anything'), Buffer.from('text')],
    ['another member', gzipSync('more'), Buffer.from('textmore')],
    ['the beginning of another', member.subarray(0, 1), EARLY],
    ['text', Buffer.from('text'), damaged('incorrect header check')],
  ])('%s', (_what, rest, expected) => {
    expect(inflatedByAll(Buffer.concat([member, rest]))).toEqual(expected);
  });
});

describe('the memory of the scanner', () => {
  it('is written where gzip and its output go, and nowhere else, whatever the gzip', () => {
    const workspace = takeWorkspace();
    const { bytes, wasm } = workspace;
    const [input, inputEnd] = [wasm.inputAddress(), wasm.inputAddress() + wasm.inputSize()];
    const packed = wasm.packedAddress();
    // Static data lies below the ports.
    const others = [bytes.subarray(wasm.portsAddress(), input), bytes.subarray(inputEnd, packed)];
    for (const other of others) other.fill(0xa5);
    const before = others.map((other) => Buffer.from(other));
    const runs = Buffer.alloc(3_000_000, 'abcdefghijklmnopqrstuvwxyz'.repeat(2).slice(0, 37));
    for (const [level, strategy] of [
      [9, 0],
      [0, 0],
      [1, 3],
    ] as const) {
      const gzip = gzipSync(runs, { level, strategy });
      const ours = inflatedByOurs([gzip], workspace);
      expect(typeof ours === 'string' ? ours : ours.equals(runs)).toBe(true);
      for (let at = 10; at < 400; at++) {
        const changed = Buffer.from(gzip.subarray(0, 60_000));
        changed[at] = (changed[at] ?? 0) ^ (1 << (at & 7));
        inflatedByOurs([changed], workspace);
      }
    }
    expect(others.map((other, i) => Buffer.compare(other, before[i] ?? Buffer.alloc(0)))).toEqual([0, 0]);
  });
});
