import { spawnSync } from 'node:child_process';
import { contenders } from './contenders';

/** What one run took. */
export interface Run {
  readonly cpuMs: number;
  readonly wallMs: number;
  /** Most memory resident, MB; 0 where it was not measured. */
  readonly rssMb: number;
  /** What it found, to be the same for all that were asked the same. */
  readonly answer: string;
}

/** How to do a run. */
export type Runner = () => Run;

const CHILD_FLAG = '--contender';

/** In a child: runs the contender it was started for. @returns false in the parent */
export async function runAsChild(): Promise<boolean> {
  const [flag, name = '', path = ''] = process.argv.slice(2);
  if (flag !== CHILD_FLAG) return false;
  const contender = contenders[name];
  if (contender === undefined) throw new Error(`no contender "${name}"`);
  const before = process.cpuUsage();
  const began = performance.now();
  const answer = await contender(path);
  const wallMs = performance.now() - began;
  const { user, system } = process.cpuUsage(before);
  const rssMb = process.resourceUsage().maxRSS / 1024;
  process.stdout.write(JSON.stringify({ cpuMs: (user + system) / 1000, wallMs, rssMb, answer }));
  return true;
}

/** A contender in a process of its own; starting the process is not counted. */
export function contenderRunner(name: string, path: string): Runner {
  return () => {
    const child = spawnSync(process.execPath, [process.argv[1] ?? '', CHILD_FLAG, name, path], {
      encoding: 'utf8',
      maxBuffer: 1 << 26,
    });
    if (child.status !== 0) throw new Error(`${name} failed: ${child.stderr}`);
    return JSON.parse(child.stdout) as Run;
  };
}

/** A command of the shell, with everything it starts: the processes themselves are counted too. */
export function shellRunner(command: string, answer: (stdout: string) => string = () => ''): Runner {
  const format = 'TIMEFORMAT="%U %S %R"; ';
  return () => {
    const child = spawnSync('bash', ['-c', `${format}time { ${command}; }`], {
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    });
    if (child.status !== 0) throw new Error(`${command} failed: ${child.stderr}`);
    const lines = child.stderr.trimEnd().split('\n');
    const [user = 0, system = 0, wall = 0] = (lines.at(-1) ?? '').split(' ').map(Number);
    const rss = /^rss (\d+)$/m.exec(child.stderr);
    return {
      cpuMs: (user + system) * 1000,
      wallMs: wall * 1000,
      rssMb: Number(rss?.[1] ?? 0) / 1024,
      answer: answer(child.stdout),
    };
  };
}

/** What several runs took: the median of each figure. */
export interface Median extends Run {
  readonly name: string;
  readonly runs: number;
}

/**
 * Runs all of a group in turn, so often: whatever else the machine does meanwhile is shared by all.
 * @throws Error when two answers differ
 */
export function interleaved(group: Readonly<Record<string, Runner>>, runs: number): Median[] {
  const names = Object.keys(group);
  const all = new Map(names.map((name) => [name, [] as Run[]]));
  for (let i = 0; i < runs; i++) {
    for (const [name, run] of Object.entries(group)) all.get(name)?.push(run());
    process.stderr.write('.');
  }
  const answers = new Set([...all.values()].flatMap((some) => some.map(({ answer }) => answer)));
  answers.delete('');
  if (answers.size > 1) throw new Error(`the answers differ: ${[...answers].join(' · ')}`);
  return Array.from(all, ([name, some]) => ({
    name,
    runs,
    cpuMs: medianOf(some.map(({ cpuMs }) => cpuMs)),
    wallMs: medianOf(some.map(({ wallMs }) => wallMs)),
    rssMb: medianOf(some.map(({ rssMb }) => rssMb)),
    answer: some[0]?.answer ?? '',
  }));
}

export function medianOf(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;
}
