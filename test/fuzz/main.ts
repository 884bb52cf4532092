/**
 * `npm run fuzz -- [--seconds 60] [--seed 1] [--target NAME] [--keep]`: feeds parser, scanner, payload decoder, inflater and
 * CIDR parser for so many seconds each. What it finds is written to test/data/fuzz, where a test runs it ever after; `--keep`
 * also writes the inputs that reached something new.
 */
import { parseArgs } from 'node:util';
import { keep, readCorpus } from './corpus';
import { fuzz } from './fuzzer';
import { SEEDS } from './seeds';
import { TARGETS } from './targets';

const MOST_KEPT = 24;

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
    target: { type: 'string' },
    keep: { type: 'boolean', default: false },
  },
});

/** Short inputs say as much as long ones, and a corpus is read at each test. */
function shortest(inputs: readonly Buffer[]): Buffer[] {
  return [...inputs].sort((a, b) => a.length - b.length).slice(0, MOST_KEPT);
}

async function main(): Promise<void> {
  const root = process.cwd();
  let findings = 0;
  for (const [name, target] of Object.entries(TARGETS)) {
    if (values.target !== undefined && values.target !== name) continue;
    const seeds = [...(SEEDS[name] ?? []), ...readCorpus(root, name).values()];
    const settings = { seed: Number(values.seed), seconds: Number(values.seconds), now: Date.now };
    const result = await fuzz(target, seeds, settings);
    const rate = Math.round(result.executions / result.seconds);
    process.stdout.write(
      `${name}: ${result.executions} executions in ${result.seconds.toFixed(0)} s, ${rate} a second, ${result.blocks} blocks reached, ${result.findings.length} findings\n`,
    );
    for (const { input, error } of result.findings) {
      process.stdout.write(`  ${keep(root, name, input, 'found')}: ${String(error).slice(0, 600)}\n`);
    }
    if (values.keep) for (const input of shortest(result.interesting)) keep(root, name, input, 'seed');
    findings += result.findings.length;
  }
  process.exitCode = findings === 0 ? 0 : 1;
}

void main();
