import { Aspects } from 'aws-cdk-lib';
import { type ISecurityGroup, SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2';
import type { Construct, IConstruct } from 'constructs';
import { watchedPorts } from '../config';
import { SipExposureAspect } from '../constructs/sip-exposure-aspect';
import { Perimeter } from '../stacks/perimeter-stack';
import { type IVoicePerimeter, PerimeterBase, type PerimeterBaseProps } from './perimeter-base';

/** Properties of {@link VoicePerimeter}. */
export interface VoicePerimeterProps extends PerimeterBaseProps {
  /**
   * Identifiers of the network ACLs of the voice subnets, where they have some already. May be tokens.
   * @default - a network ACL is made for the voice subnets, which have to be in a `Vpc` of this app
   */
  readonly networkAclIds?: readonly string[];
}

/** What {@link VoicePerimeter.fromVoicePerimeterAttributes} needs to know. */
export interface VoicePerimeterAttributes extends PerimeterBaseProps {
  /** Identifiers of the network ACLs of the voice subnets. May be tokens. */
  readonly networkAclIds: readonly string[];
}

/** Subnets that were imported have a network ACL already, and nobody said which. */
export class UnknownNetworkAclError extends Error {
  override readonly name = 'UnknownNetworkAclError';
}

/**
 * Who may come in to the voice servers of a VPC: a security group that admits SIP and media from the voice provider's
 * ranges (or, with `exposure: 'open'`, SIP and media from anywhere), prefix lists of those ranges, and a network ACL that
 * allows everything and has room for bans.
 *
 * Put the voice servers into {@link securityGroup}, and into no other that admits SIP: security groups add up.
 */
export class VoicePerimeter extends PerimeterBase implements IVoicePerimeter {
  /**
   * A perimeter that exists: nothing is made, only a {@link ProbeBlacklist} can be put to it.
   * @throws ConfigurationError with every problem of the settings
   */
  static fromVoicePerimeterAttributes(
    scope: Construct,
    id: string,
    attributes: VoicePerimeterAttributes,
  ): IVoicePerimeter {
    return new ImportedPerimeter(scope, id, attributes);
  }

  /** For the voice servers. */
  readonly securityGroup: ISecurityGroup;
  readonly networkAclIds: readonly string[];
  readonly #perimeter: Perimeter;

  /**
   * @throws ConfigurationError with every problem of the settings
   * @throws UnknownNetworkAclError for a VPC that was imported and no `networkAclIds`
   */
  constructor(scope: Construct, id: string, props: VoicePerimeterProps) {
    super(scope, id, props);
    if (props.networkAclIds === undefined && !(props.vpc instanceof Vpc)) {
      throw new UnknownNetworkAclError(
        `${this.node.path}: the VPC is imported, and its subnets have a network ACL already that a new one would replace: name it in networkAclIds.`,
      );
    }
    const { networkAcl } = this.environment;
    const ids = props.networkAclIds && [...props.networkAclIds];
    this.#perimeter = new Perimeter(this, 'Default', {
      environment: { ...this.environment, networkAcl: { ...networkAcl, ids } },
      network: this.network,
    });
    this.networkAclIds = this.#perimeter.networkAclIds;
    this.securityGroup = SecurityGroup.fromSecurityGroupId(
      this,
      'SecurityGroup',
      this.#perimeter.securityGroupId,
      // Its rules are the perimeter's; what somebody adds to it by `connections` would undo them.
      { mutable: false },
    );
  }

  /**
   * Fails synthesis when a security group in `scope` admits a SIP port from anywhere but the proxy ranges.
   * @param scope a stack, or the whole app
   */
  guardSipPorts(scope: IConstruct): void {
    Aspects.of(scope).add(
      new SipExposureAspect({
        sipPorts: watchedPorts(this.environment),
        proxyRanges: this.environment.voiceProxyRanges,
        proxyLists: this.#perimeter.proxies.lists,
      }),
    );
  }
}

class ImportedPerimeter extends PerimeterBase implements IVoicePerimeter {
  readonly networkAclIds: readonly string[];

  constructor(scope: Construct, id: string, { networkAclIds, ...props }: VoicePerimeterAttributes) {
    super(scope, id, props);
    this.networkAclIds = networkAclIds;
  }
}
