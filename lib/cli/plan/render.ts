import { formatCidr } from '../../../lambda/address';
import type { FilterCandidate } from '../../../lambda/filter-set';
import type { CliIo } from '../support/cli-io';
import { plural, table } from '../support/table';
import type { PlanSettings } from './flags';
import type { Plan } from './make-plan';

/** The plan for people: what the slots should hold, what that blocks, and what to change. */
export function planText(plan: Plan, overflow: readonly FilterCandidate[], io: CliIo): string {
  const parts = [`${summary(plan)}\n${leftOut(overflow)}`];
  if (plan.entries.length > 0) {
    const rows = plan.entries.map((entry) => [
      String(entry.ruleNumber),
      entry.cidr,
      amount(entry.weight),
      String(entry.sources),
      String(entry.collateral),
    ]);
    parts.push(`${table(['rule', 'deny', 'weight', 'sources', 'others covered'], rows, io)}\n`);
  }
  if (plan.changes.length > 0) {
    const rows = plan.changes.map(({ op, ruleNumber, from, to }) => [
      op,
      String(ruleNumber),
      from ?? '',
      to ?? '',
    ]);
    parts.push(`${table(['change', 'rule', 'from', 'to'], rows, io)}\n`);
  }
  return parts.join('\n');
}

function summary({ entries, blockedWeight, totalWeight, changes }: Plan): string {
  const share = totalWeight > 0 ? (100 * blockedWeight) / totalWeight : 0;
  const blocked = `${entries.length} ${entries.length === 1 ? 'entry' : 'entries'}`;
  const calls = changes.length === 0 ? 'nothing to change' : plural(changes.length, 'change');
  return `${blocked} would block ${amount(blockedWeight)} of ${amount(totalWeight)} (${share.toFixed(1)} %); ${calls}.`;
}

/** What stays outside, so that nobody takes a full set for everything. */
function leftOut(overflow: readonly FilterCandidate[]): string {
  if (overflow.length === 0) return '';
  const [heaviest] = overflow.toSorted((a, b) => b.weight - a.weight);
  const weight = overflow.reduce((sum, candidate) => sum + candidate.weight, 0);
  const most = heaviest && `, the heaviest ${formatCidr(heaviest.cidr)} with ${amount(heaviest.weight)}`;
  return `No entry covers ${plural(overflow.length, 'source')} of weight ${amount(weight)}${most ?? ''}.\n`;
}

/** Six significant digits, as short as they go: 31.2, 0.000256. */
function amount(value: number): string {
  return String(Number(value.toPrecision(6)));
}

/** What was maximised, and with which numbers. */
export function explanation({ slots, policy, allowlist }: PlanSettings, plan: Plan): string {
  const { maxWidth, stability, collateralCost, minSources, minDensity } = policy;
  const allowed = allowlist.isEmpty ? 'nothing' : allowlist.toStrings().join(' ');
  return `
Of all sets of at most ${slots} disjoint prefixes of each family, the one with the largest
  sum of weights of the sources it covers
  − sum of costs of the legitimate sources it covers   (one without cost is never covered)
  − ${collateralCost} × other addresses it covers             (--collateral-cost; /64s for IPv6)
  + ${stability} × entries that are in place and stay           (--stability)
An entry is used only where that is above 0. It covers no address of the allowlist (--allow: ${allowed}),
is not wider than /${maxWidth[4]} for IPv4 and /${maxWidth[6]} for IPv6 (--max-width), and if wider than one address (or one /64)
holds at least ${minSources} sources (--min-sources) on at least ${100 * minDensity} % of its addresses (--min-density).
An entry in place that covers no source earns nothing by staying. An IPv6 address stands for its /64, but for itself
where that /64 touches the allowlist or a legitimate source.
Of equals: more entries that stay, then fewer entries, then narrower ones, then lower addresses.
This plan: ${plan.entries.length} entries, ${amount(plan.blockedWeight)} of ${amount(plan.totalWeight)} blocked.
`;
}
