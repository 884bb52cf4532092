import * as z from '../schema';
import { defaultDetectionPolicy } from '../detection';
import { type Deployment, parseDeployment } from '../enforcement/deployment';
import { DEPLOYED_FORMAT, FlowLogFormat, FlowLogFormatError } from '../flow-log';

/** What the stacks tell a function, read once and checked. */
export interface FunctionEnvironment {
  readonly deployment: Deployment;
  /** Name of the ledger's table. */
  readonly ledgerTable: string;
  /** Fields of the records in the log group. */
  readonly format: FlowLogFormat;
  /** How long records may be on their way after their window, seconds. */
  readonly deliverySeconds: number;
}

/** A function that was deployed without what it needs. The message names the variables. */
export class EnvironmentError extends Error {
  override readonly name = 'EnvironmentError';
}

const VARIABLES = z.object({
  RINGFENCE_LEDGER_TABLE: z.string().check(z.minLength(3)),
  RINGFENCE_DEPLOYMENT: z.string().check(z.minLength(2)),
  RINGFENCE_FLOW_LOG_FORMAT: z._default(z.string(), DEPLOYED_FORMAT),
  RINGFENCE_DELIVERY_SECONDS: z._default(
    z.pipe(z.coerce.number(), z.int().check(z.minimum(0), z.maximum(86_400))),
    defaultDetectionPolicy.deliverySeconds,
  ),
});

/**
 * Parses the environment variables of a function.
 * @throws EnvironmentError or DeploymentError naming what is wrong
 */
export function readFunctionEnvironment(
  variables: Readonly<Record<string, string | undefined>>,
): FunctionEnvironment {
  const parsed = VARIABLES.safeParse(variables);
  if (!parsed.success) throw new EnvironmentError(`environment variables: ${z.prettifyError(parsed.error)}`);
  return {
    deployment: parseDeployment(jsonOf(parsed.data.RINGFENCE_DEPLOYMENT)),
    ledgerTable: parsed.data.RINGFENCE_LEDGER_TABLE,
    format: formatOf(parsed.data.RINGFENCE_FLOW_LOG_FORMAT),
    deliverySeconds: parsed.data.RINGFENCE_DELIVERY_SECONDS,
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new EnvironmentError(`RINGFENCE_DEPLOYMENT is not JSON: ${(error as Error).message}`);
  }
}

function formatOf(text: string): FlowLogFormat {
  try {
    return FlowLogFormat.parse(text);
  } catch (error) {
    if (error instanceof FlowLogFormatError)
      throw new EnvironmentError(`RINGFENCE_FLOW_LOG_FORMAT: ${error.message}`);
    throw error;
  }
}
