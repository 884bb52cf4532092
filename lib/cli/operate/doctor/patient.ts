import type { FunctionConfiguration } from '@aws-sdk/client-lambda';
import type { Deployment } from '../../../../lambda/enforcement';
import type { Connection } from '../connect';
import type { Reads } from './reads';

/** A subnet-bearing network ACL: who uses it. */
export interface AclUse {
  readonly id: string;
  readonly vpcId: string;
  readonly subnets: readonly string[];
}

/** One environment under examination: how to ask, and what several checks ask for, read once. */
export class Patient {
  readonly deployment: Deployment;
  #functions: Promise<readonly FunctionConfiguration[]> | undefined;
  #uses: Promise<readonly AclUse[]> | undefined;

  constructor(
    readonly connection: Connection,
    readonly reads: Reads,
  ) {
    this.deployment = connection.deployment;
  }

  /** Epoch seconds. */
  get now(): number {
    return this.connection.now();
  }

  /** The functions that work on this environment's ledger. */
  functions(): Promise<readonly FunctionConfiguration[]> {
    return (this.#functions ??= this.reads.functions(this.deployment.ledgerTable));
  }

  /** The detect and the enforce function, as far as they are there. */
  async function(name: 'detect' | 'enforce'): Promise<FunctionConfiguration | undefined> {
    // Stack and constructs come before it, a suffix of CloudFormation's after it.
    const mark = name === 'detect' ? /DetectFunction/ : /EnforceFunction/;
    return (await this.functions()).find(({ FunctionName = '' }) => mark.test(FunctionName));
  }

  /** VPC and subnets of each network ACL. */
  networkAclUses(): Promise<readonly AclUse[]> {
    return (this.#uses ??= Promise.all(
      this.deployment.networkAcls.map(async ({ id }) => ({ id, ...(await this.reads.associations(id)) })),
    ));
  }

  /** Every subnet behind our network ACLs. */
  async subnets(): Promise<readonly string[]> {
    return [...new Set((await this.networkAclUses()).flatMap(({ subnets }) => subnets))];
  }
}
