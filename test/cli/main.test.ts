import { version } from '../../package.json';
import { createProgram } from '../../lib/cli/main';
import { processIo } from '../../lib/cli/support/cli-io';
import { ringfence } from './support/ringfence';

const PROGRAM = createProgram(processIo());
const COMMANDS = PROGRAM.commands.map((command) => command.name());

/** The help of the command that an example calls, which may be one inside another. */
async function helpOf(example: string): Promise<string> {
  const [, name = '', next = ''] = example.trim().split(' ');
  const command = PROGRAM.commands.find((one) => one.name() === name);
  const isInside = command?.commands.some((one) => one.name() === next) === true;
  return (await ringfence([name, ...(isInside ? [next] : []), '--help'])).stdout;
}

describe('ringfence --help', () => {
  it('names every command, shows one example that runs, and exits with 0', async () => {
    const { stdout, stderr, exitCode } = await ringfence(['--help']);
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
    for (const name of COMMANDS)
      expect(stdout).toMatch(new RegExp(`^ {2}${name}(?: \\[options\\]| <|  )`, 'm'));
    expect(stdout).toMatch(/^ {2}ringfence replay .*--vpc-cidr 10\.20\.0\.0\/16$/m);
  });

  it.each(COMMANDS)('of %s explains each option, shows one real example, and exits with 0', async (name) => {
    for (const args of [
      [name, '--help'],
      ['help', name],
    ]) {
      const { stdout, stderr, exitCode } = await ringfence(args);
      expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
      const [, example = ''] = stdout.split('Example:\n');
      const lines = example.split('\n').filter((line) => line.trim() !== '');
      expect(lines).toHaveLength(1);
      expect(lines[0]).toMatch(new RegExp(`^ {2}ringfence ${name} `));
      const help = await helpOf(lines[0] ?? '');
      for (const flag of example.match(/--[a-z-]+/g) ?? []) expect(help).toContain(`  ${flag} `);
    }
  });

  it('fits a terminal of 80 columns, examples aside', async () => {
    for (const name of COMMANDS) {
      const { stdout } = await ringfence([name, '--help'], { columns: 80 });
      const [usage = ''] = stdout.split(/\n\w+(?:, .*)?:\n {2}(?=ringfence|\{)/);
      for (const line of usage.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    }
  });
});

describe('ringfence', () => {
  it('prints its version', async () => {
    expect(await ringfence(['--version'])).toEqual({ stdout: `${version}\n`, stderr: '', exitCode: 0 });
  });

  it('alone shows what there is, as wrong use', async () => {
    const { stdout, stderr, exitCode } = await ringfence([]);
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 2 });
    expect(stderr).toContain('Usage: ringfence');
  });

  it('with an unknown command says so once and guesses which was meant', async () => {
    expect(await ringfence(['replya', 'x.log'])).toEqual({
      stdout: '',
      stderr:
        "ringfence: unknown command 'replya'\n(Did you mean replay?)\n(ringfence --help shows all commands)\n",
      exitCode: 2,
    });
  });

  it('shows a stack only for a defect of its own, or where DEBUG asks for it', async () => {
    const args = ['replay', '--vpc-cidr', '10.20.0.0/16', '/nowhere/gone.log'];
    expect((await ringfence(args)).stderr).not.toContain('    at ');
    expect((await ringfence(args, { env: { DEBUG: '1' } })).stderr).toContain('    at ');
  });
});
