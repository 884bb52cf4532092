import { formatCidr } from '../../../lambda/address';
import type { Ban } from '../../../lambda/blacklist/ban';
import { formatDuration } from '../../../lambda/blacklist/duration';
import type { CliIo } from '../support/cli-io';
import { plural, table, time } from '../support/table';
import type { Score } from './labels';
import type { PbxTotals } from './pbx-logs';
import type { ReplayResult } from './replay';
import type { ReplaySetup } from './setup';

/** All that a replay has to tell. */
export interface ReplayReport {
  readonly result: ReplayResult;
  readonly setup: ReplaySetup;
  readonly seconds: number;
  readonly score?: Score;
}

/** Bans and suspects shown; `--json` has all. */
const MOST_ROWS = 30;

/** The replay's outcome for a person: tables on a terminal, aligned text in a pipe. */
export function replayText(report: ReplayReport, io: CliIo): string {
  const { result } = report;
  const sections = [
    summary(report),
    banSection(result, io),
    suspectSection(result, io),
    slotSection(report, io),
    breakerLine(report),
    scoreLine(report),
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

function summary({ result, seconds }: ReplayReport): string {
  const { read, parsed, malformed, noData, skipData, sip } = result.records;
  const lines = [
    `${plural(read, 'record')} in ${seconds.toFixed(1)} s: ${plural(parsed, 'flow')}, ${sip} of them SIP`,
  ];
  if (result.span) lines.push(`from ${time(result.span.from)} to ${time(result.span.to)}`);
  if (result.pbx) lines.push(pbxLine(result.pbx));
  if (malformed > 0) {
    const causes = Object.entries(result.records.malformedByCause).map(
      ([cause, count]) => `${cause} ${count}`,
    );
    lines.push(`${plural(malformed, 'line')} could not be read: ${causes.join(', ')}`);
  }
  if (noData > 0) lines.push(`${plural(noData, 'interval')} without traffic (NODATA)`);
  if (skipData > 0)
    lines.push(
      `${plural(skipData, 'interval')} in which AWS lost records (SKIPDATA): blind there, not quiet`,
    );
  return lines.join('\n');
}

function pbxLine({ read, used, unsafe, illegible, undated }: PbxTotals): string {
  const dropped = unsafe + illegible;
  const parts = [
    `${plural(read, 'line')} of PBX logs, ${used} of them about a source`,
    ...(dropped > 0 ? [`${dropped} dropped, because they cannot be read without doubt`] : []),
    ...(undated > 0 ? [`${undated} left out, because they do not say when`] : []),
  ];
  return parts.join('; ');
}

function banSection({ bans }: ReplayResult, io: CliIo): string {
  if (bans.length === 0) return 'No source was banned.';
  const rows = bans
    .slice(0, MOST_ROWS)
    .map((ban) => [time(ban.bannedAt), ban.source, length(ban), String(ban.offence), reason(ban)]);
  const heading = `${plural(bans.length, 'ban')} of ${plural(new Set(bans.map(({ key }) => key)).size, 'source')}`;
  return `${heading}\n${table(['banned at', 'source', 'for', 'offence', 'because'], rows, io)}${more(bans.length)}`;
}

function length(ban: Ban): string {
  return formatDuration(ban.expiresAt - ban.bannedAt);
}

function reason({ evidence }: Ban): string {
  return evidence.map(({ detail }) => detail).join('; ');
}

function suspectSection({ suspects }: ReplayResult, io: CliIo): string {
  if (suspects.length === 0) return '';
  const rows = suspects
    .slice(0, MOST_ROWS)
    .map(({ source, trust, evidence }) => [
      source,
      trust ?? 'score below the bound',
      evidence.map(({ detail }) => detail).join('; '),
    ]);
  return `${plural(suspects.length, 'suspect')}, not banned\n${table(['source', 'spared because', 'what it did'], rows, io)}${more(suspects.length)}`;
}

function more(count: number): string {
  return count > MOST_ROWS ? `\n… and ${count - MOST_ROWS} more: --json has all` : '';
}

function slotSection({ result, setup }: ReplayReport, io: CliIo): string {
  if (result.bans.length === 0) return '';
  if (result.slots.length === 0) return 'No ban is in force at the end of the log, so no slot is filled.';
  const rows = result.slots.map(({ ruleNumber, cidr, weight, sources }) => [
    String(ruleNumber),
    formatCidr(cidr),
    weight.toFixed(1),
    String(sources),
  ]);
  const overflow =
    result.overflow.length === 0
      ? ''
      : `\n${plural(result.overflow.length, 'ban')} found no slot: they would stand in the IP sets only`;
  return `Slots at the end of the log (${result.slots.length} used, ${setup.slots[4]} IPv4 and ${setup.slots[6]} IPv6 there)\n${table(['rule', 'deny', 'weight', 'sources'], rows, io)}${overflow}`;
}

function breakerLine({ result, setup }: ReplayReport): string {
  return result.breaker
    .map(
      ({ at, until, held }) =>
        `The breaker would have tripped at ${time(at)} (more than ${setup.maxNewPerHour} new bans in an hour) ${Number.isFinite(until) ? `until ${time(until)}` : 'and still be open at the end'}: ${plural(held, 'ban')} recorded, not enforced.`,
    )
    .join('\n');
}

function scoreLine({ score }: ReplayReport): string {
  if (score === undefined) return '';
  const falseBans =
    score.falseBans.length === 0 ? 'no false ban' : `FALSE BANS: ${score.falseBans.join(', ')}`;
  return `Against the labels: precision ${score.precision.toFixed(2)}, recall ${score.recall.toFixed(2)}, ${falseBans}`;
}
