import { Command } from 'commander';
import type { BackfillFlags } from '../operate/backfill/command';
import { type ConnectionFlags, withConnection } from '../operate/flags';
import type { RedriveFlags } from '../operate/redrive';
import type { CliIo } from '../support/cli-io';

const CREATE_HELP = `
Example:
  ringfence ledger create --deployment dev.json --endpoint-url http://localhost:5000`;

/** `ledger`: what is done to the table itself. */
export function ledgerCommand(io: CliIo): Command {
  return new Command('ledger')
    .description("the ledger's table on an emulator")
    .addCommand(createCommand(io))
    .addHelpText('after', CREATE_HELP);
}

function createCommand(io: CliIo): Command {
  return withConnection(
    new Command('create').description(
      'make the table, unless it is there; in AWS the Ledger stack does that',
    ),
  )
    .addHelpText('after', CREATE_HELP)
    .action(async (flags: ConnectionFlags) => {
      const { runCreateLedger } = await import('../operate/create-ledger');
      await runCreateLedger(flags, io);
    });
}

/** The commands that bring records to the ledger that it has not seen: `backfill`, `redrive`. */
export function recordCommands(io: CliIo): Command[] {
  return [backfillCommand(io), redriveCommand(io)];
}

const BACKFILL_HELP = `
Gives detection its memory on the first day: who calls, who answers, who was
bad. Event time decides: a ban that is over already is history. Doing it again
changes nothing, and the live detector goes on meanwhile.

Example:
  ringfence backfill flow-logs/*.log.gz --env prod`;

function backfillCommand(io: CliIo): Command {
  const command = new Command('backfill')
    .description('recorded flow logs through the detector into the ledger')
    .argument('[paths...]', 'files of flow-log records; - for standard input', ['-'])
    .option('--format <fields>', 'the fields of a log without header line, in order')
    .option('--as-of <time>', 'judge as if it were then: ISO 8601 or epoch seconds');
  return withConnection(command)
    .addHelpText('after', BACKFILL_HELP)
    .action(async (paths: string[], flags: BackfillFlags) => {
      const { runBackfill } = await import('../operate/backfill/command');
      await runBackfill(paths, flags, io);
    });
}

const REDRIVE_HELP = `
For the alarm DetectDeadLetters: mend first what made the function fail. The
queue of the enforce function needs nothing, its next run did what was missed.

Example:
  ringfence redrive --dry-run --env prod`;

function redriveCommand(io: CliIo): Command {
  const command = new Command('redrive')
    .description('let detection see the events on which the detect function gave up')
    .option('--queue <url>', 'its Failures queue (default: found by its name)')
    .option('--format <fields>', 'fields of the records, where flowLogs.format is set')
    .option('--dry-run', 'only say what is in the queue');
  return withConnection(command)
    .addHelpText('after', REDRIVE_HELP)
    .action(async (flags: RedriveFlags) => {
      const { runRedrive } = await import('../operate/redrive');
      await runRedrive(flags, io);
    });
}
