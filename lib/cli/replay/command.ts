import { awsSettings } from '../operate/aws-settings';
import type { CliIo } from '../support/cli-io';
import { CommandError, UsageError } from '../support/errors';
import { checkOutputFile } from '../support/output-file';
import { progressOn } from '../support/progress';
import { keepNursery } from '../support/heap';
import { plural } from '../support/table';
import type { ReplayBase } from './environment-base';
import { replayInputs } from './inputs';
import { replayDocument } from './json';
import type { Labels, Score } from './labels';
import { type PbxLogs, pbxLogsOf, readPbxLogs } from './pbx-logs';
import type { ReadTotals } from './log-reader';
import { readLogs } from './read-logs';
import { judgeReplay, type ReplayResult } from './replay';
import { type ReplayFlags, type ReplaySetup, replaySetup } from './setup';
import { replayText } from './text';
import { WindowStore } from './window-store';

/**
 * Runs `replay`. Everything that can be wrong with the call is found before a record is read, and nothing is printed
 * or written unless all input could be read to its end.
 */
export async function runReplayCommand(
  named: readonly string[],
  flags: ReplayFlags,
  io: CliIo,
): Promise<void> {
  const started = io.elapsedMs();
  const setup = replaySetup(flags, flags.env === undefined ? undefined : await environmentAt(flags.env));
  const pbx = pbxLogsOf(flags);
  const paths = named.length === 0 && pbx === undefined ? ['-'] : named;
  if (paths.includes('-') && paths.length === 1 && (io.stdin as { isTTY?: boolean }).isTTY === true) {
    throw new UsageError('no input: name flow-log files, or pipe records to standard input');
  }
  if (flags.report !== undefined) await checkOutputFile('--report', flags.report);
  const labels = flags.labels === undefined ? undefined : await labelsAt(flags.labels);
  const result = await replayAll({ paths, pbx }, flags, setup, io);
  const score = labels && (await scoreOf(result, labels));
  const seconds = (io.elapsedMs() - started) / 1000;
  if (flags.report !== undefined) {
    const { writeReport } = await import('../report/write-report');
    const { activity } = result;
    await writeReport(flags.report, {
      result,
      setup,
      seconds,
      ...(score && { score }),
      ...(activity && { activity }),
    });
    io.stderr.write(`The report is in ${flags.report}\n`);
  }
  if (flags.json === true)
    io.stdout.write(`${JSON.stringify(replayDocument(result, seconds, score), null, 1)}\n`);
  else io.stdout.write(replayText({ result, setup, seconds, ...(score && { score }) }, io));
}

// What only some replays need is loaded for those: loading takes longer than replaying a short log.
async function environmentAt(name: string): Promise<ReplayBase> {
  const { baseOfEnvironment } = await import('./environment-base');
  return baseOfEnvironment(name);
}

async function labelsAt(path: string): Promise<Labels> {
  const { readLabels } = await import('./labels');
  return readLabels(path);
}

async function scoreOf({ bans }: ReplayResult, labels: Labels): Promise<Score> {
  const { scoreBans } = await import('./labels');
  return scoreBans(bans, labels);
}

async function replayAll(
  { paths, pbx }: { readonly paths: readonly string[]; readonly pbx: PbxLogs | undefined },
  flags: ReplayFlags,
  setup: ReplaySetup,
  io: CliIo,
): Promise<ReplayResult> {
  const threads = flags.threads === undefined ? undefined : parseThreads(flags.threads);
  const inputs = await replayInputs(paths, () => awsSettings(flags, io.env), io);
  const progress = progressOn(
    io,
    inputs.reduce<number | undefined>(
      (sum, { bytes }) => (sum === undefined || bytes === undefined ? undefined : sum + bytes),
      0,
    ),
  );
  keepNursery();
  const store = new WindowStore();
  try {
    const flows = await readLogs(inputs, setup, store, progress.add, threads).finally(progress.stop);
    const totals = pbx === undefined ? flows : await withPbxLogs(flows, pbx, setup, store, io);
    const result = await judgeReplay(store, totals, setup, flags.report !== undefined);
    checkLegible(result, setup);
    return result;
  } finally {
    store.close();
  }
}

/** A log without years is of the flow log's, or else of this one. */
async function withPbxLogs(
  flows: ReadTotals,
  logs: PbxLogs,
  setup: ReplaySetup,
  store: WindowStore,
  io: CliIo,
): Promise<ReadTotals> {
  const notAfter = flows.span.from <= flows.span.to ? flows.span.to : io.now() / 1000;
  const pbx = await readPbxLogs(logs, setup, store, notAfter);
  const span = { from: Math.min(flows.span.from, pbx.span.from), to: Math.max(flows.span.to, pbx.span.to) };
  return { ...flows, span, pbx };
}

function parseThreads(text: string): number {
  if (/^[1-9]\d?$/.test(text)) return Number(text);
  throw new UsageError(`--threads "${text}" is not a number of threads: write 1 to 99`);
}

/** Records of which none can be read are another format's: no result is better than an empty one. */
function checkLegible({ records }: ReplayResult, { format }: ReplaySetup): void {
  const { read, malformed, malformedByCause } = records;
  if (read === 0 || malformed < read) return;
  const causes = Object.entries(malformedByCause).map(([cause, count]) => `${cause} ${count}`);
  const remedy =
    format === undefined ? 'say what its fields are with --format "<fields>"' : 'correct --format';
  throw new CommandError(
    `none of ${plural(read, 'record')} can be read (${causes.join(', ')}): the log has other fields, ${remedy}`,
  );
}
