import type { Context, SQSBatchResponse } from 'aws-lambda';
import { DynamoDbLedger } from '../blacklist/dynamodb-ledger';
import { S3FlowLogObjects } from '../flow-log/s3-flow-log-objects';
import { ledgerClient, s3Client } from './aws-clients';
import { Detector, type DetectorOutcome } from './detector';
import { readFunctionEnvironment } from './environment';
import { ObjectDetector } from './object-detector';
import { lambdaTelemetry, type Telemetry } from './telemetry';

let composed: { detector: ObjectDetector; telemetry: Telemetry } | undefined;

/** Made at the first event, and kept while the execution environment lives. */
function compose(): { detector: ObjectDetector; telemetry: Telemetry } {
  const { ledgerTable, ...parts } = readFunctionEnvironment(process.env);
  const telemetry = lambdaTelemetry('detect', parts.deployment.environment);
  const ledger = new DynamoDbLedger({ client: ledgerClient(), tableName: ledgerTable });
  const detector = new Detector({ ledger, ...parts, telemetry, clock: Date.now });
  const objects = new S3FlowLogObjects(s3Client());
  return { detector: new ObjectDetector({ detector, objects, telemetry }), telemetry };
}

/** Lambda entry: a queue of stored flow-log objects, and a scheduled tick. */
export async function handler(event: unknown, context: Context): Promise<SQSBatchResponse | DetectorOutcome> {
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
