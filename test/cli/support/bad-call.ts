import { log, sweep } from './logs';
import { ringfence, type Surroundings } from './ringfence';
import type { Folder } from './folder';

/** A call that cannot work. */
export interface BadCall {
  readonly what: string;
  readonly args: readonly string[];
  readonly exitCode: 1 | 2;
  /** Where it is wrong and what to do, as the message says it. */
  readonly says: readonly string[];
  readonly around?: Surroundings;
}

/** A log in which there is a ban to be found. */
export const GOOD = log(...sweep('198.51.100.7'));

/** One message of ours, no stack, nothing on standard output, nothing written; with `--json` and without. */
export async function expectRefusal(
  { args, exitCode, says, around }: BadCall,
  folder: Folder,
): Promise<void> {
  const files = folder.list();
  for (const json of [[], ['--json']]) {
    const ran = await ringfence(['replay', ...json, ...args], around);
    expect(ran).toMatchObject({ exitCode, stdout: '' });
    for (const part of says) expect(ran.stderr).toContain(part);
    expect(ran.stderr).not.toMatch(/^ {4}at /m);
    expect(ran.stderr.match(/^ringfence: /gm)).toHaveLength(1);
    expect(ran.stderr.trimEnd().split('\n').length).toBeLessThanOrEqual(3);
  }
  expect(folder.list()).toEqual(files);
}
