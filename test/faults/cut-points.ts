import { killedAfter } from './kinds';
import type { Laboratory } from './laboratory';
import { type RoundResult, playRound } from './round';

/**
 * The same round again and again, its reconcile killed before its first call, its second, …, and after its last.
 * @returns what each crash led to, and how many there were: one more than the reconcile has calls
 */
export async function killEverywhere(
  laboratory: Laboratory,
  seed: number,
): Promise<{ results: readonly RoundResult[]; crashes: number }> {
  const results: RoundResult[] = [];
  for (;;) {
    const result = await playRound(laboratory, killedAfter(results.length), seed);
    results.push(result);
    // The run got to its end.
    if (result.injected === 0) return { results, crashes: results.length };
  }
}
