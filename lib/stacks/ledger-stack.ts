import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Environment } from '../config';
import { LedgerTable } from '../constructs/ledger-table';

/** Properties of {@link LedgerStack}. */
export interface LedgerStackProps extends StackProps {
  readonly environment: Environment;
}

/** What holds state, apart from everything that can be rebuilt. */
export class LedgerStack extends Stack {
  readonly ledger: LedgerTable;

  constructor(scope: Construct, id: string, props: LedgerStackProps) {
    super(scope, id, {
      ...props,
      description: `Ringfence ${props.environment.name}: the ledger of sources, bans and history`,
      terminationProtection: props.environment.protect,
    });
    this.ledger = new LedgerTable(this, 'Ledger', { protect: props.environment.protect });
    new CfnOutput(this, 'LedgerTable', { value: this.ledger.table.tableName });
  }
}
