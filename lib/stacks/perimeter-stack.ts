import { CfnOutput, Fn, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { type Environment, servicePorts } from '../config';
import { AddressPrefixLists } from '../constructs/address-prefix-lists';
import { MediaAddresses } from '../constructs/media-addresses';
import { ANYWHERE, peersOf } from '../constructs/security-group-rules';
import { SipForwarder } from '../constructs/sip-forwarder';
import { VoiceNetwork } from '../constructs/voice-network';
import { VoiceNetworkAcl } from '../constructs/voice-network-acl';
import { VoiceSecurityGroup } from '../constructs/voice-security-group';

/** Properties of {@link PerimeterStack}. */
export interface PerimeterStackProps extends StackProps {
  readonly environment: Environment;
}

/** The network and who may come in: prefix lists, security group, network ACL. */
export class PerimeterStack extends Stack {
  readonly network: VoiceNetwork;
  readonly proxies: AddressPrefixLists;
  /** The network ACLs that take bans. */
  readonly networkAclIds: readonly string[];

  constructor(scope: Construct, id: string, { environment, ...props }: PerimeterStackProps) {
    super(scope, id, {
      ...props,
      description: `Ringfence ${environment.name}: the network of the voice servers and who may come in`,
      terminationProtection: environment.protect,
    });
    this.network = new VoiceNetwork(this, 'Network', environment);
    this.proxies = this.prefixLists('VoiceProxies', environment, environment.voiceProxyRanges);
    const forwarder = this.forwarderOf(environment);
    const securityGroup = new VoiceSecurityGroup(this, 'VoiceServers', {
      vpc: this.network.vpc,
      sipPorts: servicePorts(environment),
      mediaPorts: environment.sip.rtp,
      exposure: environment.exposure,
      proxies: this.proxies,
      mediaSources: this.prefixLists('MediaSources', environment, environment.mediaRanges),
      forwarder,
    });
    this.networkAclIds = environment.networkAcl.ids ?? [this.createNetworkAcl(environment)];
    new CfnOutput(this, 'VoiceSecurityGroup', { value: securityGroup.securityGroupId });
    new CfnOutput(this, 'NetworkAcls', { value: this.networkAclIds.join(',') });
  }

  /** Looking zones up would need credentials at synthesis; the first two of the Region will do. */
  override get availabilityZones(): string[] {
    return [0, 1].map((index) => Fn.select(index, Fn.getAzs()));
  }

  private forwarderOf({ forwarding, exposure, protect }: Environment): SipForwarder | undefined {
    if (!forwarding) return undefined;
    const isOpen = exposure === 'open';
    const forwarder = new SipForwarder(this, 'Forwarder', {
      ...forwarding,
      vpc: this.network.vpc,
      subnets: this.network.voiceSubnets.map(({ subnetId }) => subnetId),
      callers: isOpen ? ANYWHERE : peersOf('voice proxies', this.proxies),
      isOpen,
      deletionProtection: protect,
    });
    new MediaAddresses(this, 'MediaAddresses', {
      networkInterfaceIds: forwarding.mediaInterfaces,
      retain: protect,
    });
    new CfnOutput(this, 'ForwarderDnsName', { value: forwarder.dnsName });
    new CfnOutput(this, 'ForwarderSecurityGroup', { value: forwarder.securityGroupId });
    return forwarder;
  }

  private prefixLists(id: string, environment: Environment, cidrs: readonly string[]): AddressPrefixLists {
    return new AddressPrefixLists(this, id, { cidrs, prefixListName: `ringfence-${environment.name}-${id}` });
  }

  private createNetworkAcl({ networkAcl }: Environment): string {
    const { networkAclId } = new VoiceNetworkAcl(this, 'NetworkAcl', {
      vpc: this.network.vpc,
      subnets: this.network.vpc.publicSubnets,
      firstAllowRule: networkAcl.firstAllowRule,
    });
    return networkAclId;
  }
}
