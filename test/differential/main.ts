/**
 * `npm run differential -- [--lines 1000000] [--seed 1] [folder of logs …]`: the record scanner against the plain parser,
 * on every line of the project's recorded logs and of those in the folders, and on so many mutated lines of them; and on
 * every input that fuzzing found or kept. Exits with 1 where they do not agree.
 */
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { readCorpus } from '../fuzz/corpus';
import { SEEDS } from '../fuzz/seeds';
import { TARGETS } from '../fuzz/targets';
import { compare } from './compare';
import { readLog, recordedLogs } from './logs';

const MOST_SHOWN = 5;

const { values, positionals } = parseArgs({
  options: { lines: { type: 'string', default: '1000000' }, seed: { type: 'string', default: '1' } },
  allowPositionals: true,
});

/** Inputs of fuzzing that are no longer read as they must be. */
function fuzzInputs(): { inputs: number; mismatches: string[] } {
  const mismatches: string[] = [];
  let inputs = 0;
  for (const name of ['parser', 'scanner', 'payload', 'gzip']) {
    for (const [key, input] of [...(SEEDS[name] ?? []).entries(), ...readCorpus(process.cwd(), name)]) {
      inputs++;
      try {
        TARGETS[name]?.(input);
      } catch (error) {
        mismatches.push(`${name} ${key}: ${String(error)}`);
      }
    }
  }
  return { inputs, mismatches };
}

function main(): void {
  const logs = recordedLogs(process.cwd(), positionals);
  const share = Math.ceil(Number(values.lines) / logs.length);
  const began = performance.now();
  const { inputs, mismatches } = fuzzInputs();
  let recorded = 0;
  let mutated = 0;
  for (const [i, path] of logs.entries()) {
    const result = compare(readLog(path), share, Number(values.seed) + i);
    recorded += result.recorded;
    mutated += result.mutated;
    mismatches.push(...result.mismatches.map((mismatch) => `${basename(path)}: ${mismatch}`));
  }
  const seconds = (performance.now() - began) / 1000;
  for (const mismatch of mismatches.slice(0, MOST_SHOWN))
    process.stdout.write(`  ${mismatch.slice(0, 600)}\n`);
  const rate = Math.round((recorded + mutated) / seconds);
  process.stdout.write(
    `${logs.length} logs: ${recorded} lines as recorded and ${mutated} mutated, each as text, in gzip and in a payload; ${inputs} inputs of fuzzing; ${mismatches.length} mismatches; ${rate} lines a second\n`,
  );
  process.exitCode = mismatches.length === 0 ? 0 : 1;
}

main();
