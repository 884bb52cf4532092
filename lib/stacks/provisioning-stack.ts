import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import { CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';
import type { EnvironmentSettings } from '../config';
import type { BanIpSet } from '../constructs/ban-ip-sets';
import type { FunctionCode } from '../constructs/function-code';
import type { LedgerTable } from '../constructs/ledger-table';
import { PortalWebAcl } from '../constructs/portal-web-acl';
import { ProvisionFunction } from '../constructs/provision-function';
import { ProvisioningApi } from '../constructs/provisioning-api';

/** Properties of {@link Provisioning}. */
export interface ProvisioningProps {
  readonly environment: EnvironmentSettings;
  readonly provisioning: NonNullable<EnvironmentSettings['provisioning']>;
  readonly code: FunctionCode;
  readonly ledger: LedgerTable;
  /** The deployment document as JSON. */
  readonly deployment: string;
  /** The sets that bans are written to. */
  readonly ipSets: readonly BanIpSet[];
}

/** Phones' files and the published list over HTTPS, behind a web ACL with the bans and a bound on requests. */
export class Provisioning extends Construct {
  /** Where it answers, with a slash at its end. */
  readonly url: string;

  constructor(scope: Construct, id: string, props: ProvisioningProps) {
    const { environment, provisioning, code, ledger, deployment, ipSets } = props;
    super(scope, id);
    const { logRetentionDays } = environment.functions;
    const serve = new ProvisionFunction(this, 'Provision', {
      code,
      provisioning,
      logRetentionDays,
      ledger,
      deployment,
      ipSets,
    });
    const api = new ProvisioningApi(this, 'Api', {
      environmentName: environment.name,
      serve: serve.function,
      logRetentionDays,
      logsRole: provisioning.apiGatewayRole,
    });
    const { webAclArn } = new PortalWebAcl(this, 'WebAcl', {
      ipSets: ipSets.filter(({ scope: where }) => where === 'REGIONAL'),
      associations: [],
      requestsPer5Minutes: provisioning.requestsPer5Minutes,
    });
    new CfnWebACLAssociation(this, 'Association', { webAclArn, resourceArn: api.stageArn });
    this.url = api.url;
  }
}

/** Properties of {@link ProvisioningStack}. */
export type ProvisioningStackProps = StackProps & ProvisioningProps;

/** The stack of an environment's {@link Provisioning}. */
export class ProvisioningStack extends Stack {
  constructor(scope: Construct, id: string, props: ProvisioningStackProps) {
    const { environment, provisioning, code, ledger, deployment, ipSets, ...stackProps } = props;
    super(scope, id, {
      ...stackProps,
      description: `Ringfence ${environment.name}: phones' files and the published list of bans`,
      terminationProtection: environment.protect,
    });
    // An ID that logical IDs leave out (CDK: `Names`), so that what is in it is named by the stack alone.
    const { url } = new Provisioning(this, 'Default', {
      environment,
      provisioning,
      code,
      ledger,
      deployment,
      ipSets,
    });
    new CfnOutput(this, 'ProvisioningUrl', { value: url });
    new CfnOutput(this, 'BlacklistUrl', { value: `${url}blacklist.txt` });
  }
}
