import { Duration, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { DynamoEventSource, SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { Construct } from 'constructs';
import { ENFORCEMENT_STREAM_FILTERS } from '../../lambda/blacklist/dynamodb-keys';
import { acknowledge } from './acknowledge';
import type { BanIpSet } from './ban-ip-sets';
import type { FunctionSettings } from './detect-function';
import type { FunctionCode } from './function-code';
import type { LedgerTable } from './ledger-table';
import { RingfenceFunction } from './ringfence-function';

/** Properties of {@link EnforceFunction}. */
export interface EnforceFunctionProps {
  readonly code: FunctionCode;
  readonly settings: FunctionSettings;
  readonly logRetentionDays: number;
  readonly ledger: LedgerTable;
  /** The deployment document as JSON. */
  readonly deployment: string;
  /** `observe` gets no right to change anything but the ledger. */
  readonly mode: 'observe' | 'enforce';
  readonly networkAclIds: readonly string[];
  readonly ipSets: readonly BanIpSet[];
}

/**
 * The next tick does what a lost one would have done, so an old one is worth little. A few are let wait, because while a
 * run is at work the reserved execution is taken and ticks are turned away.
 */
const FIVE_TICKS_SECONDS = 300;

/**
 * The ledger to network ACLs and IP sets. It may change entries of the named ACLs and the addresses of the named sets;
 * in `observe` mode not even those, whatever the code does.
 */
export class EnforceFunction extends RingfenceFunction {
  constructor(scope: Construct, id: string, props: EnforceFunctionProps) {
    super(scope, id, {
      ...props.settings,
      code: props.code('enforce'),
      description: 'Ringfence: makes network ACLs and IP sets equal to the ledger',
      environment: {
        RINGFENCE_LEDGER_TABLE: props.ledger.table.tableName,
        RINGFENCE_DEPLOYMENT: props.deployment,
      },
      logRetentionDays: props.logRetentionDays,
      failuresKept: Duration.hours(1),
      retryAttempts: 0,
      maxEventAgeSeconds: FIVE_TICKS_SECONDS,
    });
    props.ledger.grantItems(this);
    for (const statement of this.statements(props)) this.function.addToRolePolicy(statement);
    this.followLedger(props.ledger);
    acknowledge(this, {
      'AwsSolutions-IAM5[Resource::*]':
        'ec2:DescribeNetworkAcls and dynamodb:ListStreams, which AWS cannot bind to a resource; both only read.',
    });
  }

  private statements({ mode, networkAclIds, ipSets }: EnforceFunctionProps): PolicyStatement[] {
    const networkAclArns = networkAclIds.map((id) =>
      Stack.of(this).formatArn({ service: 'ec2', resource: 'network-acl', resourceName: id }),
    );
    const ipSetArns = ipSets.map(({ arn }) => arn);
    // EC2 has no resource-level permission for Describe calls (Service Authorization Reference, *Amazon EC2*).
    const read = [statement(['ec2:DescribeNetworkAcls'], ['*']), statement(['wafv2:GetIPSet'], ipSetArns)];
    if (mode === 'observe') return read;
    const entryActions = ['Create', 'Replace', 'Delete'].map((verb) => `ec2:${verb}NetworkAclEntry`);
    return [...read, statement(entryActions, networkAclArns), statement(['wafv2:UpdateIPSet'], ipSetArns)];
  }

  /** A new ban is enforced in seconds. What fails here is healed by the tick, so there is little patience. */
  private followLedger(ledger: LedgerTable): void {
    this.function.addEventSource(
      new DynamoEventSource(ledger.table, {
        startingPosition: StartingPosition.LATEST,
        filters: ENFORCEMENT_STREAM_FILTERS.map((filter) => ({ pattern: JSON.stringify(filter) })),
        batchSize: 1000,
        maxBatchingWindow: Duration.seconds(1),
        parallelizationFactor: 1,
        retryAttempts: 2,
        maxRecordAge: Duration.minutes(5),
        onFailure: new SqsDlq(this.failures),
      }),
    );
  }
}

function statement(actions: readonly string[], resources: readonly string[]): PolicyStatement {
  return new PolicyStatement({ actions: [...actions], resources: [...resources] });
}
