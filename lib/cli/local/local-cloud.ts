import type { Deployment } from '../../../lambda/enforcement';
import type { ClientSettings } from '../../../lambda/handlers/aws-clients';

/** Where a local run takes place: services on this machine or an emulator's, with an environment deployed to them. */
export interface LocalCloud {
  readonly deployment: Deployment;
  /** Settings for clients of the ledger. */
  readonly dynamoDb: ClientSettings;
  /** Settings for clients of EC2 and WAFv2. */
  readonly aws: ClientSettings;
  /** Stops what was started, removes what was made. */
  readonly close: () => Promise<void>;
}

/** What an environment has to say of itself; the rest is made where the run takes place. */
export type LocalSite = Pick<
  Deployment,
  'environment' | 'ownCidrs' | 'proxyRanges' | 'allowlist' | 'sip' | 'exposure' | 'ban'
>;

/** The ledger's table, where it is made for the run. */
export const LOCAL_LEDGER_TABLE = 'ringfence-local-ledger';
/** Names of the IP sets, where they are made for the run. */
export const LOCAL_IP_SETS = { IPV4: 'ringfence-local-ipv4', IPV6: 'ringfence-local-ipv6' } as const;
/**
 * AWS's default number of rules a direction and family (VPC User Guide, *Quotas*), and what it leaves beside the final
 * deny and one allow rule.
 */
export const LOCAL_ACL = { ruleNumbers: '1-50', quota: 20, slots: { ipv4: 18, ipv6: 18 } } as const;

/** The allow rules that a customer would have: everything in, above our numbers. */
export const ALLOW_ALL = [
  { ruleNumber: 100, cidrBlock: '0.0.0.0/0' },
  { ruleNumber: 101, ipv6CidrBlock: '::/0' },
] as const;
