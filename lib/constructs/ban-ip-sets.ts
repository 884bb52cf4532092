import { CfnIPSet } from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';

/** One IP set, as the deployment document names it. */
export interface BanIpSet {
  readonly name: string;
  readonly id: string;
  readonly arn: string;
  readonly scope: 'REGIONAL' | 'CLOUDFRONT';
  readonly family: 'IPV4' | 'IPV6';
}

/** Properties of {@link BanIpSets}. */
export interface BanIpSetsProps {
  readonly environmentName: string;
  /** What the sets can be used for; CLOUDFRONT exists in us-east-1 only. @default REGIONAL */
  readonly scopeName?: BanIpSet['scope'];
}

/**
 * The WAFv2 IP sets that bans are written to at run time, one for each family.
 *
 * Their properties never change: on any update CloudFormation writes the template's addresses back, none, and lifts all
 * bans until the next tick. So there is no description and no tag to edit, and the name is the environment's.
 */
export class BanIpSets extends Construct {
  readonly ipSets: readonly BanIpSet[];

  constructor(scope: Construct, id: string, { environmentName, scopeName = 'REGIONAL' }: BanIpSetsProps) {
    super(scope, id);
    const family = (each: BanIpSet['family']) =>
      this.ipSetOf(each, scopeName, `ringfence-${environmentName}-${each.toLowerCase()}`);
    this.ipSets = [family('IPV4'), family('IPV6')];
  }

  private ipSetOf(family: BanIpSet['family'], scope: BanIpSet['scope'], name: string): BanIpSet {
    const ipSet = new CfnIPSet(this, family, { name, scope, ipAddressVersion: family, addresses: [] });
    return { name, id: ipSet.attrId, arn: ipSet.attrArn, scope, family };
  }
}
