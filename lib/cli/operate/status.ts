import type { ReconcileReport } from '../../../lambda/enforcement';
import { IP_SET_CAPACITY } from '../../../lambda/enforcement/ip-set-plan';
import type { CliIo } from '../support/cli-io';
import { UsageError } from '../support/errors';
import { type Connection, connect } from './connect';
import { readEnforcementView } from './enforcement-view';
import type { ConnectionFlags } from './flags';
import { answer } from './output';
import { watch, watchSeconds } from './watch';
import { problemsOf } from './problems';
import type { StatusDocument } from './status-document';
import { statusText } from './status-text';

/** The flags of `status` as commander gives them. */
export interface StatusFlags extends ConnectionFlags {
  readonly watch?: string | true;
}

/**
 * `status`: is it alive, what does it hold, what needs a person.
 * @throws UsageError where a document is asked for again and again
 */
export async function runStatus(flags: StatusFlags, io: CliIo): Promise<void> {
  if (flags.watch !== undefined) {
    const seconds = watchSeconds(flags.watch);
    if (flags.json === true)
      throw new UsageError('--watch shows text, --json one document: leave one of them out');
    const connection = await connect(flags, io);
    await watch(io, seconds, async () => statusText(await readStatus(connection), io, WATCH_LINES));
  }
  const status = await readStatus(await connect(flags, io));
  answer(io, flags.json, status, () => statusText(status, io));
}

/** Lines that `--watch` writes below. */
const WATCH_LINES = 1;

/** Reads ledger, network ACLs and IP sets, and changes nothing. */
export async function readStatus(connection: Connection): Promise<StatusDocument> {
  const { ledger, deployment, now } = connection;
  const at = now();
  const [view, bans, lastRun, judgedThrough, allowed, holds] = await Promise.all([
    readEnforcementView(connection),
    ledger.bansInForce(at),
    ledger.lastRun(),
    ledger.judgedThrough(),
    ledger.allowedCidrs(),
    ledger.holds(),
  ]);
  const { report } = view;
  const operator = bans.filter(({ origin }) => origin === 'operator').length;
  const facts = {
    environment: deployment.environment,
    mode: deployment.mode,
    at,
    paused: report.paused ?? null,
    lastRun: lastRun ?? null,
    judgedThrough: judgedThrough ?? null,
    bans: { inForce: bans.length, automatic: bans.length - operator, operator },
    networkAcls: report.networkAcls.map(({ id, slots, strangers, changes }) => ({
      id,
      slots,
      strangers,
      pending: changes.length,
    })),
    ipSets: report.ipSets.map(({ name, family, addresses, add, remove }) => ({
      name,
      family,
      addresses,
      capacity: IP_SET_CAPACITY,
      pending: add.length + remove.length,
    })),
    overflow: overflowOf(report),
    breaker: report.breaker,
    allowed: allowed.length,
    holds: holds.filter(({ until }) => until > at),
    errors: report.errors,
  };
  const problems = problemsOf(facts);
  return { ...facts, problems, healthy: problems.length === 0 };
}

function overflowOf({ overflow }: ReconcileReport): StatusDocument['overflow'] {
  const short = overflow.filter(({ reason }) => reason === 'capacity');
  return {
    capacity: short.length,
    deniedByNothing: short.filter(({ heldBy }) => heldBy === 'nothing').length,
  };
}
