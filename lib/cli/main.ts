import { Command } from 'commander';
import { version } from '../../package.json';
import { localCommand } from './commands/local';
import { planCommand } from './commands/plan';
import { replayCommand } from './commands/replay';
import { reportError } from './support/error-report';

/** The whole command line. Commands load what they need when they run, so that `--help` answers at once. */
export function createProgram(): Command {
  const program = new Command('ringfence')
    .description('Keeps SIP ghost calls out of a VPC: finds probe sources in flow logs and blocks them.')
    .version(version)
    .showHelpAfterError('(ringfence --help shows all commands and options)')
    .exitOverride();
  for (const command of [localCommand(), replayCommand(), planCommand()]) {
    program.addCommand(command.exitOverride().copyInheritedSettings(program));
  }
  return program;
}

/** Runs the command line. @returns the exit code: 0 done, 1 failed, 2 wrong use */
export async function main(argv: readonly string[]): Promise<number> {
  try {
    await createProgram().parseAsync(argv);
    return typeof process.exitCode === 'number' ? process.exitCode : 0;
  } catch (error) {
    const report = reportError(error, process.env);
    process.stderr.write(report.text);
    return report.exitCode;
  }
}
