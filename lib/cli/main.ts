import { Command } from 'commander';
import { version } from '../../package.json';
import { completionCommand } from './commands/completion';
import { enforcingCommands } from './commands/enforcing';
import { exchangeCommands } from './commands/exchange';
import { handsetCommand } from './commands/handset';
import { ledgerCommand, recordCommands } from './commands/ledger';
import { localCommand } from './commands/local';
import { lookCommands } from './commands/look';
import { planCommand } from './commands/plan';
import { replayCommand } from './commands/replay';
import { sourceCommands } from './commands/sources';
import { type CliIo, processIo, wantsColour } from './support/cli-io';
import { reportError } from './support/error-report';

const EXAMPLE = `
Example:
  ringfence replay flow-logs/*.log.gz --vpc-cidr 10.20.0.0/16`;

/** The whole command line. Commands load what they need when they run, so that `--help` answers at once. */
export function createProgram(io: CliIo): Command {
  const program = new Command('ringfence')
    .description('Keeps SIP ghost calls out of a VPC: finds probe sources in flow logs and blocks them.')
    .version(version)
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      outputError: (text, write) => write(text.replace(/^error: /, 'ringfence: ')),
      getOutHelpWidth: () => io.stdout.columns ?? 80,
      getErrHelpWidth: () => io.stderr.columns ?? 80,
      getOutHasColors: () => wantsColour(io.stdout, io.env),
      getErrHasColors: () => wantsColour(io.stderr, io.env),
    })
    .exitOverride();
  for (const command of commands(io, program)) program.addCommand(adopt(command, program, 'ringfence'));
  return withHelpHint(program, 'ringfence').addHelpText('after', EXAMPLE);
}

/** All commands, in the order of a first acquaintance: try, look, decide, enforce. */
function commands(io: CliIo, program: Command): Command[] {
  return [
    localCommand(io),
    replayCommand(io),
    planCommand(io),
    ...lookCommands(io),
    ...sourceCommands(io),
    ...enforcingCommands(io),
    ...recordCommands(io),
    ledgerCommand(io),
    ...exchangeCommands(io),
    handsetCommand(io),
    completionCommand(io, () => program),
  ];
}

/** Gives a command, and those inside it, the program's output and way to end. */
function adopt(command: Command, parent: Command, above: string): Command {
  const name = `${above} ${command.name()}`;
  command.copyInheritedSettings(parent).exitOverride();
  for (const inner of command.commands) adopt(inner, command, name);
  return withHelpHint(command, name);
}

/** After what is wrong with a call, where to read how it should be. */
function withHelpHint(command: Command, name: string): Command {
  return command.showHelpAfterError(
    `(${name} --help shows all ${command.commands.length > 0 ? 'commands' : 'options'})`,
  );
}

/** Runs the command line. @returns the exit code: 0 done, 1 failed, 2 wrong use */
export async function main(argv: readonly string[], io: CliIo = processIo()): Promise<number> {
  try {
    await createProgram(io).parseAsync(argv);
    return typeof process.exitCode === 'number' ? process.exitCode : 0;
  } catch (error) {
    const report = reportError(error, io.env);
    io.stderr.write(report.text);
    return report.exitCode;
  }
}
