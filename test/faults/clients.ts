import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { ec2Client, wafv2Clients } from '../../lambda/handlers/aws-clients';

/** How long a request is waited for: long for this machine, short for whoever waits for silence. */
const REQUEST_TIMEOUT_MS = 1000;

const retryToken = (count: number) => ({ getRetryCount: () => count, getRetryDelay: () => 0 });
/** The SDK's standard strategy without its waits: five attempts, again after everything but a refusal. */
const impatient = {
  acquireInitialRetryToken: async () => retryToken(0),
  refreshRetryTokenForRetry: async (
    token: { getRetryCount: () => number },
    { errorType }: { errorType: string },
  ) => {
    if (errorType === 'CLIENT_ERROR' || token.getRetryCount() >= 4) throw new Error('no more attempts');
    return retryToken(token.getRetryCount() + 1);
  },
  recordSuccess: () => undefined,
};

/** Clients as the functions make them, with less patience, for an endpoint. */
export function clientsFor(endpoint: string) {
  const settings = {
    endpoint,
    region: 'ap-southeast-2',
    credentials: { accessKeyId: 'testing', secretAccessKey: 'testing' },
    requestHandler: { requestTimeout: REQUEST_TIMEOUT_MS, throwOnRequestTimeout: true },
  };
  const dynamoDb = new DynamoDBClient({ ...settings, retryStrategy: impatient });
  const ec2 = ec2Client(settings);
  const waf = wafv2Clients({ ipSets: [] }, settings);
  const document = DynamoDBDocumentClient.from(dynamoDb, {
    marshallOptions: { removeUndefinedValues: true },
  });
  const destroy = (): void => {
    for (const client of [dynamoDb, ec2, waf.REGIONAL]) client.destroy();
  };
  return { dynamoDb, document, ec2, waf, destroy };
}

export type Clients = ReturnType<typeof clientsFor>;
