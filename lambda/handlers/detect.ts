import type { Context } from 'aws-lambda';
import { DynamoDbLedger } from '../blacklist/dynamodb-ledger';
import { ledgerClient } from './aws-clients';
import { Detector, type DetectorOutcome } from './detector';
import { readFunctionEnvironment } from './environment';
import { lambdaTelemetry, type Telemetry } from './telemetry';

let composed: { detector: Detector; telemetry: Telemetry } | undefined;

/** Made at the first event, and kept while the execution environment lives. */
function compose(): { detector: Detector; telemetry: Telemetry } {
  const { ledgerTable, ...parts } = readFunctionEnvironment(process.env);
  const telemetry = lambdaTelemetry('detect', parts.deployment.environment);
  const ledger = new DynamoDbLedger({ client: ledgerClient(), tableName: ledgerTable });
  return { detector: new Detector({ ledger, ...parts, telemetry, clock: Date.now }), telemetry };
}

/** Lambda entry: CloudWatch Logs subscription events, and a scheduled tick. */
export async function handler(event: unknown, context: Context): Promise<DetectorOutcome> {
  composed ??= compose();
  const { detector, telemetry } = composed;
  try {
    return await detector.handle(event, () => context.getRemainingTimeInMillis());
  } catch (error) {
    telemetry.error('detect failed', { error });
    throw error;
  } finally {
    telemetry.flush();
  }
}
