import type { StopReason } from './enforcement-error';
import type { IpSetDeployment } from './deployment';
import type { NetworkAclChange } from './network-acl-plan';
import type { Stranger } from './network-acl-state';
import type { OverflowItem } from './overflow';

/** Slots of one family: how many there may be now, and how many the plan uses. */
export interface SlotsReport {
  readonly effective: number;
  readonly used: number;
}

/** One network ACL. */
export interface NetworkAclReport {
  readonly id: string;
  /** The changes planned, or made and planned where a conflict made it necessary to plan again. */
  readonly changes: readonly NetworkAclChange[];
  readonly strangers: readonly Stranger[];
  readonly slots: { readonly ipv4: SlotsReport; readonly ipv6: SlotsReport };
  /** Wanted entries refused because they overlap the allowlist (invariant I1). */
  readonly refused: readonly string[];
  /** What differed when it was observed again after the changes. */
  readonly differs: readonly NetworkAclChange[];
}

/** One IP set. */
export interface IpSetReport {
  readonly name: string;
  readonly id: string;
  readonly scope: IpSetDeployment['scope'];
  readonly family: IpSetDeployment['family'];
  /** Number of CIDRs it should hold. */
  readonly addresses: number;
  readonly add: readonly string[];
  readonly remove: readonly string[];
  /** Number of bans that do not fit. */
  readonly overflow: number;
  readonly differs: boolean;
}

/** Something that needs a person, and an alarm. */
export interface ReportedError {
  /** Network ACL ID or IP set name. */
  readonly target: string;
  /** Class of the error, for example `ReadIncompleteError`. */
  readonly error: string;
  readonly message: string;
}

/** What a run found, planned and did: the JSON of `ringfence reconcile`. */
export interface ReconcileReport {
  readonly environment: string;
  readonly mode: 'enforce' | 'observe';
  readonly dryRun: boolean;
  /** Set while an operator has stopped all changes. */
  readonly paused?: { readonly by: string; readonly because: string; readonly at: number };
  readonly networkAcls: readonly NetworkAclReport[];
  readonly ipSets: readonly IpSetReport[];
  /** Whether the world is now as planned: false for a dry run, `observe`, paused, stopped early, or errors. */
  readonly applied: boolean;
  /** Why nothing was looked at, or why the run ended early; nothing is wrong, the next run goes on. */
  readonly stopped?: 'lease-held' | StopReason;
  /** Bans in force that no slot covers, heaviest first, with what holds them instead. */
  readonly overflow: readonly OverflowItem[];
  /** The breaker of invariant I10. */
  readonly breaker: { readonly tripped: boolean; readonly held: number };
  readonly errors: readonly ReportedError[];
}
