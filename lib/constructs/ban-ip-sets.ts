import { Fn } from 'aws-cdk-lib';
import { CfnIPSet } from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';

/** One IP set, as the deployment document names it. */
export interface BanIpSet {
  readonly name: string;
  readonly id: string;
  readonly arn: string;
  readonly scope: 'REGIONAL';
  readonly family: 'IPV4' | 'IPV6';
}

/**
 * The WAFv2 IP sets that bans are written to at run time, one for each family.
 *
 * Their properties never change: on any update CloudFormation writes the template's addresses back, none, and lifts all
 * bans until the next tick. So there is no description, no tag and no name to edit.
 */
export class BanIpSets extends Construct {
  readonly ipSets: readonly BanIpSet[];

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.ipSets = [this.ipSetOf('IPV4'), this.ipSetOf('IPV6')];
  }

  private ipSetOf(family: 'IPV4' | 'IPV6'): BanIpSet {
    const scope = 'REGIONAL';
    const ipSet = new CfnIPSet(this, family, { scope, ipAddressVersion: family, addresses: [] });
    // The name is generated, and only the reference "name|id|scope" gives it back.
    const name = Fn.select(0, Fn.split('|', ipSet.ref));
    return { name, id: ipSet.attrId, arn: ipSet.attrArn, scope, family };
  }
}
