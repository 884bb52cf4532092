import { join } from 'node:path';
import { parseCidr } from '../../../lambda/address';
import { parseBanPolicy } from '../../../lambda/blacklist/ban-policy';
import { judgeContextOf } from '../../../lambda/detection';
import { scoreBans, readLabels, type Score } from '../replay/labels';
import { breakerTrips } from '../replay/breaker-trips';
import type { ReplayReport } from '../replay/text';
import type { CliIo } from '../support/cli-io';
import { UsageError } from '../support/errors';
import { checkOutputFile } from '../support/output-file';
import { projectRoot } from '../support/project-root';
import type { LocalCloud, LocalSite } from './local-cloud';
import { type LocalOutcome, runLocal, TICK_SECONDS } from './local-run';
import { LiveView } from './live-view';
import { LocalView, type RunView } from './local-view';
import { readRecordedLog } from './recorded-log';

/** The flags of `local` as commander gives them. */
export interface LocalFlags {
  readonly report: string;
  readonly json?: boolean;
  readonly endpointUrl?: string;
  readonly env?: string;
  readonly deployment?: string;
}

/** Where the recorded day was recorded: a VPC with phones, a PBX and a proxy, SIP open to all (examples/data). */
export const RECORDED_SITE: LocalSite = {
  environment: 'local',
  ownCidrs: ['10.20.1.0/24', '2001:db8:aaaa:1::/64'],
  proxyRanges: ['198.51.100.96/28'],
  allowlist: [],
  exposure: 'open',
  sip: { ports: [5060, 5061], rtp: '10000-19999' },
  ban: { first: '1h', factor: 4, max: '30d', maxNewPerHour: 200 },
};

/** A recorded flow log and what is known of its sources: paths. */
export interface Recording {
  readonly log: string;
  readonly labels: string;
}

function recordedDay(): Recording {
  const data = join(projectRoot(), 'examples', 'data');
  return { log: join(data, 'recorded-day.log.gz'), labels: join(data, 'recorded-day.labels.json') };
}

/** Runs `local`: starts the embedded services, plays the day, prints what happens and writes the report. */
export async function runLocalCommand(
  flags: LocalFlags,
  io: CliIo,
  recording: Recording = recordedDay(),
): Promise<void> {
  const started = io.elapsedMs();
  await checkOutputFile('--report', flags.report);
  const log = await readRecordedLog(recording.log, TICK_SECONDS);
  const labels = await readLabels(recording.labels);
  const clock = { now: log.deliveries[0]?.at ?? 0 };
  const cloud = await findCloud(flags, io, () => clock.now * 1000);
  try {
    const view = viewOf(flags, io);
    view.start(log.records, cloud);
    const outcome = await runLocal(cloud, log, clock, view.show);
    const seconds = (io.elapsedMs() - started) / 1000;
    const score = scoreBans(outcome.bans, labels);
    await writeLocalReport(flags.report, outcome, seconds, score);
    if (flags.json === true)
      io.stdout.write(`${JSON.stringify(localDocument(outcome, score, seconds), null, 1)}\n`);
    else view.end(outcome, score, seconds, flags.report);
  } finally {
    await cloud.close();
  }
}

/** Drawn in place on a terminal, line by line elsewhere, nothing but the end for `--json`. */
function viewOf({ json }: LocalFlags, io: CliIo): RunView {
  const isTerminal = io.stdout.isTTY === true && io.env['TERM'] !== 'dumb';
  return isTerminal && json !== true ? new LiveView(io) : new LocalView(io, json === true);
}

/** The embedded services, or an emulator. Neither is loaded when the other is meant. */
async function findCloud(flags: LocalFlags, io: CliIo, clock: () => number): Promise<LocalCloud> {
  const { endpointUrl } = flags;
  if (endpointUrl !== undefined) {
    const { findEmulatedCloud } = await import('./emulated-cloud');
    return findEmulatedCloud({ ...flags, endpointUrl }, RECORDED_SITE, io.env);
  }
  for (const flag of ['env', 'deployment'] as const) {
    if (flags[flag] === undefined) continue;
    throw new UsageError(
      `--${flag} needs --endpoint-url: the embedded services have no environment but their own`,
    );
  }
  const { startEmbeddedCloud } = await import('./embedded-cloud');
  return startEmbeddedCloud(RECORDED_SITE, clock);
}

function localDocument(outcome: LocalOutcome, score: Score, seconds: number) {
  const { records, bans, slots, inForce, calls } = outcome;
  return {
    records,
    bans: bans.map(({ source, bannedAt, expiresAt, offence, score: points }) => ({
      source,
      bannedAt,
      expiresAt,
      offence,
      score: points,
    })),
    slots,
    inForce: inForce.length,
    calls,
    score,
    seconds,
  };
}

async function writeLocalReport(
  path: string,
  outcome: LocalOutcome,
  seconds: number,
  score: Score,
): Promise<void> {
  const { writeReport } = await import('../report/write-report');
  await writeReport(path, { ...localReport(outcome, seconds, score), enforced: true });
}

/** The run as the report wants it: the slots are those of the network ACL, not a plan. */
function localReport(outcome: LocalOutcome, seconds: number, score: Score): ReplayReport {
  const { records, span, bans, suspects, slots, inForce } = outcome;
  const covered = new Set(slots.map(({ cidr }) => cidr));
  const { maxNewPerHour } = RECORDED_SITE.ban;
  return {
    result: {
      records,
      span,
      bans,
      suspects,
      slots: slots.map((slot) => ({ ...slot, cidr: parseCidr(slot.cidr), collateral: 0 })),
      overflow: inForce
        .filter(({ cidr }) => !covered.has(cidr))
        .map(({ cidr, weight, forgeable, origin }) => ({
          cidr: parseCidr(cidr),
          weight,
          forgeable,
          pinned: origin === 'operator',
        })),
      breaker: breakerTrips(bans, maxNewPerHour, span.to),
    },
    setup: {
      site: RECORDED_SITE,
      judge: judgeContextOf(RECORDED_SITE, []),
      ban: parseBanPolicy(RECORDED_SITE.ban),
      maxNewPerHour,
      slots: { 4: 18, 6: 18 },
    },
    seconds,
    score,
  };
}
