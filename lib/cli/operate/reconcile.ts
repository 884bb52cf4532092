import { LEASE_TTL_MS } from '../../../lambda/enforcement/change-guard';
import {
  type EnforcementOptions,
  type Log,
  reconcile,
  type ReconcileReport,
} from '../../../lambda/enforcement';
import { runNote } from '../../../lambda/handlers/enforcer';
import type { CliIo } from '../support/cli-io';
import { CommandError, UsageError } from '../support/errors';
import { type Connection, connect, enforcementOptions } from './connect';
import type { ConnectionFlags } from './flags';
import { answer } from './output';
import { noteEnvironment } from './pause';
import { changesIn, reconcileText } from './reconcile-text';

/** The flags of `reconcile` as commander gives them. */
export interface ReconcileFlags extends ConnectionFlags {
  readonly dryRun?: boolean;
}

/**
 * `reconcile`: one run of the enforcer from the terminal, the same code as in the function. Waits for a run that is at
 * work already. Fails where the run did not get to its end.
 */
export async function runReconcile(flags: ReconcileFlags, io: CliIo): Promise<void> {
  const connection = await connect(flags, io);
  if (flags.asOf !== undefined && flags.dryRun !== true && connection.settings.endpoint === undefined) {
    throw new UsageError(
      '--as-of with another time than now would lift or enforce the wrong bans: add --dry-run',
    );
  }
  const options = { ...enforcementOptions(connection, progressLog(io)), dryRun: flags.dryRun === true };
  const by = flags.dryRun === true ? undefined : await connection.who();
  const report = await reconcileWaiting(options, io);
  if (by !== undefined) await remember(connection, report, by);
  answer(io, flags.json, report, () => reconcileText(report, io));
  failUnlessDone(report);
}

/** Longest wait for another writer, milliseconds: one that died lets its lease run out. */
const PATIENCE_MS = LEASE_TTL_MS + 15_000;
const POLL_MS = 3_000;

/** Runs the enforcer; while another one is at work, waits for its turn. */
export async function reconcileWaiting(options: EnforcementOptions, io: CliIo): Promise<ReconcileReport> {
  for (let waited = 0; ; waited += POLL_MS) {
    const report = await reconcile({ ...options, deadlineMs: options.deadlineMs + waited });
    if (report.stopped !== 'lease-held' || waited >= PATIENCE_MS) return report;
    if (waited === 0)
      io.stderr.write('Another run is at work (or died within the last minute): waiting for it …\n');
    await io.sleep(POLL_MS);
  }
}

async function remember(connection: Connection, report: ReconcileReport, by: string): Promise<void> {
  if (report.stopped === 'lease-held') return;
  await connection.ledger.recordRun(runNote(report, connection.now()));
  const changes = changesIn(report);
  if (report.applied && changes > 0)
    await noteEnvironment(connection, 'reconcile', by, `by hand: ${changes} changes`);
}

/** A run that did not do what was asked for is a failure of the command, also where nothing is wrong with the world. */
function failUnlessDone(report: ReconcileReport): void {
  const { errors, stopped } = report;
  if (errors.length > 0) {
    const [first] = errors;
    throw new CommandError(
      `${errors.length === 1 ? 'one part' : `${errors.length} parts`} could not be reconciled; ${first?.target ?? ''}: ${first?.message ?? ''}`,
    );
  }
  if (stopped === 'lease-held')
    throw new CommandError(
      'another run holds the lease and does not end: look at the log of the enforce function',
    );
  if (stopped !== undefined)
    throw new CommandError(`the run stopped early (${stopped}); the next one goes on from there`);
}

/** What the enforcer tells while it works, for people: on standard error, so that a document stays alone. */
export function progressLog(io: CliIo): Log {
  const tell = (message: string, fields: Record<string, unknown>): void => {
    if (io.stderr.isTTY !== true) return;
    const values = Object.entries(fields).map(([name, value]) => `${name} ${String(value)}`);
    io.stderr.write(`${message}: ${values.join(', ')}\n`);
  };
  return { info: tell, warn: tell, error: tell };
}
