import type { ReconcileReport } from '../../../lambda/enforcement';
import { IP_SET_CAPACITY } from '../../../lambda/enforcement/ip-set-plan';
import type { CliIo } from '../support/cli-io';
import { type Connection, connect } from './connect';
import { EnforcementView } from './enforcement-view';
import type { ConnectionFlags } from './flags';
import { answer } from './output';
import { problemsOf } from './problems';
import type { StatusDocument } from './status-document';
import { statusText } from './status-text';

/** `status`: is it alive, what does it hold, what needs a person. */
export async function runStatus(flags: ConnectionFlags, io: CliIo): Promise<void> {
  const status = await readStatus(await connect(flags, io));
  answer(io, flags.json, status, () => statusText(status, io));
}

/** Reads ledger, network ACLs and IP sets, and changes nothing. */
export async function readStatus(connection: Connection): Promise<StatusDocument> {
  const { ledger, deployment, now } = connection;
  const at = now();
  const [view, bans, lastRun, judgedThrough, allowed, holds] = await Promise.all([
    EnforcementView.read(connection),
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
