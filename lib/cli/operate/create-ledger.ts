import { createLedgerTable } from '../../../lambda/blacklist/dynamodb-create-table';
import { dynamoDbClient } from '../../../lambda/handlers/aws-clients';
import type { CliIo } from '../support/cli-io';
import { UsageError } from '../support/errors';
import { connect } from './connect';
import type { ConnectionFlags } from './flags';
import { answer } from './output';

/** `ledger create`: the ledger's table on an emulator. In AWS the stack makes it, with backups and protection. */
export async function runCreateLedger(flags: ConnectionFlags, io: CliIo): Promise<void> {
  const { settings, deployment } = await connect(flags, io);
  if (settings.endpoint === undefined) {
    throw new UsageError(
      'ledger create is for an emulator: give --endpoint-url http://localhost:5000. In AWS the Ledger stack makes the table, with backups and protection: npx cdk deploy "NAME/*"',
    );
  }
  const client = dynamoDbClient(settings);
  try {
    await createLedgerTable(client, deployment.ledgerTable);
  } finally {
    client.destroy();
  }
  answer(
    io,
    flags.json,
    { table: deployment.ledgerTable },
    () => `The table ${deployment.ledgerTable} is there.\n`,
  );
}
