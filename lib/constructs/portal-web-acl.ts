import { CfnWebACL, CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';
import type { BanIpSet } from './ban-ip-sets';

/** Properties of {@link PortalWebAcl}. */
export interface PortalWebAclProps {
  /** The sets that bans are written to. */
  readonly ipSets: readonly BanIpSet[];
  /** What it can be put in front of. @default REGIONAL */
  readonly scopeName?: BanIpSet['scope'];
  /** ARNs of what is protected. */
  readonly associations: readonly string[];
  /** Requests of one address within five minutes beyond which it is blocked for a while. */
  readonly requestsPer5Minutes: number;
}

/** Seconds over which requests are counted. */
const FIVE_MINUTES = 300;

/**
 * Keeps banned sources out of web portals and phone provisioning as well. Who floods is slowed down, and AWS's common
 * rules count only: what they would block in a given portal has to be seen before they may.
 */
export class PortalWebAcl extends Construct {
  readonly webAclArn: string;

  constructor(scope: Construct, id: string, props: PortalWebAclProps) {
    super(scope, id);
    const webAcl = new CfnWebACL(this, 'Resource', {
      scope: props.scopeName ?? 'REGIONAL',
      defaultAction: { allow: {} },
      visibilityConfig: visibility('WebAcl'),
      rules: [bannedRule(props.ipSets), floodRule(props.requestsPer5Minutes), commonRules()],
    });
    this.webAclArn = webAcl.attrArn;
    for (const resourceArn of props.associations) {
      new CfnWebACLAssociation(this, associationId(resourceArn), { webAclArn: webAcl.attrArn, resourceArn });
    }
  }
}

/** The resource's own name, so that the order of the list does not matter. */
function associationId(arn: string): string {
  return arn.split(':').slice(5).join('-').replaceAll('/', '-');
}

function bannedRule(ipSets: readonly BanIpSet[]): CfnWebACL.RuleProperty {
  const statements = ipSets.map(({ arn }) => ({ ipSetReferenceStatement: { arn } }));
  return {
    name: 'Banned',
    priority: 0,
    statement: { orStatement: { statements } },
    action: { block: {} },
    visibilityConfig: visibility('Banned'),
  };
}

function floodRule(limit: number): CfnWebACL.RuleProperty {
  return {
    name: 'Flood',
    priority: 1,
    statement: { rateBasedStatement: { limit, aggregateKeyType: 'IP', evaluationWindowSec: FIVE_MINUTES } },
    action: { block: {} },
    visibilityConfig: visibility('Flood'),
  };
}

function commonRules(): CfnWebACL.RuleProperty {
  return {
    name: 'Common',
    priority: 2,
    statement: { managedRuleGroupStatement: { vendorName: 'AWS', name: 'AWSManagedRulesCommonRuleSet' } },
    overrideAction: { count: {} },
    visibilityConfig: visibility('Common'),
  };
}

function visibility(metricName: string): CfnWebACL.VisibilityConfigProperty {
  return {
    metricName: `Ringfence${metricName}`,
    cloudWatchMetricsEnabled: true,
    sampledRequestsEnabled: true,
  };
}
