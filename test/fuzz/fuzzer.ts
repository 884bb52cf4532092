import { Dice } from '../faults/dice';
import { Coverage } from './coverage';
import { mutate } from './mutator';
import type { Target } from './targets';

/** What a target was fed with, and what came of it. */
export interface FuzzResult {
  readonly executions: number;
  readonly seconds: number;
  /** Blocks of code reached. */
  readonly blocks: number;
  /** Inputs that reached something new. */
  readonly interesting: readonly Buffer[];
  readonly findings: readonly { readonly input: Buffer; readonly error: unknown }[];
}

/** Inputs between two looks at the coverage, which costs some milliseconds. */
const BATCH = 256;
/** Every so many batches are looked at; the others run at full speed. */
const LOOK_EVERY = 8;
/** An input that takes longer is a finding, milliseconds. */
const SLOW_MS = 2_000;
const MOST_FINDINGS = 20;

/**
 * Feeds a target with mutations of its corpus for so long. Inputs that reach code no input before them reached join the
 * corpus.
 * @param now epoch milliseconds
 */
export async function fuzz(
  target: Target,
  seeds: readonly Buffer[],
  settings: { seed: number; seconds: number; now: () => number },
): Promise<FuzzResult> {
  const dice = new Dice(settings.seed);
  const corpus = [...seeds];
  const interesting: Buffer[] = [];
  const findings: { input: Buffer; error: unknown }[] = [];
  const started = settings.now();
  const coverage = await Coverage.start();
  const feed = (input: Buffer): void => {
    const before = settings.now();
    try {
      target(input);
      if (settings.now() - before > SLOW_MS) findings.push({ input, error: new Error('slow') });
    } catch (error) {
      findings.push({ input, error });
    }
  };
  for (const input of corpus) feed(input);
  await coverage.grew();
  let executions = corpus.length;
  for (
    let batch = 0;
    settings.now() - started < settings.seconds * 1000 && findings.length < MOST_FINDINGS;
    batch++
  ) {
    const inputs = Array.from({ length: BATCH }, () =>
      mutate(dice.pick(corpus) ?? Buffer.alloc(0), dice.pick(corpus) ?? Buffer.alloc(0), dice),
    );
    for (const input of inputs) feed(input);
    executions += BATCH;
    if (batch % LOOK_EVERY !== 0 || !(await coverage.grew())) continue;
    // Which of them it was cannot be said any more, so those that look different stand for it.
    const kept = dice.some(inputs, 8);
    corpus.push(...kept);
    interesting.push(...kept);
  }
  const blocks = coverage.blocks;
  await coverage.stop();
  return { executions, seconds: (settings.now() - started) / 1000, blocks, interesting, findings };
}
