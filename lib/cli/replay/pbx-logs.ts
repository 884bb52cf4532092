import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { PbxCollector } from '../../../lambda/detection';
import { inflated } from '../../../lambda/flow-log';
import {
  PBX_DIALECTS,
  type PbxDialect,
  type PbxLine,
  type PbxLineCounts,
  PbxLogReader,
  parseLogTime,
} from '../../../lambda/pbx-log';
import { CommandError, UsageError } from '../support/errors';
import { systemReason } from '../support/system-reason';
import type { ReplaySetup } from './setup';
import { encodeWindows } from './window-codec';
import type { WindowStore } from './window-store';

/** What was read of PBX logs. */
export interface PbxTotals extends PbxLineCounts {
  /** Lines that say something of a source, but not when. */
  readonly undated: number;
  /** First and last time, epoch seconds; `from` is more than `to` while there is none. */
  readonly span: { readonly from: number; readonly to: number };
}

/** Which PBX logs to read, as the flags say. */
export interface PbxFlags {
  readonly pbxLog?: readonly string[];
  readonly pbxDialect?: string;
  readonly pbxUtcOffset?: string;
}

/** PBX logs to read, checked. */
export interface PbxLogs {
  readonly paths: readonly string[];
  readonly dialect: PbxDialect;
  /** Seconds that the log's clock is ahead of UTC. */
  readonly offsetSeconds: number;
}

/** @throws UsageError naming the flag, the value and what to write */
export function pbxLogsOf({ pbxLog: paths = [], pbxDialect, pbxUtcOffset }: PbxFlags): PbxLogs | undefined {
  if (paths.length > 0)
    return { paths, dialect: dialectOf(pbxDialect), offsetSeconds: offsetOf(pbxUtcOffset) };
  if (pbxDialect === undefined && pbxUtcOffset === undefined) return undefined;
  throw new UsageError('--pbx-dialect and --pbx-utc-offset are about --pbx-log: name a file with it');
}

/**
 * Reads PBX logs into the store, as the pbx function does batches of lines. Times are those in the lines; one without
 * year is of the year that makes it the latest before `notAfter`.
 * @param notAfter epoch seconds
 * @throws CommandError for a file that cannot be read
 */
export async function readPbxLogs(
  { paths, dialect, offsetSeconds }: PbxLogs,
  { judge: { topology, policy } }: Pick<ReplaySetup, 'judge'>,
  store: Pick<WindowStore, 'add'>,
  notAfter: number,
): Promise<PbxTotals> {
  const reader = new PbxLogReader(dialect);
  const collector = new PbxCollector(topology, policy);
  const span = { from: Infinity, to: -Infinity };
  let undated = 0;
  const take = ({ event, time = '' }: PbxLine) => {
    const at = parseLogTime(time, { notAfter, offsetSeconds });
    if (at === undefined) {
      undated += 1;
      return;
    }
    collector.add(event, at);
    span.from = Math.min(span.from, at);
    span.to = Math.max(span.to, at);
  };
  for (const path of paths) {
    for await (const line of linesOf(path)) {
      const read = reader.read(line);
      if (read !== undefined) take(read);
    }
  }
  for (const window of encodeWindows(collector.drain('pbx logs'))) store.add(window);
  return { ...reader.counts, undated, span };
}

async function* linesOf(path: string): AsyncGenerator<string> {
  try {
    const input = Readable.from(inflated(createReadStream(path)));
    yield* createInterface({ input, crlfDelay: Infinity });
  } catch (error) {
    throw new CommandError(`--pbx-log ${path} cannot be read: ${systemReason(error)}`);
  }
}

function dialectOf(text: string | undefined): PbxDialect {
  const dialect = PBX_DIALECTS.find((known) => known === text);
  if (dialect !== undefined) return dialect;
  const given = text === undefined ? 'is missing' : `"${text}" is none`;
  throw new UsageError(`--pbx-dialect ${given}: write one of ${PBX_DIALECTS.join(', ')}`);
}

/** `+10:00`, as in RFC 3339, in seconds. */
function offsetOf(text = '+00:00'): number {
  const match = /^([+-])(\d{2}):([0-5]\d)$/.exec(text);
  const hours = Number(match?.[2]);
  if (match === null || hours > 14) {
    throw new UsageError(`--pbx-utc-offset "${text}" is no offset: write one like +10:00 or -05:30`);
  }
  return (match[1] === '-' ? -1 : 1) * (3600 * hours + 60 * Number(match[3]));
}
