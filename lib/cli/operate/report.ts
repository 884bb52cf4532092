import { CidrSet, formatCidr, parseCidr } from '../../../lambda/address';
import type { Ban } from '../../../lambda/blacklist/ban';
import { parseBanPolicy } from '../../../lambda/blacklist/ban-policy';
import { judgeContextOf } from '../../../lambda/detection';
import { decayWeight } from '../../../lambda/detection/weight';
import { legitimateBesides } from '../../../lambda/enforcement/legitimate';
import type { EnforcementView } from '../../../lambda/enforcement/enforcement-view';
import { newRecordCounts } from '../../../lambda/flow-log';
import type { ReplayResult, ReplaySlot } from '../replay/replay';
import type { ReportInput } from '../report/input';
import type { CliIo } from '../support/cli-io';
import { checkOutputFile } from '../support/output-file';
import { type Connection, connect } from './connect';
import { readEnforcementView } from './enforcement-view';
import type { ConnectionFlags } from './flags';
import { readStatus } from './status';

/** The flags of `report` as commander gives them. */
export interface ReportFlags extends ConnectionFlags {
  /** Where the page goes. @default `<environment>.html` */
  readonly out?: string;
}

/** `report`: an environment's ledger and walls as one page to look at and to pass on. */
export async function runReport(flags: ReportFlags, io: CliIo): Promise<void> {
  const started = io.elapsedMs();
  const connection = await connect(flags, io);
  const { environment } = connection.deployment;
  const file = flags.out ?? `${environment}.html`;
  await checkOutputFile('--out', file);
  const input = await readReportInput(connection);
  const { writeReport } = await import('../report/write-report');
  await writeReport(file, { ...input, seconds: (io.elapsedMs() - started) / 1000 });
  io.stderr.write(`The report is in ${file}\n`);
  if (flags.json === true) io.stdout.write(`${JSON.stringify({ environment, file })}\n`);
}

/**
 * What the ledger and the walls hold now, through the same reads as `status`, `list` and `why`. Changes nothing.
 * @throws what the ledger throws; network ACLs and IP sets that cannot be read are among the problems
 */
export async function readReportInput(connection: Connection): Promise<Omit<ReportInput, 'seconds'>> {
  const { ledger, deployment, now } = connection;
  const at = now();
  const [status, view, bans, allowed, known] = await Promise.all([
    readStatus(connection),
    readEnforcementView(connection),
    ledger.bansInForce(at),
    ledger.allowedCidrs(),
    ledger.legitimateSources(at),
  ]);
  const [networkAcl] = deployment.networkAcls;
  const slots = status.networkAcls[0]?.slots;
  return {
    result: resultOf(bans, view, known, at),
    setup: {
      site: deployment,
      judge: judgeContextOf(deployment, allowed),
      ban: parseBanPolicy(deployment.ban),
      maxNewPerHour: deployment.ban.maxNewPerHour,
      slots: {
        4: slots?.ipv4.effective ?? networkAcl?.slots.ipv4 ?? 0,
        6: slots?.ipv6.effective ?? networkAcl?.slots.ipv6 ?? 0,
      },
    },
    environment: status,
  };
}

function resultOf(
  bans: readonly Ban[],
  view: EnforcementView,
  known: readonly string[],
  at: number,
): ReplayResult {
  const ordered = [...bans].sort((a, b) => a.bannedAt - b.bannedAt || (a.key < b.key ? -1 : 1));
  return {
    records: { ...newRecordCounts(), sip: 0 },
    span: { from: Math.min(at, ...ordered.map(({ bannedAt }) => bannedAt)), to: at },
    bans: ordered,
    suspects: [],
    slots: slotsOf(ordered, view, at),
    overflow: view.report.overflow
      .filter(({ reason }) => reason === 'capacity')
      .map(({ cidr, weight, source }) => ({
        cidr: parseCidr(cidr),
        weight,
        forgeable: false,
        pinned: ordered.some((ban) => ban.source === source && ban.origin === 'operator'),
      })),
    legitimate: legitimateBesides(ordered, known),
    breaker: [],
  };
}

/** Our entries in the first network ACL; the others hold the same, or `problems` says why not. */
function slotsOf(bans: readonly Ban[], view: EnforcementView, at: number): ReplaySlot[] {
  const networkAclId = view.report.networkAcls[0]?.id;
  return view.ours
    .filter((rule) => rule.networkAclId === networkAclId)
    .map(({ ruleNumber, cidr: text }) => {
      const cidr = parseCidr(text);
      const inside = bans.filter((ban) => CidrSet.of([cidr]).covers(parseCidr(ban.cidr)));
      const addresses =
        2 ** ((cidr.family === 4 ? 32 : 64) - Math.min(cidr.prefixLength, cidr.family === 4 ? 32 : 64));
      return {
        ruleNumber,
        cidr: parseCidr(formatCidr(cidr)),
        weight: inside.reduce((sum, ban) => sum + decayWeight(ban.weight, ban.weightAt, at), 0),
        sources: inside.length,
        collateral: Math.max(0, addresses - inside.length),
      };
    });
}
