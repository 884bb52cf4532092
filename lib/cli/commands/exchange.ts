import { Command, Option } from 'commander';
import type { ExportFlags } from '../operate/export/command';
import { withConnection } from '../operate/flags';
import type { CliIo } from '../support/cli-io';

const collect = (value: string, before: readonly string[] = []): string[] => [...before, value];

/** The commands that exchange lists with others: `export`. */
export function exchangeCommands(io: CliIo): Command[] {
  return [exportCommand(io)];
}

const EXPORT_HELP = `
Whatever the allowlist keeps open is left out. Where the ledger cannot be read
in full nothing is written and the exit code is 1: a firewall keeps what it has.
--output replaces the file in one step. --replay needs no environment.

Example:
  ringfence export --format nftables --output /run/ringfence.nft --env prod`;

/** As `EXPORT_FORMATS` has them; written out so that --help loads nothing. */
const FORMATS = ['plain', 'nftables', 'ipset', 'iptables', 'mikrotik', 'cisco'];

function exportCommand(io: CliIo): Command {
  const command = new Command('export')
    .description('the blacklist for firewalls that are not AWS')
    .addOption(new Option('--format <name>', 'how it is written').choices(FORMATS).makeOptionMandatory())
    .addOption(new Option('--family <n>', 'one family only (iptables: 4 unless told)').choices(['4', '6']))
    .option('--previous <file>', 'cisco: the plain list before this one, to remove what is gone')
    .option('--output <file>', 'write it there instead of on standard output')
    .option('--force', 'also while changes are paused')
    .option('--replay <file>', 'what replay --json printed, instead of an environment; - for standard input')
    .option('--allow <cidr>', 'with --replay: leave this out (repeatable)', collect)
    .option('--as-of <time>', 'bans in force then: 2026-11-25T03:00:00Z or epoch seconds');
  return withConnection(command)
    .addHelpText('after', EXPORT_HELP)
    .action(async (flags: ExportFlags) => {
      const { runExport } = await import('../operate/export/command');
      await runExport(flags, io);
    });
}
