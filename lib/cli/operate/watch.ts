import type { CliIo } from '../support/cli-io';
import { UsageError } from '../support/errors';

/** Shortest and longest time between two looks, seconds: a look reads every ban and every network ACL. */
const LEAST_SECONDS = 1;
const MOST_SECONDS = 3600;
/** As often as the enforcer runs at most, so that nothing is missed for long. */
const USUAL_SECONDS = 10;

/** Cursor to the top left, and what follows it erased (ECMA-48: CUP, ED): what was there is written over. */
const HOME = '\u001b[H';
const ERASE_LINE = '\u001b[K';
const ERASE_BELOW = '\u001b[J';
const CLEAR = '\u001b[2J';

/**
 * Seconds between two looks, as `--watch [seconds]` was given: `true` without a number.
 * @throws UsageError naming value and bounds
 */
export function watchSeconds(flag: string | true): number {
  if (flag === true) return USUAL_SECONDS;
  const seconds = /^\d{1,5}$/.test(flag) ? Number(flag) : NaN;
  if (seconds >= LEAST_SECONDS && seconds <= MOST_SECONDS) return seconds;
  throw new UsageError(`--watch ${flag}: write whole seconds from ${LEAST_SECONDS} to ${MOST_SECONDS}`);
}

/**
 * Shows a text again and again until it is interrupted: in place on a terminal, one after the other elsewhere. A look
 * that fails is told in its place, and the next one is taken all the same: it is then that somebody watches.
 */
export async function watch(io: CliIo, seconds: number, look: () => Promise<string>): Promise<never> {
  const isTerminal = io.stdout.isTTY === true;
  if (isTerminal) io.stdout.write(CLEAR);
  for (;;) {
    const text = await look().catch(
      (error: unknown) => `cannot look: ${error instanceof Error ? error.message : String(error)}\n`,
    );
    const stamp = `${new Date(io.now()).toISOString().slice(0, 19)}Z, every ${seconds} s, Ctrl-C ends`;
    io.stdout.write(isTerminal ? inPlace(`${text}\n${stamp}`) : `${text}\n`);
    await io.sleep(seconds * 1000);
  }
}

/** Without a moment of an empty screen: each line is written over and erased to its end. */
function inPlace(text: string): string {
  return `${HOME}${text.split('\n').join(`${ERASE_LINE}\n`)}${ERASE_LINE}${ERASE_BELOW}`;
}
