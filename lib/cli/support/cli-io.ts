import type { Readable } from 'node:stream';

/** What a command may touch of the process: injected, so that commands run in tests without one. */
export interface CliIo {
  readonly stdin: Readable;
  /** Results: one JSON document with `--json`, tables and prose without. */
  readonly stdout: CliOutput;
  /** Progress and prose, never results. */
  readonly stderr: CliOutput;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Milliseconds of a clock that only runs forward, for elapsed time. */
  readonly elapsedMs: () => number;
  /** The time of day, epoch milliseconds. */
  readonly now: () => number;
  /** Waits, milliseconds. */
  readonly sleep: (ms: number) => Promise<void>;
}

/** An output stream with what is known of the terminal behind it. */
export interface CliOutput {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
}

/** The process itself. */
export function processIo(): CliIo {
  return {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    elapsedMs: () => performance.now(),
    now: Date.now,
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  };
}

/** Whether to colour what goes to `output`: only on a terminal, and not where NO_COLOR asks not to (no-color.org). */
export function wantsColour(output: CliOutput, env: CliIo['env']): boolean {
  return output.isTTY === true && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';
}
