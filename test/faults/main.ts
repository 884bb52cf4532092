/**
 * `npm run faults -- --seed 1 --rounds 2000 [--kind NAME] [--round N] [--cut-points] [--json]`: rounds in the fault
 * laboratory, and their table. `--round` plays one round of a seed again; `--cut-points` kills one reconcile at each of
 * its calls.
 */
import { parseArgs } from 'node:util';
import { KINDS } from './kinds';
import { killEverywhere } from './cut-points';
import { Laboratory } from './laboratory';
import { type RoundResult, playRound } from './round';
import { summarise, table } from './summary';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    rounds: { type: 'string', default: '200' },
    kind: { type: 'string' },
    round: { type: 'string' },
    'cut-points': { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});

/** A whole number ≥ 0, or the end with code 2. */
function whole(name: string, text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  process.stderr.write(`--${name} ${text}: write a whole number\n`);
  process.exit(2);
}

async function main(): Promise<void> {
  const seed = whole('seed', values.seed);
  if (values['cut-points']) return cutPoints(seed);
  const rounds = whole('rounds', values.rounds);
  const names = Object.keys(KINDS).filter((name) => values.kind === undefined || name === values.kind);
  if (names.length === 0) {
    process.stderr.write(`--kind ${values.kind ?? ''}: there are ${Object.keys(KINDS).join(', ')}\n`);
    process.exit(2);
  }
  const only = values.round === undefined ? undefined : whole('round', values.round);
  const laboratory = await Laboratory.start();
  const results = new Map<string, RoundResult[]>(names.map((name) => [name, []]));
  const violations: string[] = [];
  for (let round = only ?? 0; round < (only === undefined ? rounds : only + 1); round++) {
    const name = names[round % names.length] ?? '';
    const result = await playRound(laboratory, KINDS[name] ?? (async () => 0), seed * 1_000_003 + round);
    results.get(name)?.push(result);
    violations.push(...result.violations.map((each) => `round ${round} (${name}): ${each}`));
    if (process.stderr.isTTY && round % 10 === 9) process.stderr.write(`\r${round + 1} of ${rounds} rounds`);
  }
  await laboratory.close();
  const lines = [...results].map(([name, all]) => summarise(name, all));
  if (values.json)
    process.stdout.write(`${JSON.stringify({ seed, rounds, kinds: lines, violations }, null, 2)}\n`);
  else {
    process.stdout.write(`${table(lines)}\n\n`);
    for (const violation of violations) process.stdout.write(`${violation}\n`);
    process.stdout.write(`seed ${seed}, ${rounds} rounds: ${violations.length} invariant violations\n`);
  }
  process.exitCode = violations.length === 0 ? 0 : 1;
}

/** Kills the same reconcile before each of its calls, and after the last. */
async function cutPoints(seed: number): Promise<void> {
  const laboratory = await Laboratory.start();
  const { results, crashes } = await killEverywhere(laboratory, seed);
  await laboratory.close();
  const violations = results.flatMap((each) => each.violations);
  const summary = summarise('killed before each call', results);
  process.stdout.write(
    values.json
      ? `${JSON.stringify({ ...summary, seed, reconcileCalls: crashes - 1, crashes, violations }, null, 2)}\n`
      : `${table([summary])}\n\n${violations.join('\n')}\none reconcile of ${crashes - 1} calls, ${crashes} crashes: ${violations.length} invariant violations\n`,
  );
  process.exitCode = violations.length === 0 ? 0 : 1;
}

void main();
