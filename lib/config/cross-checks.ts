import { BanPolicyError, parseBanPolicy } from '../../lambda/blacklist/ban-policy';
import { parseDuration } from '../../lambda/blacklist/duration';
import { formatRange, rangeContains, rangesOverlap } from './fields';
import { addressProblems } from './address-checks';
import { flowLogProblems } from './flow-log-checks';
import { forwardingProblems } from './forwarding-checks';
import type { ConfigurationProblem } from './problem';
import type { SectionProblem, ValidSections } from './sections';
import type { ParsedEnvironment } from './schema';
import { ownedNumberCount, roomForSlots, slotsOf } from './slots';

/** What no single key shows: keys of one environment that do not fit together. */
export function problemsWithin(sections: ValidSections): SectionProblem[] {
  return [
    ...sipProblems(sections),
    ...networkProblems(sections),
    ...ruleNumberProblems(sections),
    ...slotProblems(sections),
    ...addressProblems(sections),
    ...forwardingProblems(sections),
    ...banProblems(sections),
    ...flowLogProblems(sections),
    ...webAclProblems(sections),
  ];
}

function sipProblems({ sip }: ValidSections): SectionProblem[] {
  if (!sip) return [];
  const { ports, alternativePort, rtp } = sip;
  const keys = [...ports.map((value, i) => ({ key: `sip.ports[${i}]`, value }))];
  if (alternativePort !== undefined) keys.push({ key: 'sip.alternativePort', value: alternativePort });
  const inMedia = keys
    .filter(({ value }) => rangeContains(rtp, value))
    .map(({ key, value }) => ({
      key,
      value,
      reason: `lies inside the media range sip.rtp ${formatRange(rtp)}: choose a port outside it, or move sip.rtp`,
    }));
  if (alternativePort === undefined || !ports.includes(alternativePort)) return inMedia;
  const reason = `is one of sip.ports ${JSON.stringify(ports)} already: choose another port, or leave the key out`;
  return [...inMedia, { key: 'sip.alternativePort', value: alternativePort, reason }];
}

function networkProblems({ vpc, voiceSubnets, networkAcl }: ValidSections): SectionProblem[] {
  if (!vpc) return [];
  return 'create' in vpc
    ? [...needless('voiceSubnets', voiceSubnets), ...needless('networkAcl.ids', networkAcl?.ids)]
    : [
        ...needed('voiceSubnets', voiceSubnets, 'the subnets of its voice servers'),
        ...(networkAcl
          ? needed('networkAcl.ids', networkAcl.ids, 'the network ACLs of its voice subnets')
          : []),
      ];
}

function needless(key: string, value: readonly string[] | undefined): SectionProblem[] {
  if (value === undefined || value.length === 0) return [];
  return [{ key, value, reason: 'does not go with vpc.create, which makes its own: leave the key out' }];
}

function needed(key: string, value: readonly string[] | undefined, what: string): SectionProblem[] {
  if (value !== undefined && value.length > 0) return [];
  return [{ key, reason: `is missing: an adopted VPC needs ${what} by name, add at least one` }];
}

function ruleNumberProblems({ networkAcl }: ValidSections): SectionProblem[] {
  if (!networkAcl || networkAcl.ruleNumbers.last < networkAcl.firstAllowRule) return [];
  return [
    {
      key: 'networkAcl.ruleNumbers',
      value: formatRange(networkAcl.ruleNumbers),
      reason: `reaches the first allow rule, networkAcl.firstAllowRule ${networkAcl.firstAllowRule}, behind which a deny has no effect: end below ${networkAcl.firstAllowRule}, or move the allow rules up`,
    },
  ];
}

function slotProblems({ networkAcl }: ValidSections): SectionProblem[] {
  if (!networkAcl) return [];
  const { quota, otherIngressRules } = networkAcl;
  const room = roomForSlots(networkAcl);
  if (room < 1) {
    const reason = `leaves no slot: networkAcl.quota ${quota} − 1 (final deny) − ${otherIngressRules} is ${room}; remove rules from the ACL, or have the quota raised (40 at most)`;
    return [{ key: 'networkAcl.otherIngressRules', value: otherIngressRules, reason }];
  }
  return [...slotsOverQuota(networkAcl, room), ...slotsOverNumbers(networkAcl)];
}

function slotsOverQuota(networkAcl: ParsedEnvironment['networkAcl'], room: number): SectionProblem[] {
  const { quota, otherIngressRules, slots } = networkAcl;
  return (['ipv4', 'ipv6'] as const)
    .filter((family) => (slots[family] ?? 0) > room)
    .map((family) => ({
      key: `networkAcl.slots.${family}`,
      value: slots[family],
      reason: `is more than the quota leaves: networkAcl.quota ${quota} − 1 (final deny) − networkAcl.otherIngressRules ${otherIngressRules} = ${room}; write at most ${room}, or have the quota raised (40 at most)`,
    }));
}

function slotsOverNumbers(networkAcl: ParsedEnvironment['networkAcl']): SectionProblem[] {
  const slots = slotsOf(networkAcl);
  const count = ownedNumberCount(networkAcl);
  if (slots.ipv4 + slots.ipv6 <= count) return [];
  return [
    {
      key: 'networkAcl.slots',
      value: slots,
      reason: `needs ${slots.ipv4 + slots.ipv6} rule numbers, but networkAcl.ruleNumbers ${formatRange(networkAcl.ruleNumbers)} holds ${count}: lower the slots, or own more numbers`,
    },
  ];
}

function banProblems({ ban }: ValidSections): SectionProblem[] {
  if (!ban) return [];
  if (parseDuration(ban.first) > parseDuration(ban.max)) {
    const reason = `is longer than ban.max "${ban.max}": shorten it, or raise ban.max`;
    return [{ key: 'ban.first', value: ban.first, reason }];
  }
  try {
    parseBanPolicy(ban);
    return [];
  } catch (error) {
    if (!(error instanceof BanPolicyError)) throw error;
    return [{ key: 'ban', value: ban, reason: `is no policy for bans: ${error.message}` }];
  }
}

function webAclProblems({ webAcl, account, region }: ValidSections): SectionProblem[] {
  if (!webAcl) return [];
  if (webAcl.associations.length === 0 && !webAcl.cloudFront) {
    const reason =
      'protects nothing: name a load balancer or REST API in webAcl.associations, set webAcl.cloudFront to true, or leave the key out';
    return [{ key: 'webAcl', value: webAcl, reason }];
  }
  if (!webAcl.cloudFront || (account !== undefined && region !== undefined)) return [];
  const reason =
    'needs a stack in us-east-1 beside the others, and so account and region have to be named: add both to the environment';
  return [{ key: 'webAcl.cloudFront', value: true, reason }];
}

/** Environments that would fight over the same rules of one network ACL. */
export function conflictsBetween(
  environments: readonly { readonly name: string; readonly sections: ValidSections }[],
): ConfigurationProblem[] {
  return environments.flatMap((one, i) =>
    environments.slice(0, i).flatMap((earlier) => sharedRuleNumbers(earlier, one)),
  );
}

function sharedRuleNumbers(
  earlier: { readonly name: string; readonly sections: ValidSections },
  later: { readonly name: string; readonly sections: ValidSections },
): ConfigurationProblem[] {
  const [a, b] = [earlier.sections.networkAcl, later.sections.networkAcl];
  const shared = a?.ids?.find((id) => b?.ids?.includes(id));
  if (!a || !b || shared === undefined || !rangesOverlap(a.ruleNumbers, b.ruleNumbers)) return [];
  return [
    {
      environment: later.name,
      key: 'networkAcl.ruleNumbers',
      value: formatRange(b.ruleNumbers),
      reason: `overlaps ${formatRange(a.ruleNumbers)}, which environment "${earlier.name}" owns in the same network ACL ${shared}: give each environment its own numbers`,
    },
  ];
}
