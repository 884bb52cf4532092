import type { Denial, MissingReason } from './enforcement-view';

/** In words, for a cell of a table. */
export const MISSING_WORDS: Readonly<Record<MissingReason, string>> = {
  capacity: 'no slot left',
  allowlist: 'allowlisted',
  breaker: 'held by breaker',
  observe: 'observe mode',
  paused: 'paused',
  pending: 'not yet',
};

/** `rules 3 and 7`, `rule 3 of acl-0a1b…` where there are several ACLs, `IP set`; empty for nothing. */
export function denialWords({ rules, ipSets }: Denial, networkAcls: number): string {
  const ours = rules.filter((rule) => rule.ours);
  const numbers =
    networkAcls > 1
      ? ours.map(({ networkAclId, ruleNumber }) => `${networkAclId} rule ${ruleNumber}`)
      : ours.map(({ ruleNumber }) => String(ruleNumber));
  const slots = networkAcls > 1 || numbers.length === 0 ? numbers : [`rule ${numbers.join(', ')}`];
  return [...slots, ...(ipSets.length > 0 ? ['IP set'] : [])].join(', ');
}
