import { CfnSecurityGroup, type IVpc } from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import type { NumberRange } from '../config';
import { acknowledge } from './acknowledge';
import type { AddressPrefixLists } from './address-prefix-lists';
import {
  ANYWHERE,
  type Traffic,
  egressRules,
  ingressRules,
  peersOf,
  sipTraffic,
} from './security-group-rules';

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
  /**
   * The security group of a load balancer, and the ports it forwards to.
   * @default - nothing is forwarded
   */
  readonly forwarder?: { readonly securityGroupId: string; readonly traffic: readonly Traffic[] };
}

/** Package repositories, certificate authorities and provisioning portals: what a voice server fetches by itself. */
const HTTPS: Traffic = { name: 'HTTPS', ipProtocol: 'tcp', fromPort: 443, toPort: 443 };

/** The far end chooses its own media ports and may answer SIP from any UDP port. */
const ANY_UDP: Traffic = { name: 'UDP', ipProtocol: 'udp', fromPort: 1, toPort: 65535 };

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
    const group = new CfnSecurityGroup(this, 'Resource', {
      // Never to be edited: another description is another group, and servers are members of this one.
      groupDescription: 'SIP and media of the voice servers',
      vpcId: props.vpc.vpcId,
      ...rulesOf(props),
    });
    this.securityGroupId = group.attrGroupId;
    if (props.exposure === 'open') {
      acknowledge(this, {
        'AwsSolutions-EC23':
          'Exposure "open" admits roaming phones from anywhere to the SIP and media ports alone; detection and bans guard them.',
      });
    }
  }
}

function rulesOf(props: VoiceSecurityGroupProps) {
  const isOpen = props.exposure === 'open';
  const sipPeers = isOpen ? ANYWHERE : peersOf('voice proxies', props.proxies);
  const mediaOnlyPeers = isOpen ? [] : peersOf('media ranges', props.mediaSources);
  const sip = props.sipPorts.flatMap(sipTraffic);
  const { first: fromPort, last: toPort } = props.mediaPorts;
  const media: Traffic = { name: 'RTP', ipProtocol: 'udp', fromPort, toPort };
  return {
    securityGroupIngress: [
      ...ingressRules([...sip, media], sipPeers),
      ...ingressRules([media], mediaOnlyPeers),
      ...forwardedRules(props.forwarder),
    ],
    securityGroupEgress: [
      ...egressRules([...sip, ANY_UDP], sipPeers),
      ...egressRules([ANY_UDP], mediaOnlyPeers),
      ...egressRules([HTTPS], ANYWHERE),
    ],
  };
}

function forwardedRules(forwarder: VoiceSecurityGroupProps['forwarder']): CfnSecurityGroup.IngressProperty[] {
  if (!forwarder) return [];
  return ingressRules(forwarder.traffic, [
    { name: 'load balancer', securityGroupId: forwarder.securityGroupId },
  ]);
}
