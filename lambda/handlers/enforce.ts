import type { Context } from 'aws-lambda';
import { DynamoDbLedger } from '../blacklist/dynamodb-ledger';
import type { ReconcileReport } from '../enforcement';
import { Ec2NetworkAcls } from '../enforcement/ec2-network-acls';
import { Wafv2IpSets } from '../enforcement/wafv2-ip-sets';
import { ledgerClient, ec2Client, wafv2Clients } from './aws-clients';
import { Enforcer } from './enforcer';
import { readFunctionEnvironment } from './environment';
import { lambdaTelemetry, type Telemetry } from './telemetry';

let composed: { enforcer: Enforcer; telemetry: Telemetry } | undefined;

/** Made at the first event, and kept while the execution environment lives. */
function compose(): { enforcer: Enforcer; telemetry: Telemetry } {
  const { deployment, ledgerTable } = readFunctionEnvironment(process.env);
  const telemetry = lambdaTelemetry('enforce', deployment.environment);
  const enforcer = new Enforcer({
    ledger: new DynamoDbLedger({ client: ledgerClient(), tableName: ledgerTable }),
    networkAcls: new Ec2NetworkAcls(ec2Client()),
    ipSets: new Wafv2IpSets(wafv2Clients(deployment)),
    deployment,
    telemetry,
    clock: Date.now,
  });
  return { enforcer, telemetry };
}

/** Lambda entry: a scheduled tick, or the ledger's stream. */
export async function handler(_event: unknown, context: Context): Promise<Pick<ReconcileReport, 'applied'>> {
  composed ??= compose();
  const { enforcer, telemetry } = composed;
  try {
    const { applied } = await enforcer.handle(context.awsRequestId, context.getRemainingTimeInMillis());
    return { applied };
  } catch (error) {
    telemetry.metric('ReconcileSucceeded', 0);
    telemetry.error('enforce failed', { error });
    throw error;
  } finally {
    telemetry.flush();
  }
}
