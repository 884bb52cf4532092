import { Readable } from 'node:stream';
import { main } from '../../../lib/cli/main';

/** What a run of the command line left behind. */
export interface Ran {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

/** The surroundings of a run. */
export interface Surroundings {
  /** What comes through standard input; without, it is a terminal at which nobody types. */
  readonly stdin?: string | Uint8Array;
  /** Width of the terminal behind standard output and error; without, they are pipes. */
  readonly columns?: number;
  readonly env?: Readonly<Record<string, string>>;
  /** Epoch milliseconds; without, the time of day. Waiting moves it, and takes no time. */
  readonly clock?: { nowMs: number };
}

/** Runs the command line in this process. */
export async function ringfence(args: readonly string[], around: Surroundings = {}): Promise<Ran> {
  const ran = { stdout: '', stderr: '' };
  const output = (name: 'stdout' | 'stderr') => ({
    write: (text: string) => (ran[name] += text),
    ...(around.columns !== undefined && { isTTY: true, columns: around.columns }),
  });
  const stdin =
    around.stdin === undefined
      ? Object.assign(Readable.from([]), { isTTY: true })
      : Readable.from([Buffer.from(around.stdin)]);
  const exitCode = await main(['node', 'ringfence', ...args], {
    stdin,
    stdout: output('stdout'),
    stderr: output('stderr'),
    env: around.env ?? {},
    elapsedMs: () => 0,
    now: () => around.clock?.nowMs ?? Date.now(),
    sleep: async (ms) => {
      if (around.clock !== undefined) around.clock.nowMs += ms;
    },
  });
  return { ...ran, exitCode };
}
