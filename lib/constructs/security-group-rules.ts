import type { CfnSecurityGroup } from 'aws-cdk-lib/aws-ec2';
import type { AddressPrefixLists } from './address-prefix-lists';

/** One end of a rule, in the terms of AWS::EC2::SecurityGroup. */
export interface Peer {
  /** What it is, for the rule's description. */
  readonly name: string;
  readonly cidrIp?: string;
  readonly cidrIpv6?: string;
  readonly prefixListId?: string;
  readonly securityGroupId?: string;
}

/** What a rule lets through. */
export interface Traffic {
  /** What it is, for the rule's description. */
  readonly name: string;
  readonly ipProtocol: 'udp' | 'tcp';
  readonly fromPort: number;
  readonly toPort: number;
}

/** Every address of both families. */
export const ANYWHERE: readonly Peer[] = [
  { name: 'anywhere', cidrIp: '0.0.0.0/0' },
  { name: 'anywhere', cidrIpv6: '::/0' },
];

/** SIP on one port, over UDP and TCP. */
export function sipTraffic(port: number): Traffic[] {
  return (['udp', 'tcp'] as const).map((ipProtocol) => ({
    name: `SIP ${ipProtocol.toUpperCase()} ${port}`,
    ipProtocol,
    fromPort: port,
    toPort: port,
  }));
}

/** The addresses in prefix lists. */
export function peersOf(name: string, lists: AddressPrefixLists): Peer[] {
  return lists.lists.map((list) => ({ name, prefixListId: list.attrPrefixListId }));
}

/** Inbound rules: each traffic from each peer. */
export function ingressRules(
  traffic: readonly Traffic[],
  peers: readonly Peer[],
): CfnSecurityGroup.IngressProperty[] {
  return traffic.flatMap(({ name, ...ports }) =>
    peers.map(({ name: from, prefixListId, securityGroupId, ...cidr }) => ({
      ...ports,
      ...cidr,
      sourcePrefixListId: prefixListId,
      sourceSecurityGroupId: securityGroupId,
      description: `${name} from ${from}`,
    })),
  );
}

/** Outbound rules: each traffic to each peer. */
export function egressRules(
  traffic: readonly Traffic[],
  peers: readonly Peer[],
): CfnSecurityGroup.EgressProperty[] {
  return traffic.flatMap(({ name, ...ports }) =>
    peers.map(({ name: to, prefixListId, securityGroupId, ...cidr }) => ({
      ...ports,
      ...cidr,
      destinationPrefixListId: prefixListId,
      destinationSecurityGroupId: securityGroupId,
      description: `${name} to ${to}`,
    })),
  );
}
