import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EC2Client } from '@aws-sdk/client-ec2';
import { S3Client } from '@aws-sdk/client-s3';
import { SNSClient } from '@aws-sdk/client-sns';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { WAFV2Client } from '@aws-sdk/client-wafv2';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Deployment } from '../enforcement';
import type { Wafv2Clients } from '../enforcement/wafv2-ip-sets';

/** What a client may be told besides what it finds in its environment. */
export interface ClientSettings {
  /** Endpoint of an emulator or of the embedded services. @default AWS's own */
  readonly endpoint?: string;
  /** @default as the SDK finds it */
  readonly region?: string;
  /** @default as the SDK finds them */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** Time-outs, milliseconds. @default 2 s to connect and 4 s for an answer */
  readonly requestHandler?: { readonly requestTimeout: number; readonly throwOnRequestTimeout: boolean };
}

/**
 * Time-outs, milliseconds. Without them a connection that went silent would hold a run until Lambda kills it, since the
 * SDK waits without end by default and only warns of a time-out unless it is told to throw.
 */
const REQUEST_HANDLER = {
  connectionTimeout: 2_000,
  requestTimeout: 4_000,
  throwOnRequestTimeout: true,
} as const;

/** Attempts for one request, the first one included; standard mode backs off with full jitter between them. */
const DYNAMODB_SETTINGS = {
  maxAttempts: 5,
  retryMode: 'standard',
  requestHandler: REQUEST_HANDLER,
} as const;

/** For EC2 and WAFv2, whose calls enforcement makes again by itself: see `PacedCalls`. */
const SINGLE_ATTEMPT = { maxAttempts: 1, requestHandler: REQUEST_HANDLER } as const;

/** A plain client, for what is done to tables. */
export function dynamoDbClient(settings: ClientSettings = {}): DynamoDBClient {
  return new DynamoDBClient({ ...DYNAMODB_SETTINGS, ...settings });
}

/** A document client for the ledger. Undefined fields are left out, as JSON does. */
export function ledgerClient(settings: ClientSettings = {}): DynamoDBDocumentClient {
  return DynamoDBDocumentClient.from(dynamoDbClient(settings), {
    marshallOptions: { removeUndefinedValues: true },
  });
}

/** A client for network ACLs. */
export function ec2Client(settings: ClientSettings = {}): EC2Client {
  return new EC2Client({ ...SINGLE_ATTEMPT, ...settings });
}

/** Clients for the scopes of the IP sets in use: CLOUDFRONT sets exist in us-east-1 only (WAFv2 API reference). */
export function wafv2Clients(
  { ipSets }: Pick<Deployment, 'ipSets'>,
  settings: ClientSettings = {},
): Wafv2Clients {
  const regional = new WAFV2Client({ ...SINGLE_ATTEMPT, ...settings });
  if (!ipSets.some(({ scope }) => scope === 'CLOUDFRONT')) return { REGIONAL: regional };
  return {
    REGIONAL: regional,
    CLOUDFRONT: new WAFV2Client({ ...SINGLE_ATTEMPT, ...settings, region: 'us-east-1' }),
  };
}

/** Attempts for one request; an object that stays away comes again with its message. */
const S3_RETRY_SETTINGS = { maxAttempts: 3, retryMode: 'standard' } as const;

/** A client for flow-log objects. @param settings an emulator's endpoint needs paths, it has no name for each bucket */
export function s3Client(settings: ClientSettings = {}): S3Client {
  return new S3Client({ ...S3_RETRY_SETTINGS, forcePathStyle: settings.endpoint !== undefined, ...settings });
}

/** For messages: one that could not be sent goes with the next run. */
const NOTIFY_SETTINGS = { maxAttempts: 3, retryMode: 'standard', requestHandler: REQUEST_HANDLER } as const;

/** A client for messages to a topic. */
export function snsClient(settings: ClientSettings = {}): SNSClient {
  return new SNSClient({ ...NOTIFY_SETTINGS, ...settings });
}

/** A client for what metrics and alarms say. */
export function cloudWatchClient(settings: ClientSettings = {}): CloudWatchClient {
  return new CloudWatchClient({ ...NOTIFY_SETTINGS, ...settings });
}

/** A client for secrets. */
export function secretsManagerClient(settings: ClientSettings = {}): SecretsManagerClient {
  return new SecretsManagerClient({
    maxAttempts: 3,
    retryMode: 'standard',
    requestHandler: REQUEST_HANDLER,
    ...settings,
  });
}
