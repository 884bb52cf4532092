import type { Context } from 'aws-lambda';
import { DynamoDbLedger } from '../blacklist/dynamodb-ledger';
import { parseFeedDefinitions } from '../feeds';
import { ledgerClient, secretsManagerClient } from './aws-clients';
import { EnvironmentError, readFunctionEnvironment } from './environment';
import { FeedImporter, type FeedsOutcome } from './feed-importer';
import { SecretReader } from './secrets';
import { lambdaTelemetry, type Telemetry } from './telemetry';

let composed: { importer: FeedImporter; telemetry: Telemetry } | undefined;

/** Made at the first event, and kept while the execution environment lives. */
function compose(): { importer: FeedImporter; telemetry: Telemetry } {
  const { deployment, ledgerTable } = readFunctionEnvironment(process.env);
  const text = process.env['RINGFENCE_FEEDS'];
  if (text === undefined) throw new EnvironmentError('environment variables: RINGFENCE_FEEDS is missing');
  const telemetry = lambdaTelemetry('feeds', deployment.environment);
  // Runs come once an hour: nothing is kept from one to the next.
  const secrets = new SecretReader(secretsManagerClient(), 0, Date.now);
  const importer = new FeedImporter({
    ledger: new DynamoDbLedger({ client: ledgerClient(), tableName: ledgerTable }),
    deployment,
    definitions: parseFeedDefinitions(JSON.parse(text)),
    telemetry,
    clock: Date.now,
    secret: (id) => secrets.text(id),
  });
  return { importer, telemetry };
}

/** Lambda entry: a schedule, once an hour. */
export async function handler(_event: unknown, context: Context): Promise<FeedsOutcome> {
  composed ??= compose();
  const { importer, telemetry } = composed;
  try {
    return await importer.handle(() => context.getRemainingTimeInMillis());
  } catch (error) {
    telemetry.error('feeds failed', { error });
    throw error;
  } finally {
    telemetry.flush();
  }
}
