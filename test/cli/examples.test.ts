import type { Command } from 'commander';
import { createProgram } from '../../lib/cli/main';
import { processIo } from '../../lib/cli/support/cli-io';
import { ringfence } from './support/ringfence';

/** A program that takes every call apart as the real one does, and then does nothing. */
function inertProgram(): Command {
  const program = createProgram({
    ...processIo(),
    stderr: { write: () => true },
    stdout: { write: () => true },
  });
  for (const command of leaves(program)) command.action(() => undefined);
  return program;
}

function leaves(command: Command): Command[] {
  return command.commands.length === 0 ? [command] : command.commands.flatMap(leaves);
}

function pathOf(command: Command): string[] {
  return command.parent === null ? [] : [...pathOf(command.parent), command.name()];
}

/** Words as a shell makes them: double quotes keep spaces, nothing is expanded. */
function wordsOf(line: string): string[] {
  return Array.from(line.matchAll(/"([^"]*)"|(\S+)/g), ([, quoted, plain]) => quoted ?? plain ?? '');
}

const commands = leaves(createProgram(processIo())).map((command) => pathOf(command));

async function exampleOf(path: readonly string[]): Promise<string[]> {
  const { stdout } = await ringfence([...path, '--help']);
  const [, text = ''] = /^Examples?:\n((?: {2}.*\n?)+)/m.exec(stdout) ?? [];
  return text.split('\n').flatMap((line) => (line.trim().startsWith('ringfence ') ? line.trim() : []));
}

describe('the help of every command', () => {
  it.each([[[]], ...commands.map((path) => [path])])(
    '%j has an example that the command line takes',
    async (path) => {
      const examples = await exampleOf(path);
      expect(examples.length).toBeGreaterThan(0);
      for (const example of examples) {
        const [, ...args] = wordsOf(example.replace(/\s[>|].*$/, ''));
        if (path.length > 0) expect(args.slice(0, path.length)).toEqual(path);
        await expect(inertProgram().parseAsync(['node', 'ringfence', ...args])).resolves.toBeDefined();
      }
    },
  );

  it('would not take an example with an option that there is not', async () => {
    await expect(inertProgram().parseAsync(['node', 'ringfence', 'status', '--envy', 'x'])).rejects.toThrow();
  });
});
