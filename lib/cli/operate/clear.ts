import type { Ledger } from '../../../lambda/blacklist/ledger';
import { type EnforcementOptions, type ReconcileReport } from '../../../lambda/enforcement';
import type { CliIo } from '../support/cli-io';
import { CommandError, UsageError } from '../support/errors';
import { plural } from '../support/table';
import { type Connection, connect, enforcementOptions } from './connect';
import { type ConnectionFlags, reasonFlag } from './flags';
import { answer } from './output';
import { noteEnvironment } from './pause';
import { progressLog, reconcileWaiting } from './reconcile';
import { changesIn, reconcileText } from './reconcile-text';

/** The flags of `clear` as commander gives them. */
export interface ClearFlags extends ConnectionFlags {
  readonly because?: string;
  readonly yes?: boolean;
  readonly dryRun?: boolean;
}

/**
 * `clear`: takes out every entry that is ours and empties our IP sets. Changes are paused first, so that the enforcer
 * puts nothing back. It is the enforcer's own run, with all its guards, over a ledger in which nobody is banned; and so
 * it works in observe mode too, where entries of earlier days would stand for ever otherwise: invariant I11 binds what
 * runs by itself, and this is an operator's word.
 */
export async function runClear(flags: ClearFlags, io: CliIo): Promise<void> {
  const dryRun = flags.dryRun === true;
  if (!dryRun && flags.yes !== true) {
    throw new UsageError('clear lets every banned source in again: look with --dry-run, then say --yes');
  }
  const because = reasonFlag(flags.because);
  const connection = await connect(flags, io);
  if (!dryRun) await pauseFirst(connection, because);
  const report = await reconcileWaiting(clearing(connection, dryRun, io), io);
  answer(io, flags.json, report, () => `${reconcileText(report, io)}${dryRun ? '' : nextText(report)}`);
  failUnlessCleared(report);
}

async function pauseFirst(connection: Connection, because: string): Promise<void> {
  const by = await connection.who();
  const standing = await connection.ledger.paused();
  if (standing === undefined)
    await connection.ledger.setPaused({ by, because: `cleared: ${because}`, at: connection.now() });
  await noteEnvironment(connection, 'clear', by, because);
}

function clearing(connection: Connection, dryRun: boolean, io: CliIo): EnforcementOptions {
  return {
    ...enforcementOptions(connection, progressLog(io)),
    ledger: withoutBans(connection.ledger),
    deployment: { ...connection.deployment, mode: 'enforce' },
    dryRun,
  };
}

/** The ledger as it would be if nobody were banned and nobody had paused; everything else goes to the real one. */
function withoutBans(ledger: Ledger): Ledger {
  const overlay: Pick<Ledger, 'bansInForce' | 'paused' | 'gate'> = {
    bansInForce: () => Promise.resolve([]),
    paused: () => Promise.resolve(undefined),
    gate: async () => ({ lease: (await ledger.gate()).lease, pause: undefined }),
  };
  return new Proxy(ledger, {
    get: (target, property) => {
      const owner = property in overlay ? overlay : target;
      const value: unknown = Reflect.get(owner, property);
      return typeof value === 'function' ? (value.bind(owner) as unknown) : value;
    },
  });
}

function nextText({ networkAcls }: ReconcileReport): string {
  const left = networkAcls.flatMap(({ strangers }) => strangers).length;
  const hint = left > 0 ? ` ${plural(left, 'rule')} that we may not touch stand: see above.` : '';
  return `Changes stay paused: ringfence resume would fill the slots again.${hint}\n`;
}

function failUnlessCleared(report: ReconcileReport): void {
  if (report.applied || (report.dryRun && report.errors.length === 0)) return;
  const [first] = report.errors;
  const why =
    first === undefined ? (report.stopped ?? 'not all was done') : `${first.target}: ${first.message}`;
  throw new CommandError(
    `not everything was cleared (${why}; ${changesIn(report)} changes planned): run ringfence clear again`,
  );
}
