import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, StreamViewType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { type Grant, Grant as Grants, type IGrantable } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';

/** Properties of {@link LedgerTable}. */
export interface LedgerTableProps {
  /** Deletion protection. */
  readonly protect: boolean;
}

/** What a function does that only looks. */
const LEDGER_READS = ['dynamodb:BatchGetItem', 'dynamodb:Query'];

/** What both functions do with the table, to the call. Nothing reads the whole table, and nothing should be able to. */
const READING_ACTIONS = ['dynamodb:BatchGetItem', 'dynamodb:Query'];
const LEDGER_ACTIONS = [...READING_ACTIONS, 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'];

/**
 * The ledger: sources, bans and history, the only truth. Retained when its stack is deleted, because without it nobody
 * knows which network ACL entries are ours.
 */
export class LedgerTable extends Construct {
  readonly table: Table;

  constructor(scope: Construct, id: string, props: LedgerTableProps) {
    super(scope, id);
    this.table = new Table(this, 'Resource', {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      timeToLiveAttribute: 'ttl',
      stream: StreamViewType.NEW_IMAGE,
      encryption: TableEncryption.AWS_MANAGED,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: props.protect,
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }

  /** Allows the items of this table to be read. */
  grantReading(grantee: IGrantable): Grant {
    return this.grant(grantee, READING_ACTIONS);
  }

  /** Allows the items of this table to be read and written, and nothing of the table itself to be changed. */
  grantItems(grantee: IGrantable): Grant {
    return this.grant(grantee, LEDGER_ACTIONS);
  }

  private grant(grantee: IGrantable, actions: string[]): Grant {
    return Grants.addToPrincipal({ grantee, actions, resourceArns: [this.table.tableArn] });
  }

  /** Allows the items of this table to be read, by key. */
  grantRead(grantee: IGrantable): Grant {
    return Grants.addToPrincipal({ grantee, actions: LEDGER_READS, resourceArns: [this.table.tableArn] });
  }
}
