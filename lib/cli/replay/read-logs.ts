import { availableParallelism } from 'node:os';
import type { ReplayInput } from './input';
import { LogReader, type ReadTotals, type OnProgress } from './log-reader';
import type { ReplaySetup } from './setup';
import { canUseThreads, readOnThreads } from './threads';
import { encodeWindows } from './window-codec';
import type { WindowStore } from './window-store';

/** Input that is read sooner than threads could be started, bytes. */
const WORTH_THREADS = 8 * 1024 * 1024;

/**
 * Reads all inputs into the store, on as many threads as pay. What comes out does not depend on their number, nor on the
 * order of inputs and records: contributions of one window and source add up in any order.
 * @param threads at most so many; by default, as many as there are cores
 * @throws CommandError naming the input and what is wrong with it
 */
export async function readLogs(
  inputs: readonly ReplayInput[],
  setup: ReplaySetup,
  store: WindowStore,
  onProgress: OnProgress,
  threads = availableParallelism(),
): Promise<ReadTotals> {
  const count = Math.min(threads, inputs.length);
  const bytes = inputs.reduce((sum, input) => sum + (input.bytes ?? 0), 0);
  const isShareable = inputs.every(({ place }) => place !== undefined);
  if (count > 1 && bytes > WORTH_THREADS && isShareable && canUseThreads())
    return readOnThreads(inputs, setup, store, onProgress, count);
  const { topology, policy } = setup.judge;
  const reader = new LogReader(
    'replay',
    { topology, policy, format: setup.format },
    {
      contributions: (contributions) => {
        for (const window of encodeWindows(contributions)) store.add(window);
      },
      progress: onProgress,
    },
  );
  for (const input of inputs) await reader.read(input);
  return reader.end();
}
