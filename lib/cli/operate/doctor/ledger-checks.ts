import type { Lease } from '../../../../lambda/blacklist/lease';
import type { Pause } from '../../../../lambda/blacklist/ledger';
import { plural } from '../../support/table';
import { relative, shortIdentity, span } from '../words';
import { examine, failed, type Finding, ok, warning } from './finding';
import type { Patient } from './patient';

/** The ledger: whether it can be read, whether it can be restored, and what it says of the runs and of who may write. */
export function ledgerChecks(patient: Patient): Promise<readonly Finding[]>[] {
  return [
    examine('ledger', () => ledgerFindings(patient)),
    examine('recovery', () => recoveryFindings(patient)),
    examine('enforcer', () => enforcerFindings(patient)),
    examine('lease', () => leaseFindings(patient)),
    examine('pause', async () => [pauseFinding((await patient.connection.ledger.gate()).pause, patient.now)]),
  ];
}

/** Reading bans and everything beside them in full is the check: an item of a newer schema fails it (invariant I6). */
async function ledgerFindings({ connection, deployment, reads, now }: Patient): Promise<Finding[]> {
  const { ledger } = connection;
  const [bans] = await Promise.all([ledger.bansInForce(now), ledger.allowedCidrs(), ledger.holds()]);
  const { ledgerTable } = deployment;
  const found = ok('ledger', `${ledgerTable} reads in full: ${plural(bans.length, 'ban')} in force`);
  return [found, ...(await examine('ledger', () => tableFindings(ledgerTable, reads)))];
}

async function tableFindings(ledgerTable: string, reads: Patient['reads']): Promise<Finding[]> {
  const table = await reads.table(ledgerTable);
  const findings: Finding[] = [];
  if (table.TableStatus !== 'ACTIVE')
    findings.push(
      failed('ledger', `the table is ${table.TableStatus ?? 'in no known state'}`, 'wait until it is ACTIVE'),
    );
  if (table.StreamSpecification?.StreamEnabled !== true)
    findings.push(
      warning(
        'ledger',
        'its stream is off: new bans wait for the next tick',
        'restored tables lack it: aws dynamodb update-table --stream-specification StreamEnabled=true,StreamViewType=NEW_IMAGE',
      ),
    );
  if (table.DeletionProtectionEnabled !== true)
    findings.push(
      warning(
        'ledger',
        'the table may be deleted: without it nobody knows which denies are ours',
        'set protect to true in cdk.json and deploy',
      ),
    );
  return findings;
}

async function recoveryFindings({ deployment, reads }: Patient): Promise<Finding[]> {
  const { ledgerTable } = deployment;
  const [isOn, ttl] = await Promise.all([
    reads.pointInTimeRecovery(ledgerTable),
    examine('recovery', async () => {
      const attribute = await reads.timeToLive(ledgerTable);
      return attribute === 'ttl'
        ? []
        : [
            warning(
              'recovery',
              'time to live is off: what is over is never tidied away',
              'aws dynamodb update-time-to-live --time-to-live-specification Enabled=true,AttributeName=ttl',
            ),
          ];
    }),
  ]);
  const recovery = isOn
    ? ok('recovery', 'point-in-time recovery is on')
    : failed(
        'recovery',
        'point-in-time recovery is off: what is lost stays lost',
        'aws dynamodb update-continuous-backups --point-in-time-recovery-specification PointInTimeRecoveryEnabled=true',
      );
  return [recovery, ...ttl];
}

/** Without a run for so long enforcement counts as late, seconds: as the alarm Late has it. */
const LATE_SECONDS = 300;
/** How far ahead a function's clock may be of ours without a word, seconds. */
const AHEAD_SECONDS = 60;

async function enforcerFindings({ connection, now }: Patient): Promise<Finding[]> {
  const run = await connection.ledger.lastRun();
  const remedy =
    "read the enforce function's log: its last error line names the cause (runbook, EnforcementLate)";
  if (run === undefined)
    return [failed('enforcer', 'it has never run', 'deploy the Automation stack: npx cdk deploy')];
  if (!run.ok)
    return [failed('enforcer', `its last run failed: ${run.detail ?? 'no cause recorded'}`, remedy)];
  if (run.at > now + AHEAD_SECONDS)
    return [
      failed(
        'enforcer',
        `its last run was ${relative(run.at, now)}: a clock is wrong`,
        'set the clock of this machine',
      ),
    ];
  const age = now - run.at;
  if (age > LATE_SECONDS) return [failed('enforcer', `it has not run for ${span(age)}`, remedy)];
  return [ok('enforcer', `ran ${relative(run.at, now)}: ${plural(run.changes, 'change')}`)];
}

/** Longest a lease is held without renewal and with clocks apart, milliseconds: 15 min of a function, 5 min of skew. */
const LONGEST_LEASE_MS = 20 * 60_000;

async function leaseFindings({ connection }: Patient): Promise<Finding[]> {
  const { lease } = await connection.ledger.gate();
  return [leaseFinding(lease, connection.nowMs())];
}

function leaseFinding(lease: Lease | undefined, nowMs: number): Finding {
  if (lease === undefined) return ok('lease', 'nobody has written yet');
  const left = lease.expiresAtMs - nowMs;
  if (lease.expiresAtMs === 0) return ok('lease', `free, taken ${lease.fence} times so far`);
  if (left <= 0) return ok('lease', `free: ${lease.holder} did not give it back, and it ran out`);
  if (left <= LONGEST_LEASE_MS) return ok('lease', `held by ${lease.holder} for ${span(left / 1000)} more`);
  return warning(
    'lease',
    `held by ${lease.holder} until ${span(left / 1000)} from now, longer than anybody may`,
    'a clock is wrong, here or there; enforcers pass over such a lease, so nothing stands still',
  );
}

function pauseFinding(pause: Pause | undefined, now: number): Finding {
  if (pause === undefined) return ok('pause', 'changes are not paused');
  return warning(
    'pause',
    `changes are paused for ${span(now - pause.at)} by ${shortIdentity(pause.by)}: ${pause.because}`,
    'ringfence resume, once it is safe to go on',
  );
}
