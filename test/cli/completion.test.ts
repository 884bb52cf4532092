import { execFileSync, spawnSync } from 'node:child_process';
import { createProgram } from '../../lib/cli/main';
import { processIo } from '../../lib/cli/support/cli-io';
import { Folder } from './support/folder';
import { ringfence } from './support/ringfence';

const folder = new Folder();
afterAll(() => folder.remove());

async function scriptFor(shell: string): Promise<string> {
  const { stdout, exitCode } = await ringfence(['completion', shell]);
  expect(exitCode).toBe(0);
  return stdout;
}

describe('ringfence completion bash', () => {
  let file: string;
  beforeAll(async () => {
    file = folder.file('completion.bash', await scriptFor('bash'));
  });

  /** What a real bash offers for the last of these words. */
  function offered(...words: readonly string[]): string[] {
    const typed = ['ringfence', ...words];
    const program = [
      'source "$1"; shift',
      'COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=()',
      '_ringfence; printf "%s\\n" "${COMPREPLY[@]}"',
    ].join('\n');
    const output = execFileSync('bash', ['--norc', '-c', program, 'bash', file, ...typed], {
      encoding: 'utf8',
    });
    return output.split('\n').filter((line) => line !== '');
  }

  it.each<[string, string[], string[]]>([
    ['a command', ['rec'], ['reconcile']],
    [
      'one of several',
      ['re'],
      expect.arrayContaining(['replay', 'reconcile', 'resume', 'redrive']) as string[],
    ],
    ['a command of a command', ['ledger', 'cr'], ['create']],
    ['an option', ['why', '198.51.100.7', '--as'], ['--as-of']],
    ['an option of a command of a command', ['ledger', 'create', '--dep'], ['--deployment']],
    [
      'an option after one with a value that is a command’s name',
      ['status', '--env', 'ban', '--js'],
      ['--json'],
    ],
    ['a shell', ['completion', '--h'], ['--help']],
    ['nothing for what is none', ['--nonsense'], []],
  ])('completes %s', (_, words, completions) => {
    expect(offered(...words)).toEqual(completions);
  });

  it('completes files where an option takes one', () => {
    folder.file('dev.json', '{}');
    const script = `cd "${folder.path}" && source ${file} && COMP_WORDS=(ringfence status --deployment de) COMP_CWORD=3 && _ringfence && echo "\${COMPREPLY[@]}"`;
    expect(execFileSync('bash', ['--norc', '-c', script], { encoding: 'utf8' })).toBe('dev.json\n');
  });

  it('knows every command', () => {
    const commands = createProgram(processIo()).commands.map((command) => command.name());
    expect(commands.length).toBeGreaterThan(15);
    expect(offered('')).toEqual(expect.arrayContaining(commands));
  });
});

describe.each(['zsh', 'fish'])('ringfence completion %s', (shell) => {
  const isHere = spawnSync(shell, ['--version'], { stdio: 'ignore' }).status === 0;
  if (!isHere)
    process.stderr.write(`\n!!! SKIPPED: ${shell} itself reads no script: it is not on the PATH\n\n`);

  (isHere ? it : it.skip)('is a script that the shell can read', async () => {
    const file = folder.file(`completion.${shell}`, await scriptFor(shell));
    expect(spawnSync(shell, ['-n', file], { encoding: 'utf8' }).stderr).toBe('');
  });

  it('names every command, and quotes what descriptions hold', async () => {
    const script = await scriptFor(shell);
    for (const name of ['replay', 'status', 'doctor', 'reconcile']) expect(script).toContain(name);
    // Quotes come in pairs on every line, or a description would be a command.
    for (const line of script.split('\n').filter((each) => !each.startsWith('#')))
      expect([line, (line.replaceAll("'\\''", '').match(/'/g) ?? []).length % 2]).toEqual([line, 0]);
  });
});

it('of a shell that there is none for is wrong use', async () => {
  const { exitCode, stderr } = await ringfence(['completion', 'tcsh']);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('Allowed choices are bash, zsh, fish');
});
