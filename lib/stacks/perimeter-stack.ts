import { CfnOutput, Fn, Stack, type StackProps } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { type Environment, type EnvironmentSettings, servicePorts } from '../config';
import { AddressPrefixLists } from '../constructs/address-prefix-lists';
import { MediaAddresses } from '../constructs/media-addresses';
import { ANYWHERE, peersOf } from '../constructs/security-group-rules';
import { SipForwarder } from '../constructs/sip-forwarder';
import { VoiceNetwork } from '../constructs/voice-network';
import { VoiceNetworkAcl } from '../constructs/voice-network-acl';
import { VoiceSecurityGroup } from '../constructs/voice-security-group';

/** Properties of {@link Perimeter}. */
export interface PerimeterProps {
  readonly environment: EnvironmentSettings;
  readonly network: VoiceNetwork;
}

/** Who may come in to a network: prefix lists, security group, network ACL, load balancer. */
export class Perimeter extends Construct {
  readonly proxies: AddressPrefixLists;
  /** The security group for the voice servers. */
  readonly securityGroupId: string;
  /** The network ACLs that take bans. */
  readonly networkAclIds: readonly string[];
  /** The load balancer, where signalling is forwarded. */
  readonly forwarder: SipForwarder | undefined;
  readonly #network: VoiceNetwork;

  constructor(scope: Construct, id: string, { environment, network }: PerimeterProps) {
    super(scope, id);
    this.#network = network;
    this.proxies = this.prefixLists('VoiceProxies', environment, environment.voiceProxyRanges);
    this.forwarder = this.forwarderOf(environment);
    const { securityGroupId } = new VoiceSecurityGroup(this, 'VoiceServers', {
      vpc: network.vpc,
      sipPorts: servicePorts(environment),
      mediaPorts: environment.sip.rtp,
      exposure: environment.exposure,
      proxies: this.proxies,
      mediaSources: this.prefixLists('MediaSources', environment, environment.mediaRanges),
      forwarder: this.forwarder,
    });
    this.securityGroupId = securityGroupId;
    this.networkAclIds = environment.networkAcl.ids ?? [this.createNetworkAcl(environment)];
  }

  private forwarderOf({ forwarding, exposure, protect }: EnvironmentSettings): SipForwarder | undefined {
    if (!forwarding) return undefined;
    const isOpen = exposure === 'open';
    const forwarder = new SipForwarder(this, 'Forwarder', {
      ...forwarding,
      vpc: this.#network.vpc,
      subnets: this.#network.voiceSubnets.map(({ subnetId }) => subnetId),
      callers: isOpen ? ANYWHERE : peersOf('voice proxies', this.proxies),
      isOpen,
      deletionProtection: protect,
    });
    new MediaAddresses(this, 'MediaAddresses', {
      networkInterfaceIds: forwarding.mediaInterfaces,
      retain: protect,
    });
    return forwarder;
  }

  private prefixLists(
    id: string,
    { name }: EnvironmentSettings,
    cidrs: readonly string[],
  ): AddressPrefixLists {
    return new AddressPrefixLists(this, id, { cidrs, prefixListName: `ringfence-${name}-${id}` });
  }

  private createNetworkAcl({ networkAcl }: EnvironmentSettings): string {
    const { networkAclId } = new VoiceNetworkAcl(this, 'NetworkAcl', {
      vpc: this.#network.vpc,
      subnets: this.#network.ownSubnets,
      firstAllowRule: networkAcl.firstAllowRule,
    });
    return networkAclId;
  }
}

/** Properties of {@link PerimeterStack}. */
export interface PerimeterStackProps extends StackProps {
  readonly environment: Environment;
}

/** The stack of an environment's network and {@link Perimeter}. */
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
    // An ID that logical IDs leave out (CDK: `Names`), so that what is in it is named by the stack alone.
    const perimeter = new Perimeter(this, 'Default', { environment, network: this.network });
    this.proxies = perimeter.proxies;
    this.networkAclIds = perimeter.networkAclIds;
    const { forwarder } = perimeter;
    if (forwarder) {
      new CfnOutput(this, 'ForwarderDnsName', { value: forwarder.dnsName });
      new CfnOutput(this, 'ForwarderSecurityGroup', { value: forwarder.securityGroupId });
    }
    new CfnOutput(this, 'VoiceSecurityGroup', { value: perimeter.securityGroupId });
    new CfnOutput(this, 'NetworkAcls', { value: this.networkAclIds.join(',') });
  }

  /** Looking zones up would need credentials at synthesis; the first two of the Region will do. */
  override get availabilityZones(): string[] {
    return [0, 1].map((index) => Fn.select(index, Fn.getAzs()));
  }
}
