import { Stack } from 'aws-cdk-lib';
import {
  AclCidr,
  AclTraffic,
  Action,
  type ISubnet,
  type IVpc,
  NetworkAcl,
  TrafficDirection,
} from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge';

/** Properties of {@link VoiceNetworkAcl}. */
export interface VoiceNetworkAclProps {
  readonly vpc: IVpc;
  /** Subnets that the ACL guards. */
  readonly subnets: readonly ISubnet[];
  /** Rule number of the allow rules; the numbers below it are left to bans. */
  readonly firstAllowRule: number;
}

/**
 * A network ACL that takes bans: deny entries are added at run time, in numbers that the template does not use.
 *
 * It allows everything else. An ACL is stateless and would need its ephemeral ports open to the world for replies, the
 * SIP ports among them; each allow rule takes a slot from the bans (20 rules a direction, *Amazon VPC quotas*). Who may
 * come in is the security group's business, who must stay out is the ACL's.
 */
export class VoiceNetworkAcl extends Construct {
  readonly networkAclId: string;

  constructor(scope: Construct, id: string, props: VoiceNetworkAclProps) {
    super(scope, id);
    const acl = new NetworkAcl(this, 'Resource', {
      vpc: props.vpc,
      // What the console shows; CDK would write the construct's whole path.
      networkAclName: `${Stack.of(this).stackName}-NetworkAcl`,
      subnetSelection: { subnets: [...props.subnets] },
    });
    for (const [name, direction] of [
      ['Ingress', TrafficDirection.INGRESS],
      ['Egress', TrafficDirection.EGRESS],
    ] as const) {
      allowAll(acl, `Allow${name}Ipv4`, direction, AclCidr.anyIpv4(), props.firstAllowRule);
      allowAll(acl, `Allow${name}Ipv6`, direction, AclCidr.anyIpv6(), props.firstAllowRule + 1);
    }
    acknowledge(this, {
      'AwsSolutions-VPC3':
        'Bans need a network ACL: a security group cannot deny. Its rules here allow everything; only bans narrow it.',
    });
    this.networkAclId = acl.networkAclId;
  }
}

/** Rule numbers are shared by the families, so each family's rule has its own. */
function allowAll(
  acl: NetworkAcl,
  id: string,
  direction: TrafficDirection,
  cidr: AclCidr,
  ruleNumber: number,
): void {
  acl.addEntry(id, {
    cidr,
    direction,
    ruleNumber,
    ruleAction: Action.ALLOW,
    traffic: AclTraffic.allTraffic(),
  });
}
