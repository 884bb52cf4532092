/**
 * A network ACL and the entries it is born with. Sources: Amazon EC2 API Reference, *NetworkAcl*; Amazon VPC User
 * Guide, *Network ACL basics* and *Default network ACL*.
 */
import { DEFAULT_RULE_IPV4, DEFAULT_RULE_IPV6 } from './network-acl-entry';
import type { EntryRequest, NetworkAclEntry } from './network-acl-entry';

/** The link between a subnet and the one ACL that guards it. */
export interface NetworkAclAssociation {
  readonly associationId: string;
  readonly subnetId: string;
}

/** A network ACL as DescribeNetworkAcls answers it. */
export interface NetworkAcl {
  readonly id: string;
  readonly vpcId: string;
  readonly isDefault: boolean;
  readonly entries: readonly NetworkAclEntry[];
  readonly associations: readonly NetworkAclAssociation[];
  readonly tags: Readonly<Record<string, string>>;
}

/** An ACL to put into the state directly, past the quota per VPC but not past the rules for entries. */
export interface NetworkAclSeed {
  /** @default - the next free ID */
  readonly id?: string;
  readonly vpcId: string;
  /** A VPC's default ACL, with AWS's own allow rules 100 and 101. @default false */
  readonly isDefault?: boolean;
  readonly subnetIds?: readonly string[];
  readonly entries?: readonly EntryRequest[];
  readonly tags?: Readonly<Record<string, string>>;
}

/** An ACL as the state holds it. */
export interface MutableAcl extends Omit<NetworkAcl, 'entries' | 'associations'> {
  entries: NetworkAclEntry[];
  associations: NetworkAclAssociation[];
}

/** Which of the two counts an entry belongs to. */
export const isIpv6Entry = (entry: NetworkAclEntry): boolean => entry.ipv6CidrBlock !== undefined;
/** Whether an entry has this number and direction, which is what names it. */
export const samePosition =
  (a: Pick<NetworkAclEntry, 'ruleNumber' | 'egress'>) =>
  (b: NetworkAclEntry): boolean =>
    a.ruleNumber === b.ruleNumber && a.egress === b.egress;

/** The final denies, which nobody can change or remove, and a default ACL's allow rules; in both directions. */
export function initialEntries(isDefault: boolean, ipv6: boolean): NetworkAclEntry[] {
  const all = { protocol: '-1' } as const;
  const [ipv4Any, ipv6Any] = [
    { ...all, cidrBlock: '0.0.0.0/0' },
    { ...all, ipv6CidrBlock: '::/0' },
  ];
  return [true, false].flatMap((egress): NetworkAclEntry[] => [
    ...(isDefault ? [{ ...ipv4Any, egress, ruleNumber: 100, ruleAction: 'allow' as const }] : []),
    ...(isDefault && ipv6 ? [{ ...ipv6Any, egress, ruleNumber: 101, ruleAction: 'allow' as const }] : []),
    { ...ipv4Any, egress, ruleNumber: DEFAULT_RULE_IPV4, ruleAction: 'deny' },
    ...(ipv6 ? [{ ...ipv6Any, egress, ruleNumber: DEFAULT_RULE_IPV6, ruleAction: 'deny' as const }] : []),
  ]);
}

/** Egress before ingress, each by rule number: the order of the API Reference's sample response. */
const byPosition = (a: NetworkAclEntry, b: NetworkAclEntry): number =>
  Number(b.egress) - Number(a.egress) || a.ruleNumber - b.ruleNumber;

/** A copy that later changes do not reach. */
export const copyOf = (acl: MutableAcl): NetworkAcl => ({
  ...acl,
  entries: acl.entries.toSorted(byPosition),
  associations: [...acl.associations],
});
