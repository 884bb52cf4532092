import type { CidrSet } from '../address';
import type { BanLedger, EnforcementLedger, LegitimacyLedger } from '../blacklist/ledger';
import type { ChangeGuard } from './change-guard';
import type { Deployment } from './deployment';
import type { Facts } from './facts';
import type { IpSetGateway } from './ip-set-gateway';
import type { NetworkAclGateway } from './network-acl-gateway';
import type { BoundedNetworkAcl } from './network-acl-state';

/** The part of a structured logger that enforcement uses; Powertools' Logger is one. */
export interface Log {
  info(message: string, fields: Record<string, unknown>): void;
  warn(message: string, fields: Record<string, unknown>): void;
  error(message: string, fields: Record<string, unknown>): void;
}

/** Everything one run of the enforcer needs. */
export interface EnforcementOptions {
  readonly ledger: BanLedger & EnforcementLedger & Pick<LegitimacyLedger, 'legitimateSources'>;
  readonly networkAcls: NetworkAclGateway;
  readonly ipSets: IpSetGateway;
  readonly deployment: Deployment;
  /** Epoch milliseconds. */
  readonly clock: () => number;
  /** Name of this run as a writer, unique to it (invariant I9). */
  readonly holder: string;
  /** Epoch milliseconds at which the run is ended from outside, for example the Lambda's time-out. */
  readonly deadlineMs: number;
  readonly log: Log;
  /** Plan only: nothing is changed, in AWS or in the ledger. @default false */
  readonly dryRun?: boolean;
}

/** What the steps of a run share. */
export interface EnforcementRun extends EnforcementOptions {
  /** Absent when nothing may be changed: dry run, `observe`, paused (invariant I11). */
  readonly guard?: ChangeGuard;
  /** Every network ACL that could be read, as it stood when the run began: they share their plan. */
  readonly networkAclsAtStart: readonly BoundedNetworkAcl[];
  /** Reads ledger and deployment afresh: a plan that met a conflict is made anew, never pushed again. */
  readonly facts: () => Promise<Facts>;
  /** The effective allowlist as of now (invariant I1: checked again just before each call). */
  readonly allowlist: () => Promise<CidrSet>;
}

/** How often one run plans anew for a network ACL or IP set before it leaves it to the next run. */
export const MAX_ROUNDS = 4;
