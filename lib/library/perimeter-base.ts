import { Fn } from 'aws-cdk-lib';
import { CfnVPCCidrBlock, type IVpc, type SubnetSelection, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Construct, type IConstruct } from 'constructs';
import { type EnvironmentInput, type EnvironmentSettings, parseSettings } from '../config';
import { VoiceNetwork } from '../constructs/voice-network';

type NetworkAclInput = NonNullable<EnvironmentInput['networkAcl']>;

/**
 * What a perimeter may say, in the words and with the defaults of `cdk.json` (docs/configuration.md): literal values, no
 * tokens, because they are checked at synthesis.
 */
export interface PerimeterSettings extends Pick<EnvironmentInput, 'sip' | 'exposure' | 'mediaRanges'> {
  /** CIDRs of the voice provider's proxies: admitted, and never banned. */
  readonly voiceProxyRanges: string[];
  /** Quota, owned rule numbers and slots of the network ACLs. */
  readonly networkAcl?: Omit<NetworkAclInput, 'ids'>;
}

/** What a blacklist may say, in the words and with the defaults of `cdk.json`. `mode` is `observe` where it says nothing. */
export type BlacklistSettings = Pick<
  EnvironmentInput,
  | 'mode'
  | 'allowlist'
  | 'ban'
  | 'flowLogs'
  | 'pbxLogs'
  | 'feeds'
  | 'functions'
  | 'detection'
  | 'alarms'
  | 'notifications'
  | 'protect'
>;

/** A network with voice servers, as a blacklist needs to know it. */
export interface IVoicePerimeter extends IConstruct {
  /** Names the environment: in the command line (`--env`), in metrics, in the names of IP sets and prefix lists. */
  readonly environmentName: string;
  /** Its settings as they were given. */
  readonly settings: PerimeterSettings;
  /** The network ACLs that take bans. */
  readonly networkAclIds: readonly string[];
  /** The VPC, the voice subnets and the CIDRs that are ours. */
  readonly network: VoiceNetwork;
}

/** What perimeters have in common, whether they make something or not. */
export interface PerimeterBaseProps extends PerimeterSettings {
  /** A letter, then letters, digits and hyphens, 40 at most; one perimeter of that name for each account and Region. */
  readonly environmentName: string;
  /** The VPC of the voice servers. */
  readonly vpc: IVpc;
  /** Subnets of the voice servers. @default - the VPC's public subnets */
  readonly voiceSubnets?: SubnetSelection;
  /**
   * All CIDRs of the VPC, IPv4 and IPv6: our own addresses, protected and never banned. May be tokens.
   * @default - the VPC's primary IPv4 CIDR, and the IPv6 CIDR that AWS gave it where it is a `Vpc` of this app
   */
  readonly ownCidrs?: readonly string[];
}

/** Settings that are checked, and the network. */
export class PerimeterBase extends Construct {
  readonly environmentName: string;
  readonly settings: PerimeterSettings;
  readonly network: VoiceNetwork;
  /** The settings with defaults filled in. */
  protected readonly environment: EnvironmentSettings;

  /** @throws ConfigurationError with every problem of the settings */
  constructor(scope: Construct, id: string, props: PerimeterBaseProps) {
    super(scope, id);
    const { environmentName, vpc, voiceSubnets, ownCidrs, ...others } = props;
    const { voiceProxyRanges, mediaRanges, sip, exposure, networkAcl } = others;
    this.environmentName = environmentName;
    this.settings = { voiceProxyRanges, mediaRanges, sip, exposure, networkAcl };
    this.environment = parseSettings(environmentName, this.settings as unknown as Record<string, unknown>);
    const { subnets } = vpc.selectSubnets(voiceSubnets ?? { subnetType: SubnetType.PUBLIC });
    this.network = new VoiceNetwork(this, 'Network', {
      vpc: { vpc, subnets, cidrs: ownCidrs ?? cidrsOf(vpc) },
    });
  }
}

function cidrsOf(vpc: IVpc): string[] {
  if (!(vpc instanceof Vpc) || !hasAmazonIpv6(vpc)) return [vpc.vpcCidrBlock];
  return [vpc.vpcCidrBlock, Fn.select(0, vpc.vpcIpv6CidrBlocks)];
}

/** CloudFormation would fail to select from a VPC's list of IPv6 CIDRs that is empty. */
function hasAmazonIpv6(vpc: Vpc): boolean {
  return vpc.node.children.some(
    (child) => child instanceof CfnVPCCidrBlock && child.amazonProvidedIpv6CidrBlock === true,
  );
}
