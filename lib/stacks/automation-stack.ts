import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { deliverySecondsOf, type Environment } from '../config';
import { AfterDeployment } from '../constructs/after-deployment';
import { type BanIpSet, BanIpSets } from '../constructs/ban-ip-sets';
import { DeploymentParameter, deploymentDocument } from '../constructs/deployment-document';
import { DetectFunction } from '../constructs/detect-function';
import { EnforceFunction } from '../constructs/enforce-function';
import type { FunctionCode } from '../constructs/function-code';
import type { LedgerTable } from '../constructs/ledger-table';
import { PortalWebAcl } from '../constructs/portal-web-acl';
import type { RecordSource } from '../constructs/record-source';
import { recordSourceOf } from '../constructs/record-source-of';
import { Tick } from '../constructs/tick';
import type { VoiceNetwork } from '../constructs/voice-network';

/** Properties of {@link AutomationStack}. */
export interface AutomationStackProps extends StackProps {
  readonly environment: Environment;
  readonly code: FunctionCode;
  readonly ledger: LedgerTable;
  readonly network: VoiceNetwork;
  /** The network ACLs that take bans. */
  readonly networkAclIds: readonly string[];
  /** IP sets of the stack in us-east-1. @default - none */
  readonly edgeIpSets?: readonly BanIpSet[];
}

/** Flow logs to detection, the ledger to enforcement, and the document that says what is deployed. */
export class AutomationStack extends Stack {
  /** Where flow-log records come from. */
  readonly records: RecordSource;
  readonly detect: DetectFunction;
  readonly enforce: EnforceFunction;

  constructor(scope: Construct, id: string, props: AutomationStackProps) {
    const { environment, code, ledger, network, networkAclIds, edgeIpSets = [], ...stackProps } = props;
    super(scope, id, {
      ...stackProps,
      description: `Ringfence ${environment.name}: flow logs, detection and enforcement`,
      terminationProtection: environment.protect,
    });
    const regional = new BanIpSets(this, 'BanIpSets', { environmentName: environment.name }).ipSets;
    if (environment.webAcl && environment.webAcl.associations.length > 0) {
      new PortalWebAcl(this, 'PortalWebAcl', { ...environment.webAcl, ipSets: regional });
    }
    const ipSets = [...regional, ...edgeIpSets];
    const document = deploymentDocument(environment, {
      ledgerTable: ledger.table.tableName,
      ownCidrs: network.ownCidrs,
      networkAclIds,
      ipSets,
    });
    const deployment = JSON.stringify(document);
    const common = { code, ledger, deployment, logRetentionDays: environment.functions.logRetentionDays };
    this.records = recordSourceOf(this, environment, network);
    this.detect = new DetectFunction(this, 'Detect', {
      ...common,
      settings: environment.functions.detect,
      source: this.records,
      deliverySeconds: deliverySecondsOf(environment.flowLogs),
    });
    this.enforce = new EnforceFunction(this, 'Enforce', {
      ...common,
      settings: environment.functions.enforce,
      mode: environment.mode,
      networkAclIds,
      ipSets,
    });
    new Tick(this, 'Tick', { functions: [this.detect, this.enforce] });
    new AfterDeployment(this, 'AfterDeployment', {
      enforce: this.enforce,
      stacks: [this, Stack.of(network)],
    });
    const parameter = new DeploymentParameter(this, 'Deployment', {
      environmentName: environment.name,
      json: deployment,
    });
    new CfnOutput(this, 'DeploymentParameter', { value: parameter.parameterName });
    new CfnOutput(this, 'FlowLogRecords', { value: this.records.locationName });
  }
}
