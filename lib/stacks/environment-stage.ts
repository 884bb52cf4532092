import { Aspects, Stage, type StageProps, Tags } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { type Environment, watchedPorts } from '../config';
import { silenceTemplateLint } from '../constructs/acknowledge';
import { type FunctionCode, bundledCode } from '../constructs/function-code';
import { SipExposureAspect } from '../constructs/sip-exposure-aspect';
import { AutomationStack } from './automation-stack';
import { EDGE_REGION, EdgeStack } from './edge-stack';
import { LedgerStack } from './ledger-stack';
import { MonitoringStack } from './monitoring-stack';
import { PerimeterStack } from './perimeter-stack';
import { ProvisioningStack } from './provisioning-stack';

/** Properties of {@link EnvironmentStage}. */
export interface EnvironmentStageProps extends Omit<StageProps, 'env'> {
  readonly environment: Environment;
  /** @default - the bundles in `dist/lambda` */
  readonly code?: FunctionCode;
}

/**
 * IP sets, because an update of any property of theirs would lift all bans; keys and parameters, because the emulator
 * that deployments are tried on (moto 5.2.1) cannot read their tags; the others, because CloudFormation's schema has none.
 */
const UNTAGGED = [
  'AWS::WAFv2::IPSet',
  'AWS::KMS::Key',
  'AWS::SSM::Parameter',
  'AWS::CloudWatch::Dashboard',
  'AWS::ElasticLoadBalancingV2::Listener',
];

/** One environment: its stacks, in the account and Region that it names. `npx cdk deploy "<name>/*"` deploys it. */
export class EnvironmentStage extends Stage {
  readonly ledger: LedgerStack;
  readonly perimeter: PerimeterStack;
  /** Where CloudFront is protected too. */
  readonly edge: EdgeStack | undefined;
  readonly automation: AutomationStack;
  /** Where phones' files and the list of bans are served. */
  readonly provisioning: ProvisioningStack | undefined;
  readonly monitoring: MonitoringStack;

  constructor(scope: Construct, { environment, code = bundledCode, ...props }: EnvironmentStageProps) {
    const { name, account, region } = environment;
    super(scope, name, { ...props, env: { account, region } });
    this.ledger = new LedgerStack(this, 'Ledger', { environment });
    this.perimeter = new PerimeterStack(this, 'Perimeter', { environment });
    this.edge = this.edgeOf(environment);
    this.automation = new AutomationStack(this, 'Automation', {
      environment,
      code,
      ledger: this.ledger.ledger,
      network: this.perimeter.network,
      networkAclIds: this.perimeter.networkAclIds,
      edgeIpSets: this.edge?.ipSets,
      // The identifiers of IP sets in us-east-1 are read through a custom resource of CDK.
      crossRegionReferences: this.edge !== undefined,
    });
    this.provisioning = this.provisioningOf(environment, code);
    this.monitoring = new MonitoringStack(this, 'Monitoring', {
      environment,
      code,
      ledger: this.ledger.ledger,
      detect: this.automation.detect,
      enforce: this.automation.enforce,
      pbx: this.automation.pbx,
      feeds: this.automation.feeds,
      widget: this.automation.widget,
      records: this.automation.records,
    });
    // CDK names the roles of its custom resource twice; it adds them too late for anything finer than a whole stack.
    for (const stack of this.edge ? [this.edge, this.automation] : []) silenceTemplateLint(stack, 'W3005');
    Tags.of(this).add('ringfence:environment', name, { excludeResourceTypes: UNTAGGED });
    if (environment.exposure === 'proxy-only') this.guardSipPorts(environment);
  }

  private edgeOf(environment: Environment): EdgeStack | undefined {
    const { webAcl, account } = environment;
    if (webAcl?.cloudFront !== true) return undefined;
    return new EdgeStack(this, 'Edge', {
      environment,
      requestsPer5Minutes: webAcl.requestsPer5Minutes,
      env: { account, region: EDGE_REGION },
      crossRegionReferences: true,
    });
  }

  private provisioningOf(environment: Environment, code: FunctionCode): ProvisioningStack | undefined {
    const { provisioning } = environment;
    if (provisioning === undefined) return undefined;
    const { deployment, ipSets } = this.automation;
    return new ProvisioningStack(this, 'Provisioning', {
      environment,
      provisioning,
      code,
      ledger: this.ledger.ledger,
      deployment,
      ipSets,
      crossRegionReferences: this.edge !== undefined,
    });
  }

  private guardSipPorts(environment: Environment): void {
    Aspects.of(this).add(
      new SipExposureAspect({
        sipPorts: watchedPorts(environment),
        proxyRanges: environment.voiceProxyRanges,
        proxyLists: this.perimeter.proxies.lists,
      }),
    );
  }
}
