import { CfnSecurityGroup, type IVpc } from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import type { NumberRange } from '../config';
import type { AddressPrefixLists } from './address-prefix-lists';

/** Properties of {@link VoiceSecurityGroup}. */
export interface VoiceSecurityGroupProps {
  readonly vpc: IVpc;
  /** Ports that SIP is served on, each over UDP and TCP. */
  readonly sipPorts: readonly number[];
  /** UDP ports of media. */
  readonly mediaPorts: NumberRange;
  readonly exposure: 'proxy-only' | 'open';
  /** The voice provider's proxies. */
  readonly proxies: AddressPrefixLists;
  /** Who sends media besides the proxies. */
  readonly mediaSources: AddressPrefixLists;
}

/** One side of a rule, in the terms of AWS::EC2::SecurityGroup. */
interface Peer {
  readonly name: string;
  readonly cidrIp?: string;
  readonly cidrIpv6?: string;
  readonly prefixListId?: string;
}

interface Traffic {
  readonly name: string;
  readonly ipProtocol: 'udp' | 'tcp';
  readonly fromPort: number;
  readonly toPort: number;
}

const ANYWHERE: readonly Peer[] = [
  { name: 'anywhere', cidrIp: '0.0.0.0/0' },
  { name: 'anywhere', cidrIpv6: '::/0' },
];

/** Package repositories, certificate authorities and provisioning portals: what a voice server fetches by itself. */
const HTTPS: Traffic = { name: 'HTTPS', ipProtocol: 'tcp', fromPort: 443, toPort: 443 };

/**
 * The security group of the voice servers. In `proxy-only` exposure SIP and media come from the provider's ranges and
 * nowhere else; in `open` exposure from anywhere, for roaming phones, with detection to guard them.
 *
 * Security groups are stateful, so replies need no rule. What the servers begin themselves is stated: SIP and media to
 * whom they are admitted from, and HTTPS. The VPC's DNS and time service are not subject to security groups.
 */
export class VoiceSecurityGroup extends Construct {
  readonly securityGroupId: string;

  constructor(scope: Construct, id: string, props: VoiceSecurityGroupProps) {
    super(scope, id);
    const sipPeers = props.exposure === 'open' ? ANYWHERE : peersOf('voice proxies', props.proxies);
    const mediaPeers =
      props.exposure === 'open' ? ANYWHERE : [...sipPeers, ...peersOf('media ranges', props.mediaSources)];
    const sip = props.sipPorts.flatMap(sipTraffic);
    const ingress = [...pairs(sip, sipPeers), ...pairs([mediaTraffic(props.mediaPorts)], mediaPeers)];
    const egress = [
      ...pairs([...sip, ANY_UDP], sipPeers),
      ...pairs([ANY_UDP], mediaPeers.slice(sipPeers.length)),
      ...pairs([HTTPS], ANYWHERE),
    ];
    const group = new CfnSecurityGroup(this, 'Resource', {
      // Never to be edited: another description is another group, and servers are members of this one.
      groupDescription: 'SIP and media of the voice servers',
      vpcId: props.vpc.vpcId,
      securityGroupIngress: ingress.map(([traffic, peer]) => ingressRule(traffic, peer)),
      securityGroupEgress: egress.map(([traffic, peer]) => egressRule(traffic, peer)),
    });
    this.securityGroupId = group.attrGroupId;
  }
}

/** The far end chooses its own media ports and may answer SIP from any UDP port. */
const ANY_UDP: Traffic = { name: 'UDP', ipProtocol: 'udp', fromPort: 1, toPort: 65535 };

function sipTraffic(port: number): Traffic[] {
  return (['udp', 'tcp'] as const).map((ipProtocol) => ({
    name: `SIP ${ipProtocol.toUpperCase()} ${port}`,
    ipProtocol,
    fromPort: port,
    toPort: port,
  }));
}

function mediaTraffic(ports: NumberRange): Traffic {
  return { name: 'RTP', ipProtocol: 'udp', fromPort: ports.first, toPort: ports.last };
}

function peersOf(name: string, lists: AddressPrefixLists): Peer[] {
  return lists.lists.map((list) => ({ name, prefixListId: list.attrPrefixListId }));
}

function pairs(traffic: readonly Traffic[], peers: readonly Peer[]): [Traffic, Peer][] {
  return traffic.flatMap((each) => peers.map((peer): [Traffic, Peer] => [each, peer]));
}

function ingressRule(traffic: Traffic, peer: Peer): CfnSecurityGroup.IngressProperty {
  const { name, ...ports } = traffic;
  const { name: from, prefixListId, ...cidr } = peer;
  return { ...ports, ...cidr, sourcePrefixListId: prefixListId, description: `${name} from ${from}` };
}

function egressRule(traffic: Traffic, peer: Peer): CfnSecurityGroup.EgressProperty {
  const { name, ...ports } = traffic;
  const { name: to, prefixListId, ...cidr } = peer;
  return { ...ports, ...cidr, destinationPrefixListId: prefixListId, description: `${name} to ${to}` };
}
