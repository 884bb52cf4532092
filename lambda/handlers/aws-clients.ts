import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EC2Client } from '@aws-sdk/client-ec2';
import { WAFV2Client } from '@aws-sdk/client-wafv2';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Deployment } from '../enforcement';
import { EC2_RETRY_SETTINGS } from '../enforcement/ec2-network-acls';
import { WAFV2_RETRY_SETTINGS, type Wafv2Clients } from '../enforcement/wafv2-ip-sets';

/** What a client may be told besides what it finds in its environment. */
export interface ClientSettings {
  /** Endpoint of an emulator or of the embedded services. @default AWS's own */
  readonly endpoint?: string;
  /** @default as the SDK finds it */
  readonly region?: string;
  /** @default as the SDK finds them */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** Attempts for one request, the first one included; standard mode backs off with full jitter between them. */
const DYNAMODB_RETRY_SETTINGS = { maxAttempts: 5, retryMode: 'standard' } as const;

/** A plain client, for what is done to tables. */
export function dynamoDbClient(settings: ClientSettings = {}): DynamoDBClient {
  return new DynamoDBClient({ ...DYNAMODB_RETRY_SETTINGS, ...settings });
}

/** A document client for the ledger. Undefined fields are left out, as JSON does. */
export function ledgerClient(settings: ClientSettings = {}): DynamoDBDocumentClient {
  return DynamoDBDocumentClient.from(dynamoDbClient(settings), {
    marshallOptions: { removeUndefinedValues: true },
  });
}

/** A client for network ACLs. */
export function ec2Client(settings: ClientSettings = {}): EC2Client {
  return new EC2Client({ ...EC2_RETRY_SETTINGS, ...settings });
}

/** Clients for the scopes of the IP sets in use: CLOUDFRONT sets exist in us-east-1 only (WAFv2 API reference). */
export function wafv2Clients(
  { ipSets }: Pick<Deployment, 'ipSets'>,
  settings: ClientSettings = {},
): Wafv2Clients {
  const regional = new WAFV2Client({ ...WAFV2_RETRY_SETTINGS, ...settings });
  if (!ipSets.some(({ scope }) => scope === 'CLOUDFRONT')) return { REGIONAL: regional };
  return {
    REGIONAL: regional,
    CLOUDFRONT: new WAFV2Client({ ...WAFV2_RETRY_SETTINGS, ...settings, region: 'us-east-1' }),
  };
}
