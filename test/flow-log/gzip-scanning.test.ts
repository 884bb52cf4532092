import { gzipSync } from 'node:zlib';
import { DEFAULT_FORMAT, DEPLOYED_FORMAT, FlowLogFormat, newRecordScanner } from '../../lambda/flow-log';
import { lineOf } from '../support/flow-log-lines';
import { pushGzip, scanPieces } from '../support/scanners';
import { piecesOf } from '../support/gzip';

const format = FlowLogFormat.parse(DEFAULT_FORMAT);
/** Each line has a length and numbers of its own, so that lines end anywhere in memory. */
const linesOf = (count: number): string =>
  Array.from({ length: count }, (_, i) =>
    lineOf({ packets: String(1 + i), bytes: '4'.repeat(1 + (i % 13)) }),
  ).join('\n');

/** What the scanner makes of text that it inflates, which has to be what the plain parser makes of the text itself. */
const scanned = (text: string | Buffer, size: number, told?: FlowLogFormat) => {
  const options = told && { format: told };
  const ours = scanPieces(piecesOf(gzipSync(text), size), { ...options, how: 'wasm', isGzip: true });
  expect(ours).toEqual(scanPieces([Buffer.from(text)], { ...options, how: 'plain' }));
  return ours;
};

describe('lines that the scanner inflates', () => {
  it.each([1e6, 65_536, 1000, 37])('are read wherever its memory ends, in pieces of %d bytes', (size) => {
    expect(scanned(linesOf(12_000), size, format).counts.parsed).toBe(12_000);
  });

  it('are read when the last has no newline, and when it has', () => {
    expect(scanned(linesOf(3), 1e6, format).records).toHaveLength(3);
    expect(scanned(`${linesOf(3)}\n`, 1e6, format).records).toHaveLength(3);
  });

  it('may begin with a byte order mark', () => {
    expect(scanned(`\ufeff${DEFAULT_FORMAT}\n${linesOf(10)}`, 1e6).counts.parsed).toBe(10);
  });

  it('may have another format in the middle', () => {
    const others = Array.from({ length: 5000 }, () => lineOf({}, DEPLOYED_FORMAT)).join('\n');
    const text = `${DEFAULT_FORMAT}\n${linesOf(5000)}\n${DEPLOYED_FORMAT}\n${others}\n`;
    expect(scanned(text, 4096).counts.parsed).toBe(10_000);
  });

  // What is moved to the beginning of the memory is the last 32 KiB; the line's own beginning is lost.
  it.each([
    ['longer than the memory', 2_000_000],
    ['about as long', 131_072],
    ['longer than is looked at', 20_000],
  ])('may have one among them that is %s', (_what, length) => {
    const { counts } = scanned(`${linesOf(9)}\n${'é 1 '.repeat(length / 4)}\n${linesOf(9)}`, 1e6, format);
    expect(counts).toMatchObject({ parsed: 18, malformedByCause: { 'line-length': 1 } });
  });

  it('are refused when their format cannot be told', () => {
    expect(scanned('1 2 3\n', 1e6).error).toContain('FlowLogFormatError');
  });
});

describe('a scanner', () => {
  it('reads one log after the other, inflated and not, and one that was given up between them', () => {
    const scanner = newRecordScanner({ add: () => undefined, addRow: () => undefined }, { how: 'wasm' });
    const gzip = gzipSync(linesOf(9000));
    scanner.begin(format);
    pushGzip(scanner, gzip.subarray(0, gzip.length / 2));
    const before = scanner.counts.parsed;
    for (const log of [gzip, gzip]) {
      scanner.begin(format);
      pushGzip(scanner, log);
      scanner.end();
      scanner.begin(format);
      scanner.push(Buffer.from(linesOf(100)));
      scanner.end();
    }
    expect(scanner.counts.parsed - before).toBe(2 * 9100);
  });
});
