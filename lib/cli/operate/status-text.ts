import type { CliIo } from '../support/cli-io';
import { paletteOf } from '../support/palette';
import { plural } from '../support/table';
import { field } from './output';
import type { StatusDocument } from './status-document';
import { relative, shortCidr, timeAndDistance } from './words';

/** A screen as terminals have it, where they do not say; its last line is the prompt's. */
const USUAL_ROWS = 24;

/**
 * The state of an environment on one screen. Where there is more to say than fits, the most urgent problems are said and
 * the rest is counted; a pipe gets all.
 * @param reserved lines that somebody else writes on the same screen
 */
export function statusText(status: StatusDocument, io: CliIo, reserved = 0): string {
  if (io.stdout.isTTY !== true) return screen(status, io, Infinity);
  const rows = (io.stdout.rows ?? USUAL_ROWS) - 1 - reserved;
  for (const most of [Infinity, 12, 8, 6, 4, 3, 2, 1]) {
    const text = screen(status, io, most);
    if (text.split('\n').length - 1 <= rows || most === 1) return text;
  }
  return '';
}

/** @param most entries of a list that may be long: problems, holds, IP sets */
function screen(status: StatusDocument, io: CliIo, most: number): string {
  const lines = [
    headline(status, io),
    ...shortened(
      status.problems.map((problem) => field(io, '', `! ${problem}`, 2)),
      most,
      (more) => `  … and ${more} more: ringfence status --json, ringfence doctor`,
    ),
    '',
    field(io, 'mode', modeText(status)),
    field(io, 'detection', detectionText(status)),
    field(io, 'enforcer', enforcerText(status)),
    field(io, 'bans', bansText(status)),
    ...status.networkAcls.flatMap((acl) => networkAclLines(acl, io)),
    ...status.ipSets.map((set) =>
      field(io, 'IP set', `${set.name}: ${set.addresses} of ${set.capacity}${pendingText(set.pending)}`),
    ),
    field(
      io,
      'allowlist',
      `${plural(status.allowed, 'CIDR')} by operators, besides the configuration (ringfence allow)`,
    ),
    ...shortened(
      status.holds.map((hold) => holdLine(hold, status.at, io)),
      most,
      (more) => `            … and ${more} more holds: ringfence status --json`,
    ),
  ];
  return `${lines.join('\n')}\n`;
}

function holdLine({ cidr, until, because }: StatusDocument['holds'][number], at: number, io: CliIo): string {
  const text = `${shortCidr(cidr)} is not banned automatically until ${timeAndDistance(until, at)}: ${because}`;
  return field(io, 'hold', text);
}

function shortened(lines: readonly string[], most: number, rest: (more: number) => string): string[] {
  return lines.length <= most ? [...lines] : [...lines.slice(0, most), rest(lines.length - most)];
}

function headline({ environment, healthy, problems }: StatusDocument, io: CliIo): string {
  const palette = paletteOf(io.stdout, io.env);
  if (healthy) return palette.well(`${environment}: all is well`);
  return palette.wrong(`${environment}: ${plural(problems.length, 'thing')} to look at`);
}

function modeText({ mode, paused }: StatusDocument): string {
  if (mode === 'observe') return 'observe: bans are recorded, nothing is changed';
  return paused === null ? 'enforce' : 'enforce, but paused: nothing is changed';
}

function detectionText({ judgedThrough, at }: StatusDocument): string {
  if (judgedThrough === null) return 'no SIP traffic has been judged yet';
  return `SIP traffic judged up to ${timeAndDistance(judgedThrough, at)}`;
}

function enforcerText({ lastRun, at }: StatusDocument): string {
  if (lastRun === null) return 'no run yet';
  const outcome = lastRun.ok ? 'well' : 'FAILED';
  return `last run ${relative(lastRun.at, at)}: ${outcome}, ${plural(lastRun.changes, 'change')}`;
}

function bansText({ bans, breaker }: StatusDocument): string {
  const held = breaker.held > 0 ? `, ${breaker.held} of them held by the breaker` : '';
  return `${bans.inForce} in force: ${bans.automatic} by detection, ${bans.operator} by hand${held}`;
}

function networkAclLines({ id, slots, pending }: StatusDocument['networkAcls'][number], io: CliIo): string[] {
  const family = ({ used, effective }: { used: number; effective: number }): string =>
    `${used} of ${effective}`;
  return [
    field(
      io,
      'slots',
      `${id}: IPv4 ${family(slots.ipv4)}, IPv6 ${family(slots.ipv6)}${pendingText(pending)}`,
    ),
  ];
}

function pendingText(pending: number): string {
  return pending === 0 ? '' : `, ${plural(pending, 'change')} to come`;
}
