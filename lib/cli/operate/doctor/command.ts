import type { CliIo } from '../../support/cli-io';
import { CommandError } from '../../support/errors';
import { plural } from '../../support/table';
import { awsSettings } from '../aws-settings';
import { type Connection, connect } from '../connect';
import type { ConnectionFlags } from '../flags';
import { answer } from '../output';
import { shortIdentity, span } from '../words';
import { alarmChecks } from './alarm-checks';
import { enforcementChecks } from './enforcement-checks';
import { exposureChecks } from './exposure-checks';
import { CHECKS, examine, type Finding, ok, warning } from './finding';
import { flowLogChecks } from './flow-log-checks';
import { functionChecks } from './function-checks';
import { ledgerChecks } from './ledger-checks';
import { networkAclChecks } from './network-acl-checks';
import { Patient } from './patient';
import { Reads } from './reads';
import { type DoctorDocument, doctorText } from './text';

/**
 * `doctor`: examines an environment from outside, with calls that only read, and says what to do about what it finds.
 * @throws CommandError when a check failed, after all of them were told
 */
export async function runDoctor(flags: ConnectionFlags, io: CliIo): Promise<void> {
  const settings = awsSettings(flags, io.env);
  const reads = new Reads(settings);
  try {
    const findings = inOrder(await findingsOf(flags, io, reads));
    const failures = findings.filter(({ health }) => health === 'failed').length;
    const environment = flags.env ?? null;
    const at = Math.floor(io.now() / 1000);
    const document: DoctorDocument = { environment, at, healthy: failures === 0, findings };
    answer(io, flags.json, document, () => doctorText(document, io));
    if (failures > 0)
      throw new CommandError(
        `${plural(failures, 'check')} failed${environment === null ? '' : ` in ${environment}`}`,
      );
  } finally {
    reads.close();
  }
}

async function findingsOf(flags: ConnectionFlags, io: CliIo, reads: Reads): Promise<Finding[]> {
  const first = await examine('credentials', () => credentials(reads, io));
  let connection: Connection | undefined;
  const deployment = await examine('deployment', async () => {
    connection = await connect(flags, io);
    return [deploymentFinding(connection, flags)];
  });
  if (connection === undefined) return [...first, ...deployment];
  const patient = new Patient(connection, reads);
  const groups = [
    ledgerChecks,
    functionChecks,
    flowLogChecks,
    networkAclChecks,
    enforcementChecks,
    exposureChecks,
    alarmChecks,
  ].flatMap((checks) => checks(patient));
  return [...first, ...deployment, ...(await Promise.all(groups)).flat()];
}

/** How far this clock may be from AWS's without a word, seconds; AWS refuses signatures from 5 minutes on. */
const SKEW_SECONDS = 10;

async function credentials(reads: Reads, io: CliIo): Promise<Finding[]> {
  const { arn, date } = await reads.identity();
  const who = ok('credentials', `${shortIdentity(arn)} (${arn.split(':')[4] ?? 'no account'})`);
  if (date === undefined)
    return [who, warning('clock', 'the answer says no time', 'compare this clock by hand')];
  const skew = Math.abs(io.now() - date) / 1000;
  if (skew <= SKEW_SECONDS) return [who, ok('clock', `within ${SKEW_SECONDS} s of AWS's`)];
  return [
    who,
    warning(
      'clock',
      `this machine's clock is ${span(skew)} ${io.now() > date ? 'ahead of' : 'behind'} AWS's`,
      'switch on time synchronisation (NTP): ages below are off by as much, and AWS refuses calls from 5 minutes on',
    ),
  ];
}

function deploymentFinding({ deployment }: Connection, { deployment: file }: ConnectionFlags): Finding {
  const { environment, mode } = deployment;
  const from = file === undefined ? `/ringfence/${environment}/deployment` : file;
  const says = `${from} reads in full`;
  return mode === 'enforce'
    ? ok('deployment', `${says}, mode enforce`)
    : ok('deployment', `${says}, mode observe: bans are recorded, nothing is changed`);
}

function inOrder(findings: readonly Finding[]): Finding[] {
  return CHECKS.flatMap((check) => findings.filter((finding) => finding.check === check));
}
