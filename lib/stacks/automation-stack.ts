import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { deliverySecondsOf, type EnvironmentSettings } from '../config';
import { AfterDeployment } from '../constructs/after-deployment';
import { type BanIpSet, BanIpSets } from '../constructs/ban-ip-sets';
import { DeploymentParameter, deploymentDocument } from '../constructs/deployment-document';
import { DetectFunction } from '../constructs/detect-function';
import { EnforceFunction } from '../constructs/enforce-function';
import { FeedsFunction } from '../constructs/feeds-function';
import type { FunctionCode } from '../constructs/function-code';
import type { LedgerTable } from '../constructs/ledger-table';
import { PbxFunction } from '../constructs/pbx-function';
import { PortalWebAcl } from '../constructs/portal-web-acl';
import type { RecordSource } from '../constructs/record-source';
import { recordSourceOf } from '../constructs/record-source-of';
import { Tick } from '../constructs/tick';
import { WidgetFunction } from '../constructs/widget-function';
import type { VoiceNetwork } from '../constructs/voice-network';

/** Properties of {@link Automation}. */
export interface AutomationProps {
  readonly environment: EnvironmentSettings;
  readonly code: FunctionCode;
  readonly ledger: LedgerTable;
  readonly network: VoiceNetwork;
  /** The network ACLs that take bans. */
  readonly networkAclIds: readonly string[];
  /** IP sets of the stack in us-east-1. @default - none */
  readonly edgeIpSets?: readonly BanIpSet[];
}

/** Flow logs to detection, the ledger to enforcement, and the document that says what is deployed. */
export class Automation extends Construct {
  /** Where flow-log records come from. */
  readonly records: RecordSource;
  readonly detect: DetectFunction;
  readonly enforce: EnforceFunction;
  /** Reads PBX logs, where there are any. */
  readonly pbx: PbxFunction | undefined;
  /** Where the environment names feeds. */
  readonly feeds: FeedsFunction | undefined;
  /** The blacklist for a dashboard. */
  readonly widget: WidgetFunction;
  /** The IP sets that bans are written to, those in us-east-1 too. */
  readonly ipSets: readonly BanIpSet[];
  /** The deployment document as JSON. */
  readonly deployment: string;
  /** Name of the parameter that the command line reads. */
  readonly parameterName: string;

  constructor(scope: Construct, id: string, props: AutomationProps) {
    const { environment, code, ledger, network, networkAclIds, edgeIpSets = [] } = props;
    super(scope, id);
    const regional = new BanIpSets(this, 'BanIpSets', { environmentName: environment.name }).ipSets;
    if (environment.webAcl && environment.webAcl.associations.length > 0) {
      new PortalWebAcl(this, 'PortalWebAcl', { ...environment.webAcl, ipSets: regional });
    }
    this.ipSets = [...regional, ...edgeIpSets];
    const document = deploymentDocument(environment, {
      ledgerTable: ledger.table.tableName,
      ownCidrs: network.ownCidrs,
      networkAclIds,
      ipSets: this.ipSets,
    });
    const deployment = JSON.stringify(document);
    this.deployment = deployment;
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
      ipSets: this.ipSets,
    });
    if (environment.pbxLogs.length > 0) {
      const deliverySeconds = deliverySecondsOf(environment.flowLogs);
      this.pbx = new PbxFunction(this, 'Pbx', { ...common, logs: environment.pbxLogs, deliverySeconds });
    }
    this.feeds =
      environment.feeds.length === 0
        ? undefined
        : new FeedsFunction(this, 'Feeds', { ...common, feeds: environment.feeds });
    this.widget = new WidgetFunction(this, 'Widget', { ...common, ipSets: this.ipSets });
    new Tick(this, 'Tick', { functions: [this.detect, this.enforce] });
    new AfterDeployment(this, 'AfterDeployment', {
      enforce: this.enforce,
      stacks: [Stack.of(this), Stack.of(network)],
    });
    const { parameterName } = new DeploymentParameter(this, 'Deployment', {
      environmentName: environment.name,
      json: deployment,
    });
    this.parameterName = parameterName;
  }
}

/** Properties of {@link AutomationStack}. */
export type AutomationStackProps = StackProps & AutomationProps;

/** The stack of an environment's {@link Automation}. */
export class AutomationStack extends Stack {
  readonly records: RecordSource;
  readonly detect: DetectFunction;
  readonly enforce: EnforceFunction;
  /** Reads PBX logs, where there are any. */
  readonly pbx: PbxFunction | undefined;
  readonly feeds: FeedsFunction | undefined;
  /** The deployment document as JSON. */
  readonly deployment: string;
  readonly ipSets: readonly BanIpSet[];
  readonly widget: WidgetFunction;

  constructor(scope: Construct, id: string, props: AutomationStackProps) {
    const { environment, code, ledger, network, networkAclIds, edgeIpSets, ...stackProps } = props;
    super(scope, id, {
      ...stackProps,
      description: `Ringfence ${environment.name}: flow logs, detection and enforcement`,
      terminationProtection: environment.protect,
    });
    // An ID that logical IDs leave out (CDK: `Names`), so that what is in it is named by the stack alone.
    const automation = new Automation(this, 'Default', {
      environment,
      code,
      ledger,
      network,
      networkAclIds,
      edgeIpSets,
    });
    this.records = automation.records;
    this.detect = automation.detect;
    this.enforce = automation.enforce;
    this.pbx = automation.pbx;
    this.feeds = automation.feeds;
    this.deployment = automation.deployment;
    this.ipSets = automation.ipSets;
    this.widget = automation.widget;
    new CfnOutput(this, 'DeploymentParameter', { value: automation.parameterName });
    new CfnOutput(this, 'FlowLogRecords', { value: automation.records.locationName });
  }
}
