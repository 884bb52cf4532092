import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { parseSettings } from '../config';
import type { BanIpSet } from '../constructs/ban-ip-sets';
import { bundledCode } from '../constructs/function-code';
import { LedgerTable } from '../constructs/ledger-table';
import { Automation } from '../stacks/automation-stack';
import { Monitoring } from '../stacks/monitoring-stack';
import type { BlacklistSettings, IVoicePerimeter } from './perimeter-base';

/** Properties of {@link ProbeBlacklist}. */
export interface ProbeBlacklistProps extends BlacklistSettings {
  /** The network to keep probes out of. */
  readonly perimeter: IVoicePerimeter;
  /**
   * Where bans are kept. Put it into a stack of its own: without it nobody knows which network ACL entries are ours.
   * @default - a table in this stack, retained when the stack is deleted
   */
  readonly ledger?: LedgerTable;
}

/**
 * Finds the sources that probe SIP in the flow logs of a network, and keeps them out by network ACL entries and WAFv2 IP
 * sets: the detect and enforce functions, the flow log or subscription, the ledger, alarms and a dashboard.
 *
 * In `observe` mode, the default, bans are decided and recorded, and nothing is changed. `npx ringfence status --env NAME`
 * finds it by the perimeter's `environmentName`.
 */
export class ProbeBlacklist extends Construct {
  /** The only truth: sources, bans and history. */
  readonly ledger: LedgerTable;
  /** The IP sets that bans are written to, one for each family: for rules of a web ACL, such as {@link PortalWebAcl}'s. */
  readonly ipSets: readonly BanIpSet[];
  /** Flow-log records to evidence and bans in the ledger. */
  readonly detectFunction: IFunction;
  /** The ledger to network ACLs and IP sets. */
  readonly enforceFunction: IFunction;
  /** Where alarms go. */
  readonly alarmTopic: ITopic;
  /** Name of the SSM parameter with the deployment document, which the command line reads. */
  readonly deploymentParameterName: string;

  /**
   * @throws ConfigurationError with every problem of the settings
   * @throws DeploymentSizeError where allowlist and ranges do not fit a parameter
   */
  constructor(scope: Construct, id: string, props: ProbeBlacklistProps) {
    super(scope, id);
    const { perimeter, ledger, ...settings } = props;
    const { network, networkAclIds, environmentName } = perimeter;
    const environment = parseSettings(environmentName, { ...perimeter.settings, ...settings });
    this.ledger = ledger ?? new LedgerTable(this, 'Ledger', { protect: environment.protect });
    const automation = new Automation(this, 'Automation', {
      environment,
      code: bundledCode,
      ledger: this.ledger,
      network,
      networkAclIds,
    });
    const { detect, enforce, widget, records, pbx, feeds } = automation;
    const { topic } = new Monitoring(this, 'Monitoring', {
      ...{ environment, code: bundledCode, ledger: this.ledger },
      ...{ detect, enforce, widget, records, pbx, feeds },
    });
    this.ipSets = automation.ipSets;
    this.detectFunction = detect.function;
    this.enforceFunction = enforce.function;
    this.alarmTopic = topic;
    this.deploymentParameterName = automation.parameterName;
  }
}
