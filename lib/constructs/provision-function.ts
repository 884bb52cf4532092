import { Duration } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import type { EnvironmentSettings } from '../config';
import type { BanIpSet } from './ban-ip-sets';
import type { FunctionCode } from './function-code';
import type { LedgerTable } from './ledger-table';
import { RingfenceFunction } from './ringfence-function';

/** Properties of {@link ProvisionFunction}. */
export interface ProvisionFunctionProps {
  readonly code: FunctionCode;
  readonly provisioning: NonNullable<EnvironmentSettings['provisioning']>;
  readonly logRetentionDays: number;
  readonly ledger: LedgerTable;
  /** The deployment document as JSON. */
  readonly deployment: string;
  /** What is read while the breaker holds bans back. */
  readonly ipSets: readonly BanIpSet[];
}

/** Phones' files and the published list. It reads the ledger, the IP sets and its secrets, and changes nothing. */
export class ProvisionFunction extends RingfenceFunction {
  constructor(scope: Construct, id: string, props: ProvisionFunctionProps) {
    const { phoneSecrets, listSecret, sipPort, proxy, firmware } = props.provisioning;
    super(scope, id, {
      code: props.code('provision'),
      description: "Ringfence: phones' files and the published list of bans",
      environment: {
        RINGFENCE_LEDGER_TABLE: props.ledger.table.tableName,
        RINGFENCE_DEPLOYMENT: props.deployment,
        RINGFENCE_PROVISIONING: JSON.stringify({ phoneSecrets, listSecret, sipPort, proxy, firmware }),
      },
      memoryMiB: 512,
      // API Gateway waits for 29 s (its quotas); who waits longer than this has given up.
      timeoutSeconds: 15,
      reservedConcurrency: 'unreserved',
      logRetentionDays: props.logRetentionDays,
      failuresKept: Duration.days(1),
      // Requests are synchronous: nothing is tried again but by who asks.
      retryAttempts: 0,
      maxEventAgeSeconds: 60,
    });
    props.ledger.grantRead(this);
    for (const [i, arn] of [...phoneSecrets, ...(listSecret === undefined ? [] : [listSecret])].entries())
      Secret.fromSecretCompleteArn(this, `Secret${i}`, arn).grantRead(this);
    this.function.addToRolePolicy(
      new PolicyStatement({ actions: ['wafv2:GetIPSet'], resources: props.ipSets.map(({ arn }) => arn) }),
    );
  }
}
