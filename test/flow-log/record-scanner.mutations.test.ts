import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { detectFormat, type FlowLogFormat } from '../../lambda/flow-log';
import { cutAt } from '../support/flow-log-streams';
import { mutate, seededRandom } from '../support/mutations';
import { bothWays } from '../support/scanners';

const DATA = join(__dirname, '..', 'data');
const LINES_AT_A_TIME = 2000;
/** In all; the logs share them. */
const MUTATED_LINES = 1_000_000;

/** More recorded logs may be named by a folder: RINGFENCE_LOGS=/path/to/logs. */
const folders = [join(DATA, 'detection'), join(DATA, 'flow-log'), process.env['RINGFENCE_LOGS'] ?? []].flat();
const logs = folders.flatMap((folder) =>
  readdirSync(folder)
    .filter((name) => /\.log(?:\.gz)?$/.test(name))
    .map((name) => join(folder, name)),
);

/** The format and the lines of a log. */
function readLog(name: string): { format: FlowLogFormat; lines: Buffer[] } {
  const bytes = readFileSync(name);
  const text = (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('latin1').trimEnd();
  const [header = '', ...lines] = text.split('\n');
  return { format: detectFormat(header), lines: lines.map((line) => Buffer.from(line, 'latin1')) };
}

/** What both scanners make of lines, which they have to agree about; the first line they do not agree about. */
function disagreement(lines: readonly Buffer[], format: FlowLogFormat, cut: number): string | undefined {
  const newline = Buffer.from('\n');
  const log = Buffer.concat(lines.flatMap((line) => [line, newline]));
  const both = bothWays(cutAt(log, Math.floor(cut * log.length)), { format });
  if (isDeepStrictEqual(both.wasm, both.plain)) return undefined;
  const wrong = lines.find((line) => {
    const one = bothWays([line], { format });
    return !isDeepStrictEqual(one.wasm, one.plain);
  });
  return `of ${JSON.stringify(wrong?.toString('latin1') ?? 'lines that follow each other')}`;
}

describe('on a million mutated lines of recorded logs', () => {
  it.each(logs.map((name, seed) => ({ name, title: basename(name), seed })))(
    'of $title the scanner agrees with the plain parser',
    ({ name, seed }) => {
      const { format, lines } = readLog(name);
      expect(disagreement(lines, format, 0.5)).toBeUndefined();
      const random = seededRandom(seed);
      let next = 0;
      for (let left = Math.ceil(MUTATED_LINES / logs.length); left > 0; left -= LINES_AT_A_TIME) {
        const mutated = Array.from({ length: LINES_AT_A_TIME }, () => {
          const line = lines[next++ % lines.length] ?? Buffer.alloc(0);
          const once = mutate(line, random);
          return random() < 0.2 ? mutate(once, random) : once;
        });
        expect(disagreement(mutated, format, random())).toBeUndefined();
      }
    },
    120_000,
  );
});
