import { Command } from 'commander';
import { type ConnectionFlags, withConnection } from '../operate/flags';
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
