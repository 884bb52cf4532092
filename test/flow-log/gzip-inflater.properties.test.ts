import fc from 'fast-check';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { constants, deflateRawSync, gzipSync } from 'node:zlib';
import { recordedLogs } from '../differential/logs';
import { type Inflated, inflatedByOurs, inflatedByZlib, memberOf, piecesOf } from '../support/gzip';
import { cutAt } from '../support/flow-log-streams';

const ROOT = join(__dirname, '..', '..');
const LOG = readFileSync(join(ROOT, 'test', 'data', 'flow-log', 'lab_sweeps_P1.v2.log'));

/** Some of a flow log, from anywhere on. */
const logText = fc
  .tuple(fc.nat(LOG.length), fc.nat(60_000))
  .map(([from, length]) => LOG.subarray(from, from + length));
/** Up to some hundred thousand bytes, so that they take more than the scanner's memory. */
const longText = fc.integer({ min: 1, max: 6 }).map((times) => Buffer.concat(Array<Buffer>(times).fill(LOG)));
const noise = fc.uint8Array({ maxLength: 20_000 }).map((bytes) => Buffer.from(bytes));
const fewLetters = fc
  .array(fc.constantFrom(65, 66, 67), { maxLength: 20_000 })
  .map((bytes) => Buffer.from(bytes));
/** The same few bytes over and over: distances of every length from 1 on. */
const runs = fc
  .array(fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.integer({ min: 1, max: 3000 })), {
    maxLength: 8,
  })
  .map((some) => Buffer.concat(some.map(([bytes, length]) => Buffer.alloc(length, bytes))));
const text = fc.oneof(logText, longText, noise, fewLetters, runs, fc.constant(Buffer.alloc(0)));

const options = fc.record({
  level: fc.integer({ min: 0, max: 9 }),
  memLevel: fc.integer({ min: 1, max: 9 }),
  windowBits: fc.integer({ min: 9, max: 15 }),
  strategy: fc.constantFrom(
    constants.Z_DEFAULT_STRATEGY,
    constants.Z_FILTERED,
    constants.Z_HUFFMAN_ONLY,
    constants.Z_RLE,
    constants.Z_FIXED,
  ),
});
/** Sizes of the pieces in which bytes arrive; single bytes where there are few. */
const size = fc.oneof(
  fc.constant(1),
  fc.integer({ min: 2, max: 300 }),
  fc.integer({ min: 1000, max: 100_000 }),
);

const inPieces = (bytes: Uint8Array, of: number): Uint8Array[] =>
  piecesOf(bytes, Math.max(of, Math.ceil(bytes.length / 4000)));

/** Long buffers are compared by their digest: jest would take seconds. */
const described = (result: Inflated): string =>
  typeof result === 'string'
    ? result
    : `${result.length} ${createHash('sha256').update(result).digest('hex')}`;

describe('whatever was deflated', () => {
  it('is inflated to what it was, however it was deflated and in whatever pieces it comes', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(text, options), { minLength: 1, maxLength: 3 }), size, (members, of) => {
        const gzip = Buffer.concat(members.map(([bytes, how]) => gzipSync(bytes, how)));
        const whole = Buffer.concat(members.map(([bytes]) => bytes));
        const ours = inflatedByOurs(inPieces(gzip, of));
        expect(typeof ours === 'string' ? ours : ours.equals(whole)).toBe(true);
      }),
      { numRuns: 400 },
    );
  });

  it.each(recordedLogs(ROOT, [join(ROOT, 'examples', 'data')]).map((path) => [basename(path), path]))(
    'is inflated to what it was: %s',
    (_name, path) => {
      const bytes = readFileSync(path);
      const gzip = path.endsWith('.gz') ? bytes : gzipSync(bytes);
      const expected = described(inflatedByZlib(gzip));
      for (const of of [gzip.length, 1460, 7])
        expect(described(inflatedByOurs(piecesOf(gzip, of)))).toEqual(expected);
    },
  );
});

describe('gzip that is cut', () => {
  it('is refused as zlib refuses it, wherever it is cut, and read where it is cut between members', () => {
    const members = [
      gzipSync(LOG.subarray(0, 1200)),
      gzipSync(LOG.subarray(0, 200), { level: 0 }),
      gzipSync(''),
    ];
    const gzip = Buffer.concat(members);
    let refused = 0;
    for (let end = 1; end <= gzip.length; end++) {
      const ours = inflatedByOurs(cutAt(gzip.subarray(0, end), end >> 1));
      expect(described(ours)).toEqual(described(inflatedByZlib(gzip.subarray(0, end))));
      if (typeof ours === 'string') refused += 1;
    }
    expect(refused).toBe(gzip.length - 3);
  });
});

describe('deflated data with a few bits or bytes changed', () => {
  const change = fc.record({ at: fc.nat(), bit: fc.nat(7), by: fc.constantFrom('flip', 'insert', 'remove') });
  const changed = (bytes: Buffer, changes: readonly { at: number; bit: number; by: string }[]): Buffer => {
    const result = Array.from(bytes);
    for (const { at, bit, by } of changes) {
      // Mostly where the codes are, which is near the beginning.
      const place = at % Math.max(1, Math.min(result.length, at % 3 === 0 ? Infinity : 120));
      if (by === 'insert') result.splice(place, 0, at & 0xff);
      else if (by === 'remove') result.splice(place, 1);
      else result[place] = (result[place] ?? 0) ^ (1 << bit);
    }
    return Buffer.from(result);
  };

  it('are refused as zlib refuses them, or inflated as zlib inflates them', () => {
    const seen = { read: 0, refused: new Set<string>() };
    const short = fc.oneof(
      logText.map((bytes) => bytes.subarray(0, 3000)),
      runs,
      fewLetters.map((bytes) => bytes.subarray(0, 500)),
    );
    fc.assert(
      fc.property(
        short,
        options,
        fc.array(change, { minLength: 1, maxLength: 3 }),
        size,
        (bytes, how, changes, of) => {
          const gzip = memberOf(changed(deflateRawSync(bytes, how), changes));
          const ours = inflatedByOurs(inPieces(gzip, of));
          expect(described(ours)).toEqual(described(inflatedByZlib(gzip)));
          if (typeof ours === 'string') seen.refused.add(ours);
          else seen.read += 1;
        },
      ),
      { numRuns: 4000 },
    );
    // Or else it would not have been much of a test.
    expect(seen.read).toBeGreaterThan(100);
    expect(seen.refused.size).toBeGreaterThan(6);
  });
});
