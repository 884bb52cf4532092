import { Fn } from 'aws-cdk-lib';
import {
  type ISubnet,
  type IVpc,
  IpAddresses,
  IpProtocol,
  SubnetType,
  Vpc,
  type VpcAttributes,
} from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge';

/** Properties of {@link VoiceNetwork}. */
export interface VoiceNetworkProps {
  /** A VPC that exists, by attributes, the CIDR of one to create, or one that the caller has as a construct. */
  readonly vpc:
    | ConstructedVpc
    | { readonly id: string; readonly cidrs: readonly string[] }
    | { readonly create: string; readonly ipv6: boolean };
  /**
   * Subnets of the voice servers in a VPC that exists.
   * @default - none; a created VPC brings its own
   */
  readonly voiceSubnets?: readonly string[];
}

/** A VPC that the caller's own code makes or imports. Values may be tokens. */
export interface ConstructedVpc {
  readonly vpc: IVpc;
  /** The subnets of its voice servers. */
  readonly subnets: readonly ISubnet[];
  /** All its CIDRs. */
  readonly cidrs: readonly string[];
}

/** A subnet of voice servers. */
export interface VoiceSubnet {
  /** Names it in construct IDs; the same whatever the order of subnets. */
  readonly id: string;
  readonly subnetId: string;
}

/** What flow logs are made for. */
export interface FlowLogResources {
  readonly resourceType: 'Subnet' | 'VPC';
  readonly resources: readonly { readonly id: string; readonly resourceId: string }[];
}

/** The VPC to protect and the subnets its voice servers are in: adopted without any look-up, created, or the caller's. */
export class VoiceNetwork extends Construct {
  readonly vpc: IVpc;
  readonly voiceSubnets: readonly VoiceSubnet[];
  /** The voice subnets as constructs; none where they are known by their identifiers alone. */
  readonly ownSubnets: readonly ISubnet[];
  /** Addresses that are ours. */
  readonly ownCidrs: readonly string[];
  /** Whether the VPC was made here, and with it whatever is in it. */
  readonly isCreated: boolean;

  constructor(scope: Construct, id: string, props: VoiceNetworkProps) {
    super(scope, id);
    this.isCreated = 'create' in props.vpc;
    if ('create' in props.vpc) {
      const { create, ipv6 } = props.vpc;
      const vpc = this.createVpc(create, ipv6);
      this.vpc = vpc;
      this.ownCidrs = [create, ...(ipv6 ? [Fn.select(0, vpc.vpcIpv6CidrBlocks)] : [])];
      this.ownSubnets = this.vpc.publicSubnets;
      this.voiceSubnets = this.ownSubnets.map(voiceSubnet);
    } else if ('vpc' in props.vpc) {
      this.vpc = props.vpc.vpc;
      this.ownCidrs = props.vpc.cidrs;
      this.ownSubnets = props.vpc.subnets;
      this.voiceSubnets = this.ownSubnets.map(voiceSubnet);
    } else {
      this.vpc = Vpc.fromVpcAttributes(this, 'Vpc', adoptedAttributes(props.vpc.id));
      this.ownCidrs = props.vpc.cidrs;
      this.ownSubnets = [];
      this.voiceSubnets = (props.voiceSubnets ?? []).map((subnetId) => ({ id: subnetId, subnetId }));
    }
  }

  /** What a flow log of the scope logs. */
  flowLogResources(scope: 'voice-subnets' | 'vpc'): FlowLogResources {
    if (scope === 'vpc') {
      return { resourceType: 'VPC', resources: [{ id: 'Vpc', resourceId: this.vpc.vpcId }] };
    }
    const resources = this.voiceSubnets.map(({ id, subnetId }) => ({ id, resourceId: subnetId }));
    return { resourceType: 'Subnet', resources };
  }

  /**
   * Public subnets in two zones and nothing else. SIP through a NAT gateway loses the caller's address, so voice servers
   * have Elastic IPs of their own; none is given out by itself, because a proxy expects a fixed one.
   */
  private createVpc(cidr: string, ipv6: boolean): Vpc {
    const vpc = new Vpc(this, 'Vpc', {
      ipAddresses: IpAddresses.cidr(cidr),
      ipProtocol: ipv6 ? IpProtocol.DUAL_STACK : IpProtocol.IPV4_ONLY,
      maxAzs: 2,
      natGateways: 0,
      subnetConfiguration: [{ name: 'Voice', subnetType: SubnetType.PUBLIC, mapPublicIpOnLaunch: false }],
      // It would take a function that may change security groups to empty one that nothing here is a member of.
      restrictDefaultSecurityGroup: false,
    });
    acknowledge(vpc, {
      'AwsSolutions-VPC7':
        "Its subnets, or the VPC, are logged by the flow log of this environment's Automation stack, or by the one that flowLogs.existingLogGroup stands for; the rule looks into this stack only.",
    });
    return vpc;
  }
}

function voiceSubnet({ node, subnetId }: ISubnet): VoiceSubnet {
  return { id: node.id, subnetId };
}

/** Zones are not used for anything here, and looking them up would need credentials at synthesis. */
function adoptedAttributes(vpcId: string): VpcAttributes {
  return { vpcId, availabilityZones: ['not-looked-up'] };
}
