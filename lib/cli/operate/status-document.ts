import type { Hold } from '../../../lambda/blacklist/hold';
import type { EnforcementRunNote } from '../../../lambda/blacklist/ledger';
import type { ReconcileReport } from '../../../lambda/enforcement';

/** What `status --json` prints. Times are epoch seconds. */
export interface StatusDocument {
  readonly environment: string;
  readonly mode: 'enforce' | 'observe';
  readonly at: number;
  /** Whether nothing needs a person: `problems` is empty. */
  readonly healthy: boolean;
  /** What needs a person, a sentence each. */
  readonly problems: readonly string[];
  readonly paused: { readonly by: string; readonly because: string; readonly at: number } | null;
  /** The last run of the enforcer that held the lease. */
  readonly lastRun: EnforcementRunNote | null;
  /** Start of the last window that was judged: windows without SIP traffic do not count. */
  readonly judgedThrough: number | null;
  readonly bans: { readonly inForce: number; readonly automatic: number; readonly operator: number };
  readonly networkAcls: readonly {
    readonly id: string;
    readonly slots: ReconcileReport['networkAcls'][number]['slots'];
    readonly strangers: ReconcileReport['networkAcls'][number]['strangers'];
    /** Changes that the next run would make. */
    readonly pending: number;
  }[];
  readonly ipSets: readonly {
    readonly name: string;
    readonly family: 'IPV4' | 'IPV6';
    readonly addresses: number;
    readonly capacity: number;
    readonly pending: number;
  }[];
  /** Bans in force that no slot covers: how many for want of room, and how many no IP set holds either. */
  readonly overflow: { readonly capacity: number; readonly deniedByNothing: number };
  readonly breaker: { readonly tripped: boolean; readonly held: number };
  /** CIDRs that operators allowed. */
  readonly allowed: number;
  /** Holds that are not over. */
  readonly holds: readonly Hold[];
  readonly errors: ReconcileReport['errors'];
}
