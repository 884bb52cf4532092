import { Command, Option } from 'commander';
import type { ExportFlags } from '../operate/export/command';
import type { ImportFlags } from '../operate/import/command';
import { withConnection } from '../operate/flags';
import type { CliIo } from '../support/cli-io';

const collect = (value: string, before: readonly string[] = []): string[] => [...before, value];

/** The commands that exchange lists with others: `export`, `import`. */
export function exchangeCommands(io: CliIo): Command[] {
  return [exportCommand(io), importCommand(io)];
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

const IMPORT_HELP = `
A feed is the name of a known one (apiban, voipbl, blocklist.de, spamhaus-drop),
an https:// URL, a file, or - for standard input; without one, those that are
there are shown. What it lists is denied where our own bans leave room. A feed
that is stale, cut off, a web page, ten times as long as before or a tenth of it
is refused, and what was there stays. RINGFENCE_FEED_KEY holds a feed's key.

Example:
  ringfence import voipbl --weight 0.5 --expires 7d --env prod`;

function importCommand(io: CliIo): Command {
  const command = new Command('import')
    .description("a feed of others' bans into the ledger, or show those that are there")
    .argument('[feed]', 'name of a known feed, https:// URL, file, or -')
    .option('--name <name>', 'what to call it (default: its name, host or file name)')
    .addOption(
      new Option('--format <name>', 'how it is written (default: by its looks)').choices([
        'auto',
        'plain',
        'csv',
        'json',
      ]),
    )
    .option('--weight <share>', 'rank among feeds, above 0 and up to 1 (default 0.5)')
    .option('--expires <duration>', 'how long it counts without being read again (default 7d)')
    .option('--max-age <duration>', 'refuse it where its publisher made it earlier (default 7d)')
    .option('--accept-change', 'also if it grew tenfold or shrank to a tenth')
    .option('--remove', 'forget the feed of that name')
    .option('--because <reason>', 'kept in the history')
    .option('--dry-run', 'only say what would be taken');
  return withConnection(command)
    .addHelpText('after', IMPORT_HELP)
    .action(async (feed: string | undefined, flags: ImportFlags) => {
      const { runImport } = await import('../operate/import/command');
      await runImport(feed, flags, io);
    });
}
