import type { EnforcementRunNote, Ledger, WallsNote } from '../blacklist/ledger';
import {
  ApiBuckets,
  type Deployment,
  type IpSetGateway,
  type NetworkAclGateway,
  reconcile,
  type ReconcileReport,
} from '../enforcement';
import type { Telemetry } from './telemetry';

/** What the enforcer works with: made by a composition root, replaced in tests. */
export interface EnforcerParts {
  readonly ledger: Ledger;
  readonly networkAcls: NetworkAclGateway;
  readonly ipSets: IpSetGateway;
  readonly deployment: Deployment;
  readonly telemetry: Telemetry;
  /** Epoch milliseconds. */
  readonly clock: () => number;
  /** @default waits by timer */
  readonly sleep?: (ms: number) => Promise<unknown>;
}

/**
 * The enforce function without its surroundings. What woke it does not matter (a tick, a change in the ledger, a
 * deployment): it makes the world equal to the ledger.
 */
export class Enforcer {
  /** Kept between runs: the account's limits do not start anew with each of them. */
  readonly #buckets = new ApiBuckets();

  constructor(private readonly parts: EnforcerParts) {}

  /**
   * @param holder name of this run as a writer, unique to it
   * @param remainingMs how long this invocation may still take, milliseconds
   * @throws LedgerUnavailableError when the ledger cannot be read: nothing was changed (invariant I6)
   */
  async handle(holder: string, remainingMs: number): Promise<ReconcileReport> {
    const { telemetry, clock, ...parts } = this.parts;
    const report = await reconcile({
      ...parts,
      clock,
      buckets: this.#buckets,
      holder,
      deadlineMs: clock() + remainingMs,
      log: telemetry,
    });
    tell(report, telemetry);
    await this.remember(report);
    return report;
  }

  /** A note that cannot be written must not hide what the run did; a run that gave way has nothing to note. */
  private async remember(report: ReconcileReport): Promise<void> {
    const { ledger, telemetry, clock } = this.parts;
    if (report.stopped === 'lease-held') return;
    try {
      await ledger.recordRun(runNote(report, Math.floor(clock() / 1000)));
    } catch (error) {
      telemetry.warn('the run was not noted in the ledger', { because: String(error) });
    }
  }
}

/** What is remembered of a run for whoever asks whether enforcement is alive. */
export function runNote(report: ReconcileReport, at: number): EnforcementRunNote {
  const [first] = report.errors;
  const detail = first === undefined ? report.stopped : `${first.target}: ${first.message}`;
  return {
    at,
    ok: hasSucceeded(report),
    changes: changesOf(report) + setChangesOf(report),
    ...(detail !== undefined && { detail }),
    walls: wallsNote(report),
  };
}

function wallsNote({ networkAcls, overflow, breaker }: ReconcileReport): WallsNote {
  const families = networkAcls.flatMap(({ slots }) => [slots.ipv4, slots.ipv6]);
  const short = overflow.filter(({ reason }) => reason === 'capacity');
  return {
    slotsUsed: families.reduce((sum, { used }) => sum + used, 0),
    slots: families.reduce((sum, { effective }) => sum + effective, 0),
    overflow: short.length,
    deniedByNothing: short.filter(({ heldBy }) => heldBy === 'nothing').length,
    ...(breaker.tripped && { held: breaker.held }),
  };
}

function tell(report: ReconcileReport, telemetry: Telemetry): void {
  const changes = changesOf(report);
  const slotsUsed = report.networkAcls.reduce((sum, { slots }) => sum + slots.ipv4.used + slots.ipv6.used, 0);
  const strangers = report.networkAcls.reduce((sum, acl) => sum + acl.strangers.length, 0);
  const overflow = report.overflow.filter(({ reason }) => reason === 'capacity').length;
  telemetry.metric('ReconcileSucceeded', hasSucceeded(report) ? 1 : 0);
  telemetry.metric('EnforcementErrors', report.errors.length);
  telemetry.metric('NetworkAclChanges', changes);
  telemetry.metric('SlotsOverflow', overflow);
  telemetry.metric('SlotsUsed', slotsUsed);
  telemetry.metric('Paused', report.paused === undefined ? 0 : 1);
  telemetry.metric('Strangers', strangers);
  telemetry.metric('BreakerTripped', report.breaker.tripped ? 1 : 0);
  const { networkAcls, ipSets, applied, stopped, mode, breaker } = report;
  telemetry.info('reconcile', {
    applied,
    mode,
    stopped,
    changes,
    overflow: report.overflow.length,
    breaker,
    networkAcls,
    ipSets,
  });
  for (const { target, error, message } of report.errors)
    telemetry.error(message, { target, errorClass: error });
}

function changesOf({ networkAcls }: ReconcileReport): number {
  return networkAcls.reduce((sum, acl) => sum + acl.changes.length, 0);
}

function setChangesOf({ ipSets }: ReconcileReport): number {
  return ipSets.filter(({ add, remove }) => add.length + remove.length > 0).length;
}

/** A run that gave way to another writer, or that may not change anything, has done what it should. */
function hasSucceeded(report: ReconcileReport): boolean {
  const { errors, applied, stopped } = report;
  return errors.length === 0 && (applied || stopped === 'lease-held' || mayNotChange(report));
}

function mayNotChange({ mode, paused, dryRun }: ReconcileReport): boolean {
  return mode === 'observe' || paused !== undefined || dryRun;
}
