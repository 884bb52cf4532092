import type { CliIo } from '../support/cli-io';
import { plural } from '../support/table';
import { coloursOf, field } from './output';
import type { StatusDocument } from './status-document';
import { relative, shortCidr, timeAndDistance } from './words';

/** The state of an environment on one screen of 80 columns. */
export function statusText(status: StatusDocument, io: CliIo): string {
  const lines = [
    headline(status, io),
    ...status.problems.map((problem) => field(io, '', `! ${problem}`, 2)),
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
    ...status.holds.map(({ cidr, until, because }) =>
      field(
        io,
        'hold',
        `${shortCidr(cidr)} is not banned automatically until ${timeAndDistance(until, status.at)}: ${because}`,
      ),
    ),
  ];
  return `${lines.join('\n')}\n`;
}

function headline({ environment, healthy, problems }: StatusDocument, io: CliIo): string {
  const colours = coloursOf(io);
  if (healthy) return colours.green(`${environment}: all is well`);
  return colours.red(`${environment}: ${plural(problems.length, 'thing')} to look at`);
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
