import type { CidrSet } from '../address';
import type { BanLedger, EnforcementLedger } from '../blacklist/ledger';
import type { ApiBuckets } from './api-buckets';
import type { ChangeGuard } from './change-guard';
import type { Deployment } from './deployment';
import type { FactSources, Facts } from './facts';
import type { IpSetGateway } from './ip-set-gateway';
import type { NetworkAclGateway } from './network-acl-gateway';
import type { BoundedNetworkAcl } from './network-acl-state';
import type { PacedCalls } from './paced-calls';

/** The part of a structured logger that enforcement uses; Powertools' Logger is one. */
export interface Log {
  info(message: string, fields: Record<string, unknown>): void;
  warn(message: string, fields: Record<string, unknown>): void;
  error(message: string, fields: Record<string, unknown>): void;
}

/** Everything one run of the enforcer needs. */
export interface EnforcementOptions {
  readonly ledger: BanLedger & EnforcementLedger & FactSources['ledger'];
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
  /** What is left of AWS's request limits, for a caller that makes several runs. @default full buckets */
  readonly buckets?: ApiBuckets;
  /** @default waits by timer */
  readonly sleep?: (ms: number) => Promise<unknown>;
  /** In [0, 1). @default Math.random */
  readonly random?: () => number;
}

/** What the steps of a run share. */
export interface EnforcementRun extends EnforcementOptions {
  /** Absent when nothing may be changed: dry run, `observe`, paused (invariant I11). */
  readonly guard?: ChangeGuard;
  /** Every network ACL that could be read, as it stood when the run began: they share their plan. */
  readonly networkAclsAtStart: readonly BoundedNetworkAcl[];
  /** Every call to EC2 and WAFv2 goes through here. */
  readonly calls: PacedCalls;
  /**
   * What ledger and deployment say, read within the last so many milliseconds. A plan that met a conflict is made anew
   * from facts read anew, never pushed again.
   */
  readonly facts: (maxAgeMs: number) => Promise<Facts>;
  /** The effective allowlist as of now (invariant I1: checked again just before each call). */
  readonly allowlist: () => Promise<CidrSet>;
}

/**
 * Older facts are read again before they decide, milliseconds: how long an ended ban, or a breaker that tripped, may
 * go unnoticed by a run that is at work. Reading them takes some 20 requests, so not before each call.
 */
export const FACTS_MAX_AGE_MS = 10_000;

/** How often one run plans anew for a network ACL or IP set before it leaves it to the next run. */
export const MAX_ROUNDS = 4;
