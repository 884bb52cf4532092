/** Clients and helpers for tests that talk to the embedded services over the wire. */
import { EC2Client } from '@aws-sdk/client-ec2';
import type { NetworkAclEntry } from '@aws-sdk/client-ec2';
import { WAFV2Client } from '@aws-sdk/client-wafv2';
import { startEmbeddedAws } from '../../../lib/local/aws/embedded-aws';
import type { EmbeddedAws, EmbeddedAwsOptions } from '../../../lib/local/aws/embedded-aws';

export const ACL = 'acl-0a1b2c3d4e5f60718';
export const VPC = 'vpc-0a1b2c3d4e5f60718';
export const SUBNET = 'subnet-0a1b2c3d4e5f60718';

/** An endpoint with clients for it. */
export interface Bench {
  readonly aws: EmbeddedAws;
  readonly ec2: EC2Client;
  readonly waf: WAFV2Client;
  readonly close: () => Promise<void>;
}

/** One attempt per call: a retried error would hide what was answered. */
export const clientConfig = (endpoint: string, region = 'us-east-1') => ({
  endpoint,
  region,
  credentials: { accessKeyId: 'testing', secretAccessKey: 'testing' },
  maxAttempts: 1,
});

export async function startBench(options: EmbeddedAwsOptions = {}): Promise<Bench> {
  const aws = await startEmbeddedAws(options);
  const ec2 = new EC2Client(clientConfig(aws.endpoint));
  const waf = new WAFV2Client(clientConfig(aws.endpoint));
  const close = async (): Promise<void> => {
    ec2.destroy();
    waf.destroy();
    await aws.close();
  };
  return { aws, ec2, waf, close };
}

/** What a refused call answered, or `accepted`. */
export async function refusal(
  call: Promise<unknown>,
): Promise<{ code: string; message: string; status: number }> {
  try {
    await call;
    return { code: 'accepted', message: '', status: 200 };
  } catch (error) {
    const { name, message, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } };
    return { code: name, message, status: $metadata?.httpStatusCode ?? 0 };
  }
}

/** A deny entry as this product writes it. */
export const deny = (ruleNumber: number, CidrBlock: string) => ({
  NetworkAclId: ACL,
  RuleNumber: ruleNumber,
  Egress: false,
  Protocol: '-1',
  RuleAction: 'deny' as const,
  CidrBlock,
});

/** The same for IPv6. */
export const denyIpv6 = (ruleNumber: number, Ipv6CidrBlock: string) => ({
  ...deny(ruleNumber, ''),
  CidrBlock: undefined,
  Ipv6CidrBlock,
});

/** `1 deny 198.51.100.7/32` for each ingress entry. */
export const ingressOf = (entries: readonly NetworkAclEntry[] | undefined): string[] =>
  (entries ?? [])
    .filter(({ Egress }) => Egress === false)
    .map(({ RuleNumber, RuleAction, CidrBlock, Ipv6CidrBlock }) =>
      [RuleNumber, RuleAction, CidrBlock ?? Ipv6CidrBlock].join(' '),
    );
