import type { Context } from 'aws-lambda';
import { DynamoDbLedger } from '../blacklist/dynamodb-ledger';
import { Ec2NetworkAcls } from '../enforcement/ec2-network-acls';
import { Wafv2IpSets } from '../enforcement/wafv2-ip-sets';
import { answerWidget, type WidgetSources } from '../widget';
import { ec2Client, ledgerClient, wafv2Clients } from './aws-clients';
import { readFunctionEnvironment } from './environment';
import { lambdaTelemetry, type Telemetry } from './telemetry';

interface Composed {
  readonly sources: Omit<WidgetSources, 'holder' | 'deadlineMs'>;
  readonly telemetry: Telemetry;
}

let composed: Composed | undefined;

/** Made at the first call, and kept while the execution environment lives. */
function compose(): Composed {
  const { deployment, ledgerTable } = readFunctionEnvironment(process.env);
  const telemetry = lambdaTelemetry('widget', deployment.environment);
  const sources = {
    deployment,
    ledger: new DynamoDbLedger({ client: ledgerClient(), tableName: ledgerTable }),
    networkAcls: new Ec2NetworkAcls(ec2Client()),
    ipSets: new Wafv2IpSets(wafv2Clients(deployment)),
    clock: Date.now,
    log: telemetry,
  };
  return { sources, telemetry };
}

/** Lambda entry: a custom widget of the dashboard. */
export function handler(event: unknown, context: Context): Promise<string> {
  const { sources, telemetry } = (composed ??= compose());
  const call = {
    ...sources,
    holder: context.awsRequestId,
    deadlineMs: Date.now() + context.getRemainingTimeInMillis(),
  };
  return answerWidget(event, call, (error) => telemetry.error('the widget could not be filled', { error }));
}
