import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import { type ILogGroup, LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { DEPLOYED_FLOW_LOG_FORMAT, type Environment } from '../config';
import { BanIpSets } from '../constructs/ban-ip-sets';
import { DeploymentParameter, deploymentDocument } from '../constructs/deployment-document';
import { DetectFunction } from '../constructs/detect-function';
import { EnforceFunction } from '../constructs/enforce-function';
import { FlowLogSource } from '../constructs/flow-log-source';
import type { FunctionCode } from '../constructs/function-code';
import type { LedgerTable } from '../constructs/ledger-table';
import { PortalWebAcl } from '../constructs/portal-web-acl';
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
}

/** Flow logs to detection, the ledger to enforcement, and the document that says what is deployed. */
export class AutomationStack extends Stack {
  readonly flowLogs: ILogGroup;
  readonly detect: DetectFunction;
  readonly enforce: EnforceFunction;

  constructor(scope: Construct, id: string, props: AutomationStackProps) {
    const { environment, code, ledger, network, networkAclIds, ...stackProps } = props;
    super(scope, id, {
      ...stackProps,
      description: `Ringfence ${environment.name}: flow logs, detection and enforcement`,
      terminationProtection: environment.protect,
    });
    const { ipSets } = new BanIpSets(this, 'BanIpSets', { environmentName: environment.name });
    if (environment.webAcl) new PortalWebAcl(this, 'PortalWebAcl', { ...environment.webAcl, ipSets });
    const document = deploymentDocument(environment, {
      ledgerTable: ledger.table.tableName,
      ownCidrs: network.ownCidrs,
      networkAclIds,
      ipSets,
    });
    const deployment = JSON.stringify(document);
    const common = { code, ledger, deployment, logRetentionDays: environment.functions.logRetentionDays };
    const { logGroup, format } = this.flowLogSource(environment, network);
    this.flowLogs = logGroup;
    this.detect = new DetectFunction(this, 'Detect', {
      ...common,
      settings: environment.functions.detect,
      flowLogs: logGroup,
      flowLogFormat: format,
    });
    this.enforce = new EnforceFunction(this, 'Enforce', {
      ...common,
      settings: environment.functions.enforce,
      mode: environment.mode,
      networkAclIds,
      ipSets,
    });
    new Tick(this, 'Tick', { functions: [this.detect, this.enforce] });
    const parameter = new DeploymentParameter(this, 'Deployment', {
      environmentName: environment.name,
      json: deployment,
    });
    new CfnOutput(this, 'DeploymentParameter', { value: parameter.parameterName });
    new CfnOutput(this, 'FlowLogGroup', { value: logGroup.logGroupName });
  }

  /** The log group that records arrive in, and their format: one that exists, or a flow log made here. */
  private flowLogSource(
    { flowLogs }: Environment,
    network: VoiceNetwork,
  ): { logGroup: ILogGroup; format: string } {
    if ('existingLogGroup' in flowLogs) {
      const logGroup = LogGroup.fromLogGroupName(this, 'ExistingFlowLogs', flowLogs.existingLogGroup);
      return { logGroup, format: flowLogs.format };
    }
    const { logGroup } = new FlowLogSource(this, 'FlowLogs', {
      ...network.flowLogResources(flowLogs.scope),
      format: DEPLOYED_FLOW_LOG_FORMAT,
      maxAggregationInterval: flowLogs.aggregationSeconds,
      retentionDays: flowLogs.retentionDays,
    });
    return { logGroup, format: DEPLOYED_FLOW_LOG_FORMAT };
  }
}
