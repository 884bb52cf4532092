import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Environment } from '../config';
import { type BanIpSet, BanIpSets } from '../constructs/ban-ip-sets';
import { PortalWebAcl } from '../constructs/portal-web-acl';

/** Properties of {@link EdgeStack}. */
export interface EdgeStackProps extends StackProps {
  readonly environment: Environment;
  /** Requests of one address within five minutes beyond which it is blocked for a while. */
  readonly requestsPer5Minutes: number;
}

/** What AWS keeps in us-east-1 for CloudFront alone, whatever Region the rest is in (AWS WAF API reference, *Scope*). */
export const EDGE_REGION = 'us-east-1';

/**
 * IP sets and a web ACL for CloudFront distributions. A distribution names its web ACL itself, so nothing is associated
 * here: its ARN is an output, for the distribution's `WebACLId`.
 */
export class EdgeStack extends Stack {
  readonly ipSets: readonly BanIpSet[];

  constructor(scope: Construct, id: string, props: EdgeStackProps) {
    const { environment, requestsPer5Minutes, ...stackProps } = props;
    super(scope, id, {
      ...stackProps,
      description: `Ringfence ${environment.name}: bans and web ACL for CloudFront`,
      terminationProtection: environment.protect,
    });
    const scopeName = 'CLOUDFRONT';
    const { ipSets } = new BanIpSets(this, 'BanIpSets', { environmentName: environment.name, scopeName });
    this.ipSets = ipSets;
    const webAcl = new PortalWebAcl(this, 'PortalWebAcl', {
      ipSets,
      scopeName,
      associations: [],
      requestsPer5Minutes,
    });
    new CfnOutput(this, 'CloudFrontWebAcl', { value: webAcl.webAclArn });
  }
}
