import type { Context } from 'aws-lambda';
import type { EmbeddedCloud } from '../../../lib/cli/local/embedded-cloud';

/** What Lambda hands to a handler beside the event, as far as the handlers look at it. */
export function lambdaContext(remainingMs = 60_000): Context {
  const context: Pick<Context, 'awsRequestId' | 'getRemainingTimeInMillis'> = {
    awsRequestId: 'c6af9ac6-7b61-11e6-9a41-93e8deadbeef',
    getRemainingTimeInMillis: () => remainingMs,
  };
  return context as Context;
}

/** The environment variables of a deployed function, with the endpoints of the embedded services. */
export function functionVariables(cloud: EmbeddedCloud): Record<string, string> {
  return {
    RINGFENCE_DEPLOYMENT: JSON.stringify(cloud.deployment),
    RINGFENCE_LEDGER_TABLE: cloud.deployment.ledgerTable,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'testing',
    AWS_SECRET_ACCESS_KEY: 'testing',
    AWS_ENDPOINT_URL_DYNAMODB: cloud.dynamoDb.endpoint ?? '',
    AWS_ENDPOINT_URL_EC2: cloud.aws.endpoint ?? '',
    AWS_ENDPOINT_URL_WAFV2: cloud.aws.endpoint ?? '',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  };
}

export type Handler = (event: unknown, context: Context) => Promise<unknown>;

/** A handler in a module registry of its own: a new execution environment. */
export function coldStart(path: string): Handler {
  let handler: Handler | undefined;
  jest.isolateModules(() => {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- isolateModules works on require
    handler = (require(path) as { handler: Handler }).handler;
  });
  if (handler === undefined) throw new Error(`${path} exports no handler`);
  return handler;
}

/** One JSON line of what a function prints: a log record, or metrics in the embedded metric format. */
export type Line = Record<string, unknown>;

/** Runs `work` and returns the JSON lines printed meanwhile, on both outputs as Lambda collects them; other text is an error. */
export async function linesOf(work: () => Promise<unknown>): Promise<{ lines: Line[]; error?: unknown }> {
  let text = '';
  const writes = [process.stdout, process.stderr].map((stream) =>
    jest.spyOn(stream, 'write').mockImplementation((part) => {
      text += String(part);
      return true;
    }),
  );
  let error: unknown;
  try {
    await work();
  } catch (caught) {
    error = caught;
  } finally {
    for (const write of writes) write.mockRestore();
  }
  const lines = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);
  return { lines, ...(error !== undefined && { error }) };
}

/** The values of one metrics line, without its metadata. */
export function metricsIn(lines: readonly Line[]): Line[] {
  return lines.filter((line) => '_aws' in line);
}
