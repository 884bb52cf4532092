import { DynamoDbLedger } from '../blacklist/dynamodb-ledger';
import { topologyOf } from '../detection';
import { ledgerClient } from './aws-clients';
import { readFunctionEnvironment } from './environment';
import { PbxDetector, type PbxOutcome } from './pbx-detector';
import { readPbxLogs } from './pbx-environment';
import { lambdaTelemetry, type Telemetry } from './telemetry';

let composed: { detector: PbxDetector; telemetry: Telemetry } | undefined;

/** Made at the first event, and kept while the execution environment lives. */
function compose(): { detector: PbxDetector; telemetry: Telemetry } {
  const { ledgerTable, deployment, deliverySeconds } = readFunctionEnvironment(process.env);
  const telemetry = lambdaTelemetry('pbx', deployment.environment);
  const detector = new PbxDetector({
    ledger: new DynamoDbLedger({ client: ledgerClient(), tableName: ledgerTable }),
    topology: topologyOf(deployment),
    logs: readPbxLogs(process.env),
    telemetry,
    clock: Date.now,
    deliverySeconds,
  });
  return { detector, telemetry };
}

/** Lambda entry: CloudWatch Logs subscription events of PBX logs. */
export async function handler(event: unknown): Promise<PbxOutcome> {
  composed ??= compose();
  const { detector, telemetry } = composed;
  try {
    return await detector.handle(event);
  } catch (error) {
    telemetry.error('pbx failed', { error });
    throw error;
  } finally {
    telemetry.flush();
  }
}
