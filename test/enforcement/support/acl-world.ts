import { type Cidr, type CidrSet, CidrSet as Cidrs, formatCidr, parseCidr } from '../../../lambda/address';
import type { NetworkAclChange, ObservedEntry } from '../../../lambda/enforcement';
import { type NetworkAclProblem, planNetworkAcl } from '../../../lambda/enforcement/network-acl-plan';
import { byFamily } from '../../../lambda/enforcement/network-acl-state';
import { ACL } from './deployment';

/** A plain deny at a rule number. */
export const deny = (ruleNumber: number, cidr: string): ObservedEntry => ({
  ruleNumber,
  action: 'deny',
  protocol: '-1',
  cidr: parseCidr(cidr),
});

/** An allow at a rule number. */
export const allow = (ruleNumber: number, cidr = '0.0.0.0/0'): ObservedEntry => ({
  ...deny(ruleNumber, cidr),
  action: 'allow',
});

/** A problem in which everything observed on the owned numbers is recorded as ours, unless said otherwise. */
export function problem(
  observed: readonly ObservedEntry[],
  wanted: readonly string[],
  change: Partial<NetworkAclProblem> = {},
): NetworkAclProblem {
  const ruleNumbers = change.ruleNumbers ?? { first: 1, last: 50 };
  return {
    observed,
    owned: observed
      .filter(({ ruleNumber }) => ruleNumber <= ruleNumbers.last)
      .map(({ ruleNumber, cidr }) => ({ networkAclId: ACL, ruleNumber, cidr: formatCidr(cidr) })),
    ruleNumbers,
    quota: 20,
    slots: { 4: 18, 6: 18 },
    wanted: byFamily(wanted.map((cidr) => parseCidr(cidr))),
    allowlist: Cidrs.empty,
    ...change,
  };
}

/** Changes in short: `+1 198.51.100.1/32`, `~2 a → b`, `-3 a`. */
export function short(changes: readonly NetworkAclChange[]): string[] {
  return changes.map((change) => {
    if (change.op === 'create') return `+${change.ruleNumber} ${change.to}`;
    if (change.op === 'delete') return `-${change.ruleNumber} ${change.from}`;
    return `~${change.ruleNumber} ${change.from} → ${change.to}`;
  });
}

/** Plan of {@link problem}, in short. */
export const plan = (...args: Parameters<typeof problem>): string[] =>
  short(planNetworkAcl(problem(...args)).changes);

/** What EC2 makes of a change; throws for what EC2 refuses, and for a change of another family. */
export function applyChange(entries: readonly ObservedEntry[], change: NetworkAclChange): ObservedEntry[] {
  const before = entries.find(({ ruleNumber }) => ruleNumber === change.ruleNumber);
  if ((change.op === 'create') === (before !== undefined))
    throw new Error(`EC2 would refuse ${JSON.stringify(change)}`);
  const others = entries.filter((entry) => entry !== before);
  if (change.op === 'delete') return others;
  const after = deny(change.ruleNumber, change.to);
  if (before !== undefined && before.cidr.family !== after.cidr.family)
    throw new Error('not within its family');
  return [...others, after];
}

/** The entries after each prefix of the changes, the first being what was observed. */
export function states(
  entries: readonly ObservedEntry[],
  changes: readonly NetworkAclChange[],
): ObservedEntry[][] {
  const all: ObservedEntry[][] = [[...entries]];
  for (const change of changes) all.push(applyChange(all.at(-1) ?? [], change));
  return all;
}

/** Union of CIDRs of entries. */
export const union = (entries: readonly { readonly cidr: Cidr }[]): CidrSet =>
  Cidrs.of(entries.map(({ cidr }) => cidr));
