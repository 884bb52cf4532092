import { type Cidr, CidrSet, type IpFamily } from '../../../../lambda/address';
import {
  type ExportFormat,
  type ExportList,
  exportListOf,
  parsePlainList,
  readExportList,
  renderExport,
} from '../../../../lambda/export';
import type { CliIo } from '../../support/cli-io';
import { CommandError, UsageError } from '../../support/errors';
import { checkOutputFile, replaceFile } from '../../support/output-file';
import { readAll } from '../../support/read-all';
import { plural } from '../../support/table';
import { type Connection, connect } from '../connect';
import { type ConnectionFlags, timeFlag } from '../flags';
import { answer } from '../output';
import { shortIdentity } from '../words';
import { replayedBans } from './replayed-bans';

/** The flags of `export` as commander gives them. */
export interface ExportFlags extends ConnectionFlags {
  readonly format: ExportFormat;
  readonly family?: '4' | '6';
  readonly previous?: string;
  readonly output?: string;
  readonly force?: boolean;
  readonly replay?: string;
  readonly allow?: readonly string[];
}

/** A list, and what it is of. */
interface Exported {
  readonly list: ExportList;
  readonly environment: string | null;
  /** As of when, epoch seconds. */
  readonly at: number;
  /** What a person should know besides. */
  readonly notes: readonly string[];
}

/** Longest input that is read, bytes: a plain list of 200,000 blocks, a replay of as many bans with their evidence. */
const LONGEST_LIST = 16 * 1024 * 1024;
const LONGEST_REPLAY = 512 * 1024 * 1024;

/**
 * `export`: the blacklist in the words of another firewall. Nothing is written unless the ledger was read in full.
 * @throws UsageError, CommandError, ExportError, or what the ledger throws
 */
export async function runExport(flags: ExportFlags, io: CliIo): Promise<void> {
  const { format, family, output } = flags;
  if (flags.previous !== undefined && format !== 'cisco')
    throw new UsageError(`--previous is for --format cisco: ${format} replaces the whole list by itself`);
  if (output !== undefined) await checkOutputFile('--output', output);
  const previous = flags.previous === undefined ? undefined : await plainList(flags.previous, io);
  const exported = await (flags.replay === undefined
    ? fromLedger(flags, io)
    : fromReplay(flags.replay, flags, io));
  const only = family === undefined ? undefined : (Number(family) as IpFamily);
  const text = renderExport(exported.list, format, {
    ...(only !== undefined && { family: only }),
    ...(previous !== undefined && { previous }),
  });
  if (output !== undefined) await replaceFile('--output', output, text);
  for (const note of [...exported.notes, ...notesOf(exported.list, format, only)])
    io.stderr.write(`${note}\n`);
  if (output !== undefined) io.stderr.write(`wrote ${output}: ${counted(exported.list)}\n`);
  if (flags.json === true || output === undefined)
    answer(io, flags.json, documentOf(exported, format, text), () => text);
}

function documentOf({ list, environment, at }: Exported, format: ExportFormat, text: string) {
  const { cidrs, digest, held } = list;
  return { environment, at, format, digest, entries: cidrs.length, held, text };
}

async function fromLedger(flags: ExportFlags, io: CliIo): Promise<Exported> {
  if (flags.allow !== undefined)
    throw new UsageError('--allow is for --replay; an environment has its own allowlist: ringfence allow');
  const connection = await connect(flags, io);
  const { ledger, deployment, nowMs } = connection;
  const { environment, mode } = deployment;
  const pause = await ledger.paused();
  if (pause !== undefined && flags.force !== true) {
    throw new CommandError(
      `changes are paused by ${shortIdentity(pause.by)} (${pause.because}), so nothing is exported and firewalls keep what they have: ringfence resume, or --force for this one`,
    );
  }
  const list = await readExportList({ ledger, deployment, clock: nowMs }, () => standingIn(connection));
  const notes =
    mode === 'observe' ? [`note: ${environment} is in observe mode and denies none of these itself`] : [];
  return { list, environment, at: connection.now(), notes };
}

/** What the IP sets deny now: asked only while the breaker holds bans back. */
async function standingIn({ deployment, ipSets }: Connection): Promise<CidrSet> {
  const observed = await Promise.all(deployment.ipSets.map((set) => ipSets.read(set)));
  return CidrSet.of(observed.flatMap(({ addresses }) => addresses));
}

async function fromReplay(file: string, flags: ExportFlags, io: CliIo): Promise<Exported> {
  const { env, deployment, asOf, allow = [] } = flags;
  if (env !== undefined || deployment !== undefined)
    throw new UsageError('--replay stands in place of an environment: leave --env and --deployment out');
  const at = asOf === undefined ? undefined : timeFlag('--as-of', asOf);
  const bans = replayedBans(await readAll(file, LONGEST_REPLAY, io), file, at);
  return { list: exportListOf(bans.cidrs, CidrSet.parse(allow)), environment: null, at: bans.at, notes: [] };
}

async function plainList(file: string, io: CliIo): Promise<Cidr[]> {
  const text = await readAll(file, LONGEST_LIST, io);
  try {
    return parsePlainList(text);
  } catch (error) {
    throw new CommandError(`--previous ${file} is no plain list: ${(error as Error).message}`);
  }
}

function counted({ cidrs }: ExportList): string {
  const six = cidrs.filter(({ family }) => family === 6).length;
  return `${plural(cidrs.length - six, 'IPv4 block')}, ${plural(six, 'IPv6 block')}`;
}

function notesOf({ cidrs, held }: ExportList, format: ExportFormat, family: IpFamily | undefined): string[] {
  const written = format === 'iptables' ? (family ?? 4) : family;
  const left = written === undefined ? 0 : cidrs.filter((cidr) => cidr.family !== written).length;
  return [
    ...(left > 0
      ? [
          `note: ${plural(left, 'block')} of IPv${written === 4 ? 6 : 4} left out: write them with --family ${written === 4 ? 6 : 4}`,
        ]
      : []),
    ...(held > 0 ? [`note: ${plural(held, 'ban')} left out that the breaker holds back`] : []),
  ];
}
