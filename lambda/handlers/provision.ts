import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { provisioningFunction } from './provisioning';
import { readFunctionEnvironment } from './environment';
import { lambdaTelemetry, type Telemetry } from './telemetry';

let composed: { serve: ReturnType<typeof provisioningFunction>; telemetry: Telemetry } | undefined;

/** Made at the first event, and kept while the execution environment lives. */
function compose() {
  const { deployment } = readFunctionEnvironment(process.env);
  const telemetry = lambdaTelemetry('provision', deployment.environment);
  return { serve: provisioningFunction({ variables: process.env, telemetry, clock: Date.now }), telemetry };
}

/** Lambda entry: requests of API Gateway. */
export async function handler(event: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> {
  composed ??= compose();
  const { serve, telemetry } = composed;
  try {
    return await serve(event);
  } finally {
    telemetry.flush();
  }
}
