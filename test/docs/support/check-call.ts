import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { createProgram } from '../../../lib/cli/main';
import { awsProblem } from './aws-calls';
import { ROOT } from './pages';
import type { Call } from './sandbox';

const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  readonly scripts: Readonly<Record<string, string>>;
};

/** The call without what only says how a program is found: `npx --no-install ringfence …` is `ringfence …`. */
export function withoutNpx(call: Call): Call {
  if (call.program !== 'npx') return call;
  const [program = '', ...args] = call.args.filter(
    (arg, i) => !(i === 0 && /^(?:--no-install|--yes|-y)$/.test(arg)),
  );
  return { ...call, program, args };
}

/** What is wrong with a call as far as anybody can tell without running it; undefined for nothing. */
export async function callProblem({ program, args }: Call): Promise<string | undefined> {
  switch (program) {
    case 'ringfence':
      return ringfenceProblem(args);
    case 'cdk':
      return cdkProblem(args);
    case 'aws':
      return awsProblem(args);
    case 'npm':
      return npmProblem(args);
    case 'bash':
      return existsSync(join(ROOT, args[0] ?? '')) ? undefined : `there is no script ${args[0] ?? ''}`;
    default:
      return undefined;
  }
}

/** What commander says to the arguments, every command's action taken out: unknown commands, options, values, missing ones. */
async function ringfenceProblem(args: readonly string[]): Promise<string | undefined> {
  const said: string[] = [];
  const output = { write: (text: string) => said.push(text) };
  const program = createProgram({
    stdin: process.stdin,
    stdout: output,
    stderr: output,
    env: {},
    elapsedMs: () => 0,
    now: () => 0,
    sleep: () => Promise.resolve(),
  });
  for (const command of allOf(program)) if (command.commands.length === 0) command.action(() => undefined);
  try {
    await program.parseAsync([...args], { from: 'user' });
    return undefined;
  } catch (error) {
    const { exitCode, message } = error as { readonly exitCode?: number; readonly message: string };
    return exitCode === 0 ? undefined : said.join('') || message;
  }
}

/** A command and all within it. */
export function allOf(command: Command): Command[] {
  return [command, ...command.commands.flatMap(allOf)];
}

function npmProblem([name = '', ...rest]: readonly string[]): string | undefined {
  const script =
    name === 'run' ? rest.find((arg) => !arg.startsWith('-')) : { test: 'test', start: 'start' }[name];
  if (script !== undefined) return script in scripts ? undefined : `package.json has no script "${script}"`;
  return ['ci', 'install', 'pack', 'view'].includes(name)
    ? undefined
    : `npm ${name} is not a command that a page needs`;
}

const cdkHelp = new Map<string, string>();

/** Whether CDK's own help knows the command and its options. */
function cdkProblem([command = '', ...args]: readonly string[]): string | undefined {
  const help = cdkHelp.get(command) ?? helpOf(command);
  cdkHelp.set(command, help);
  if (!help.startsWith(`cdk ${command} `)) return `cdk has no command "${command}"`;
  const known: readonly string[] = help.match(/(?<=\s)--?[a-z][a-z-]*/g) ?? [];
  const unknown = args
    .filter((arg) => /^--?[a-z]/.test(arg))
    .find((arg) => !known.includes(arg.replace(/=.*/, '')));
  return unknown === undefined ? undefined : `cdk ${command} has no option ${unknown}`;
}

function helpOf(command: string): string {
  const cdk = join(ROOT, 'node_modules', '.bin', 'cdk');
  return spawnSync(process.execPath, [cdk, command, '--help'], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] },
  }).stdout;
}
