import type { ReconcileReport } from '../../../lambda/enforcement';
import type { CliIo } from '../support/cli-io';
import { plural, table } from '../support/table';
import { MISSING_WORDS } from '../../../lambda/enforcement/denial-words';
import { shortCidr } from './words';

/** Changes of a run, planned or made: entries of network ACLs, and IP sets written. */
export function changesIn({ networkAcls, ipSets }: ReconcileReport): number {
  const sets = ipSets.filter(({ add, remove }) => add.length + remove.length > 0).length;
  return networkAcls.reduce((sum, acl) => sum + acl.changes.length, sets);
}

/** A run of the enforcer for people: what was to be done, whether it is, and what found no place. */
export function reconcileText(report: ReconcileReport, io: CliIo): string {
  const parts = [
    ...report.networkAcls.map((acl) => networkAclText(acl, io)),
    ...report.ipSets.map(ipSetText),
    overflowText(report, io),
    breakerText(report),
    ...report.networkAcls.flatMap(strangersText),
    ...report.errors.map(({ target, message }) => `FAILED  ${target}: ${message}`),
    outcomeText(report),
  ];
  return `${parts.filter((part) => part !== '').join('\n')}\n`;
}

function networkAclText({ id, changes, slots }: ReconcileReport['networkAcls'][number], io: CliIo): string {
  const { ipv4, ipv6 } = slots;
  const used = `slots: IPv4 ${ipv4.used} of ${ipv4.effective}, IPv6 ${ipv6.used} of ${ipv6.effective}`;
  if (changes.length === 0) return `${id}: nothing to change; ${used}`;
  const rows = changes.map((change) => [
    change.op,
    String(change.ruleNumber),
    'from' in change ? shortCidr(change.from) : '',
    'to' in change ? shortCidr(change.to) : '',
  ]);
  const heading = `${id}: ${plural(changes.length, 'change')}; then ${used}`;
  return `${heading}\n${table(['change', 'rule', 'from', 'to'], rows, io)}`;
}

function ipSetText({ name, addresses, add, remove }: ReconcileReport['ipSets'][number]): string {
  const holds = `holds ${plural(addresses, 'CIDR')}`;
  if (add.length + remove.length === 0) return `${name}: nothing to change; ${holds}`;
  return `${name}: ${add.length} to add, ${remove.length} to remove; ${holds} then`;
}

/** Rows shown; `--json` has all. */
const MOST_ROWS = 20;

function overflowText({ overflow }: ReconcileReport, io: CliIo): string {
  if (overflow.length === 0) return '';
  const rows = overflow
    .slice(0, MOST_ROWS)
    .map(({ source, weight, reason, heldBy }) => [
      source,
      weight.toFixed(1),
      MISSING_WORDS[reason],
      heldBy === 'ip-set' ? 'IP set' : 'nothing',
    ]);
  const more =
    overflow.length > MOST_ROWS ? `\n… and ${overflow.length - MOST_ROWS} more: --json has all` : '';
  return `${plural(overflow.length, 'ban')} not in the slots:\n${table(['source', 'weight', 'because', 'denied by'], rows, io)}${more}`;
}

function breakerText({ breaker }: ReconcileReport): string {
  if (!breaker.tripped) return '';
  return `The breaker is open: ${plural(breaker.held, 'new ban')} recorded, not enforced.`;
}

function strangersText({ id, strangers }: ReconcileReport['networkAcls'][number]): string[] {
  return strangers.map(
    ({ ruleNumber, action, cidr, reason }) =>
      `${id}: rule ${ruleNumber} (${action} ${cidr}) is left alone: ${reason}`,
  );
}

function outcomeText(report: ReconcileReport): string {
  if (report.dryRun) return 'Dry run: nothing was changed.';
  if (report.paused !== undefined)
    return `Nothing was changed: paused by ${report.paused.by}: ${report.paused.because}. ringfence resume lets it go on.`;
  if (report.mode === 'observe') return 'Nothing was changed: this environment is in observe mode.';
  if (report.applied) return 'Done: the world is as the ledger wants it.';
  return report.stopped === undefined ? 'Not all was done.' : `Stopped early: ${report.stopped}.`;
}
