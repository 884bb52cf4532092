import { basename, join } from 'node:path';
import { compare } from '../differential/compare';
import { readLog, recordedLogs } from '../differential/logs';

const ROOT = join(__dirname, '..', '..');
/** A log. `npm run differential` takes a million in all, and CI runs that. */
const MUTATED_LINES = 4_000;

const logs = recordedLogs(ROOT).map((path, seed) => ({ path, title: basename(path), seed }));

describe('on recorded logs, as text, in gzip and in payloads,', () => {
  it.each(logs)('of $title and its mutations the scanner agrees with the plain parser', ({ path, seed }) => {
    const { recorded, mismatches } = compare(readLog(path), MUTATED_LINES, seed);
    expect(mismatches).toEqual([]);
    expect(recorded).toBeGreaterThan(200);
  });
});
