import { CfnOutput, RemovalPolicy } from 'aws-cdk-lib';
import { CfnEIP, CfnEIPAssociation } from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';

/** Properties of {@link MediaAddresses}. */
export interface MediaAddressesProps {
  /** Network interfaces of the voice servers that have no public address yet. */
  readonly networkInterfaceIds: readonly string[];
  /** Whether the addresses outlive their stack: a provider may have them in its own allowlist. */
  readonly retain: boolean;
}

/**
 * RTP's way past the load balancer, which has no port ranges: each voice server has a public address of its own, which it
 * announces in SDP. Who may send media there is the voice servers' security group's business.
 */
export class MediaAddresses extends Construct {
  constructor(scope: Construct, id: string, { networkInterfaceIds, retain }: MediaAddressesProps) {
    super(scope, id);
    for (const networkInterfaceId of networkInterfaceIds) {
      const address = new CfnEIP(this, networkInterfaceId, { domain: 'vpc' });
      address.applyRemovalPolicy(retain ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY);
      new CfnEIPAssociation(this, `${networkInterfaceId}-Association`, {
        allocationId: address.attrAllocationId,
        networkInterfaceId,
      });
      new CfnOutput(this, `${networkInterfaceId}-PublicIp`, {
        value: address.attrPublicIp,
        description: `Announce it in SDP on the voice server of ${networkInterfaceId}`,
      });
    }
  }
}
