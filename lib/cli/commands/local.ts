import { Command } from 'commander';
import type { LocalFlags } from '../local/command';
import type { CliIo } from '../support/cli-io';

const EXAMPLE = `
Example:
  ringfence local --report report.html`;

/** `local`: the whole product on this machine, fed with a recorded day of scanner traffic. */
export function localCommand(io: CliIo): Command {
  return new Command('local')
    .description(
      'run the real detector and enforcer here, against embedded services, on a recorded day of scanner traffic',
    )
    .option('--report <file.html>', 'where to write the report', 'ringfence-report.html')
    .option('--endpoint-url <url>', 'against an emulator (moto, LocalStack) instead of the embedded services')
    .option('--env <name>', 'what is deployed to the emulator (default: make what is needed, then remove it)')
    .option('--deployment <file>', 'what is deployed to the emulator, as JSON, instead of --env')
    .option('--json', 'print one JSON document')
    .addHelpText('after', EXAMPLE)
    .action(async (flags: LocalFlags) => {
      const { runLocalCommand } = await import('../local/command');
      await runLocalCommand(flags, io);
    });
}
