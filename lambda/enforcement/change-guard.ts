import type { EnforcementLedger, Lease } from '../blacklist/ledger';
import type { Deployment } from './deployment';
import { type StopReason, StoppedError } from './enforcement-error';

/**
 * How long the lease is held without renewal, milliseconds: longer than the slowest single call with the reads before
 * it, no longer than a tick, so that a crashed writer is replaced soon.
 */
export const LEASE_TTL_MS = 60_000;
/** Time left for the call in progress and the report, milliseconds: more than the time-out of one request. */
export const DEADLINE_MARGIN_MS = 5_000;

/** What a guard needs. */
export interface ChangeGuardOptions {
  readonly ledger: Pick<EnforcementLedger, 'acquireLease' | 'releaseLease' | 'gate'>;
  readonly deployment: Pick<Deployment, 'mode'>;
  /** Unique to this run: two runs under one name would share the lease. */
  readonly holder: string;
  /** Epoch milliseconds. */
  readonly clock: () => number;
  /** Epoch milliseconds at which the run is ended from outside. */
  readonly deadlineMs: number;
}

/** Asked before every change: may this run still make it? (Invariants I9 and I11.) */
export class ChangeGuard {
  private stopped: StopReason | undefined;

  private constructor(
    private readonly options: ChangeGuardOptions,
    private lease: Lease,
  ) {}

  /** @returns undefined while another writer holds the lease: give up without harm */
  static async acquire(options: ChangeGuardOptions): Promise<ChangeGuard | undefined> {
    const lease = await options.ledger.acquireLease(options.holder, options.clock(), LEASE_TTL_MS);
    return lease && new ChangeGuard(options, lease);
  }

  /** Fence of this run's lease: the ledger refuses what is written under an older one. */
  get fence(): number {
    return this.lease.fence;
  }

  /**
   * Asks the ledger each time, whatever this writer's clock says of its lease: another one's clock may say otherwise.
   * @throws StoppedError when nothing more may be changed in this run; once it did, it always does
   */
  async check(): Promise<void> {
    this.stopped ??= await this.reasonToStop();
    if (this.stopped !== undefined) throw new StoppedError(this.stopped);
  }

  /** Ends the changes of this run. @returns the error that says why */
  stop(reason: StopReason): StoppedError {
    this.stopped ??= reason;
    return new StoppedError(this.stopped);
  }

  /** Gives the lease back, so that the next run need not wait until it expires. */
  async release(): Promise<void> {
    await this.options.ledger.releaseLease(this.lease);
  }

  private async reasonToStop(): Promise<StopReason | undefined> {
    const { clock, deadlineMs, deployment, ledger } = this.options;
    const now = clock();
    if (deployment.mode !== 'enforce') return 'observe';
    if (now >= deadlineMs - DEADLINE_MARGIN_MS) return 'deadline';
    if (now >= this.lease.expiresAtMs) return 'lease-lost';
    const { lease, pause } = await ledger.gate();
    if (pause !== undefined) return 'paused';
    if (lease?.holder !== this.lease.holder || lease.fence !== this.lease.fence) return 'lease-lost';
    return (await this.isRenewed(now)) ? undefined : 'lease-lost';
  }

  /** Renews the lease when half of its time is gone. */
  private async isRenewed(now: number): Promise<boolean> {
    if (this.lease.expiresAtMs - now >= LEASE_TTL_MS / 2) return true;
    const renewed = await this.options.ledger.acquireLease(this.options.holder, now, LEASE_TTL_MS);
    // Another fence means that somebody else was the writer in between.
    if (renewed?.fence !== this.lease.fence) return false;
    this.lease = renewed;
    return true;
  }
}
