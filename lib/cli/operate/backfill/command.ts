import { type Contribution, judgeContextOf } from '../../../../lambda/detection';
import { FlowLogFormat, type RecordCounts } from '../../../../lambda/flow-log';
import { replayInputs } from '../../replay/inputs';
import { LogReader } from '../../replay/log-reader';
import type { CliIo } from '../../support/cli-io';
import { CommandError, UsageError } from '../../support/errors';
import { progressOn } from '../../support/progress';
import { plural, table, time } from '../../support/table';
import { awsSettings } from '../aws-settings';
import { type Connection, connect } from '../connect';
import type { ConnectionFlags } from '../flags';
import { answer, field } from '../output';
import { noteEnvironment } from '../pause';
import { reasonOf, shortCidr, timeAndDistance } from '../words';
import { judgePast, type PastJudged } from './judge-past';

/** The flags of `backfill` as commander gives them. */
export interface BackfillFlags extends ConnectionFlags {
  readonly format?: string;
}

/** What was read. Times are epoch seconds. */
interface ReadLog {
  readonly records: RecordCounts & { readonly sip: number };
  readonly span: { readonly from: number; readonly to: number } | null;
  readonly contributions: readonly Contribution[];
}

/**
 * `backfill`: recorded flow logs through the detector into the ledger, so that trust and history are there from the
 * first day. Event time decides: a ban that is over already is history. Done again it changes nothing.
 */
export async function runBackfill(paths: readonly string[], flags: BackfillFlags, io: CliIo): Promise<void> {
  if (paths.length === 1 && paths[0] === '-' && (io.stdin as { isTTY?: boolean }).isTTY === true)
    throw new UsageError('no input: name flow-log files, or pipe records to standard input');
  const format = flags.format === undefined ? undefined : FlowLogFormat.parse(flags.format);
  const connection = await connect(flags, io);
  const log = await readLog(paths, format, connection, { flags, io });
  const by = await connection.who();
  const judged = await judgePast(connection, log.contributions, by);
  await noteEnvironment(connection, 'backfill', by, summary(log, judged));
  answer(io, flags.json, backfillDocument(log, judged, connection), () =>
    backfillText(log, judged, connection, io),
  );
}

async function readLog(
  paths: readonly string[],
  format: FlowLogFormat | undefined,
  { deployment }: Connection,
  { flags, io }: { flags: BackfillFlags; io: CliIo },
): Promise<ReadLog> {
  const inputs = await replayInputs(paths, () => awsSettings(flags, io.env), io);
  const sizes = inputs.map(({ bytes }) => bytes ?? NaN);
  const total = sizes.reduce((sum, bytes) => sum + bytes, 0);
  const progress = progressOn(io, Number.isNaN(total) ? undefined : total);
  const { topology, policy } = judgeContextOf(deployment, []);
  const contributions: Contribution[] = [];
  const reader = new LogReader(
    'backfill',
    { topology, policy, format },
    { contributions: (some) => contributions.push(...some), progress: progress.add },
  );
  try {
    for (const input of inputs) await reader.read(input);
  } finally {
    progress.stop();
  }
  const { counts, span, sip } = reader.end();
  const records = { ...counts, sip };
  if (records.read > 0 && records.malformed === records.read)
    throw new CommandError(
      `none of ${plural(records.read, 'record')} can be read: say what their fields are with --format "<fields>"`,
    );
  return { records, span: span.from <= span.to ? span : null, contributions };
}

function summary({ records, span }: ReadLog, { bans, sources }: PastJudged): string {
  const when = span === null ? 'none' : `from ${time(span.from)} to ${time(span.to)}`;
  return `${plural(records.parsed, 'flow')} ${when}: ${plural(bans.length, 'ban')}, ${plural(sources, 'source')}`;
}

function backfillDocument({ records, span }: ReadLog, judged: PastJudged, { now }: Connection) {
  const { windows, bans, inForce, suspects, sources } = judged;
  return {
    records,
    span,
    at: now(),
    windows,
    sources,
    suspects,
    bans: bans.map(({ source, cidr, bannedAt, expiresAt, offence, score, evidence }) => ({
      source,
      cidr,
      bannedAt,
      expiresAt,
      offence,
      score,
      evidence: evidence.map(({ rule, at, detail }) => ({ rule, at, detail })),
    })),
    inForce: inForce.map(({ cidr }) => cidr),
  };
}

/** Bans in force shown; `list` and `--json` have all. */
const MOST_ROWS = 20;

function backfillText(log: ReadLog, judged: PastJudged, { now }: Connection, io: CliIo): string {
  const { records, span } = log;
  const { bans, inForce, suspects, sources } = judged;
  const lines = [
    field(
      io,
      'read',
      `${plural(records.read, 'record')}, ${records.sip} of them SIP, ${records.malformed} unreadable`,
    ),
    ...(span ? [field(io, 'from', time(span.from)), field(io, 'to', time(span.to))] : []),
    field(io, 'remembered', `${plural(sources, 'source')}, with trust and history; ${suspects} suspect`),
    field(
      io,
      'bans',
      `${bans.length} made: ${bans.length - inForce.length} over already, ${inForce.length} in force`,
    ),
  ];
  if (inForce.length === 0) return `${lines.join('\n')}\n`;
  const rows = inForce
    .slice(0, MOST_ROWS)
    .map((ban) => [shortCidr(ban.cidr), timeAndDistance(ban.expiresAt, now()), reasonOf(ban)]);
  const more = inForce.length > MOST_ROWS ? `\n… and ${inForce.length - MOST_ROWS} more: ringfence list` : '';
  return `${lines.join('\n')}\n\n${table(['banned', 'until', 'because'], rows, io)}${more}\n`;
}
