import type { Hold } from '../../../lambda/blacklist/hold';
import type { EnforcementRunNote } from '../../../lambda/blacklist/ledger';
import type { ReconcileReport } from '../../../lambda/enforcement';
import { IP_SET_CAPACITY } from '../../../lambda/enforcement/ip-set-plan';
import type { CliIo } from '../support/cli-io';
import { type Connection, connect } from './connect';
import { EnforcementView } from './enforcement-view';
import type { ConnectionFlags } from './flags';
import { answer } from './output';
import { problemsOf } from './problems';
import { statusText } from './status-text';

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
