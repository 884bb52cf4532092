import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { gunzip } from '../../lambda/flow-log/gunzip';
import { FlowLogReadError } from '../../lambda/flow-log/read-error';

const LINE =
  '2 123456789012 eni-0a1b2c3d4e5f60718 198.51.100.7 10.20.1.10 5060 5060 17 1 443 1764028800 1764028860 ACCEPT OK\n';
const MOST = 32 * 1024 * 1024;

const refusal = (packed: Uint8Array, most = MOST): string => {
  try {
    gunzip(packed, most);
  } catch (error) {
    if (error instanceof FlowLogReadError) return error.message;
    throw error;
  }
  return 'none';
};

describe('gzip inflated at one go', () => {
  it('is what was compressed, at any length up to several windows of the inflater', () => {
    fc.assert(
      fc.property(fc.nat({ max: 6000 }), fc.integer({ min: 0, max: 9 }), (lines, level) => {
        const text = Buffer.from(LINE.repeat(lines));
        expect(Buffer.from(gunzip(gzipSync(text, { level }), MOST)).equals(text)).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  it('has all its members, though the last alone says how long it is', () => {
    const long = Buffer.from(LINE.repeat(20_000));
    const packed = Buffer.concat([gzipSync(long), gzipSync(LINE)]);
    expect(Buffer.from(gunzip(packed, MOST)).toString()).toBe(LINE.repeat(20_001));
  });

  it('may come to exactly as much as is allowed, and to no byte more', () => {
    const packed = gzipSync(Buffer.alloc(300_000));
    expect(gunzip(packed, 300_000)).toHaveLength(300_000);
    expect(refusal(packed, 299_999)).toBe('the gzip data is larger than 299999 bytes');
  });

  it('is refused where it is cut, or changed, or says another length', () => {
    const packed = gzipSync(LINE.repeat(100));
    const changed = (at: number) => packed.map((byte, i) => (i === at ? byte ^ 1 : byte));
    expect(refusal(packed.subarray(0, -1))).toMatch(/^the gzip data ends early/);
    expect(refusal(Buffer.alloc(0))).toMatch(/^the gzip data ends early/);
    expect(refusal(changed(0))).toMatch(/incorrect header check/);
    expect(refusal(changed(packed.length - 8))).toMatch(/incorrect data check/);
    expect(refusal(changed(packed.length - 1))).toMatch(/incorrect length check/);
  });

  it('leaves the next one nothing of what was refused', () => {
    const packed = gzipSync(LINE.repeat(3000));
    refusal(packed.subarray(0, 50));
    expect(Buffer.from(gunzip(packed, MOST)).toString()).toBe(LINE.repeat(3000));
  });
});
