import * as z from '../schema';
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { CidrSet } from '../address';
import { DynamoDbLedger } from '../blacklist/dynamodb-ledger';
import { Wafv2IpSets } from '../enforcement/wafv2-ip-sets';
import {
  type Access,
  accessOf,
  BlacklistReader,
  type HttpRequest,
  parsePhones,
  parseReaders,
  Provisioner,
} from '../provisioning';
import { type ClientSettings, ledgerClient, secretsManagerClient, wafv2Clients } from './aws-clients';
import { EnvironmentError, readFunctionEnvironment } from './environment';
import { SecretReader } from './secrets';
import type { Telemetry } from './telemetry';

/** What the stack tells the function besides what all are told. */
const SETTINGS = z.strictObject({
  phoneSecrets: z.array(z.string()),
  listSecret: z.exactOptional(z.string()),
  sipPort: z.exactOptional(z.number()),
  proxy: z.exactOptional(z.string()),
  firmware: z.exactOptional(z.record(z.string(), z.string())),
});

/** A rotated password counts after so long, milliseconds. */
const SECRETS_MS = 5 * 60_000;

/** What the function is made of. */
export interface ProvisioningParts {
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly telemetry: Telemetry;
  /** Epoch milliseconds. */
  readonly clock: () => number;
  /** Of every client. @default as the SDK finds them */
  readonly settings?: ClientSettings;
}

/**
 * The provision function without its surroundings: requests of API Gateway to answers.
 * @throws EnvironmentError or DeploymentError where it was deployed without what it needs
 */
export function provisioningFunction(parts: ProvisioningParts) {
  const { variables, telemetry, clock, settings = {} } = parts;
  const { deployment, ledgerTable } = readFunctionEnvironment(variables);
  const { phoneSecrets, listSecret, ...template } = settingsOf(variables['RINGFENCE_PROVISIONING']);
  const secrets = new SecretReader(secretsManagerClient(settings), SECRETS_MS, clock);
  const ipSets = new Wafv2IpSets(wafv2Clients(deployment, settings));
  const blacklist = new BlacklistReader({
    ledger: new DynamoDbLedger({ client: ledgerClient(settings), tableName: ledgerTable }),
    deployment,
    clock,
    standing: async () => {
      const observed = await Promise.all(deployment.ipSets.map((set) => ipSets.read(set)));
      return CidrSet.of(observed.flatMap(({ addresses }) => addresses));
    },
  });
  const access = async (): Promise<Access> => {
    const phones = await Promise.all(phoneSecrets.map(async (id) => parsePhones(await secrets.text(id))));
    const readers = listSecret === undefined ? new Map() : parseReaders(await secrets.text(listSecret));
    return accessOf(phones.flat(), readers);
  };
  const provisioner = new Provisioner({ access, blacklist: () => blacklist.read(), template });
  return (event: APIGatewayProxyEvent) => respond(provisioner, telemetry, event);
}

function settingsOf(text: string | undefined): z.output<typeof SETTINGS> {
  const result = SETTINGS.safeParse(JSON.parse(text ?? 'null'));
  if (result.success) return result.data;
  throw new EnvironmentError(`RINGFENCE_PROVISIONING: ${z.prettifyError(result.error)}`);
}

async function respond(
  provisioner: Provisioner,
  telemetry: Telemetry,
  event: APIGatewayProxyEvent,
): Promise<APIGatewayProxyResult> {
  const { answer, audit, error } = await provisioner.answer(requestOf(event));
  const { status, headers, body } = answer;
  telemetry.info('request', audit);
  if (error !== undefined) telemetry.error('nothing could be served', { error });
  telemetry.metric('ProvisioningServed', status < 400 ? 1 : 0);
  telemetry.metric('ProvisioningRefused', status === 401 || status === 403 || status === 404 ? 1 : 0);
  telemetry.metric('ProvisioningUnavailable', error === undefined ? 0 : 1);
  return { statusCode: status, headers: { ...headers }, body };
}

/** API Gateway developer guide, *Input format of a Lambda function for proxy integration*. */
function requestOf(event: APIGatewayProxyEvent): HttpRequest {
  const { httpMethod, path, pathParameters, headers, queryStringParameters, requestContext } = event;
  // Behind a domain of one's own the path begins with what the domain maps to the stage.
  const file = pathParameters?.['file'];
  const lower = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  return {
    method: httpMethod,
    path: file === undefined ? path : `/${file}`,
    headers: Object.fromEntries(lower),
    query: { ...queryStringParameters },
    // What API Gateway saw, not what a header claims.
    source: requestContext.identity.sourceIp,
  };
}
