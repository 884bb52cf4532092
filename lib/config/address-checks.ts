import { type Cidr, parseCidr } from '../../lambda/address';
import type { SectionProblem, ValidSections } from './sections';

/** Widest block that can belong to one provider or office: RIRs give out nothing wider. */
const WIDEST = { 4: 8, 6: 19 } as const;

/** AWS: inbound rules per security group and family, each prefix list counted with all its entries (*VPC quotas*). */
const SECURITY_GROUP_RULES = 60;

/** VPC sizes that leave room for two voice subnets; AWS itself allows /16 to /28. */
const VPC_PREFIX_LENGTHS = { shortest: 16, longest: 24 };

/** Address ranges that are too wide, too many, missing or of the wrong family. */
export function addressProblems(sections: ValidSections): SectionProblem[] {
  return [
    ...tooWide('voiceProxyRanges', sections.voiceProxyRanges),
    ...tooWide('mediaRanges', sections.mediaRanges),
    ...tooWide('allowlist', sections.allowlist),
    ...createdVpcProblems(sections.vpc),
    ...missingProxies(sections),
    ...tooManyRules(sections),
  ];
}

function tooWide(key: string, cidrs: readonly string[] = []): SectionProblem[] {
  return cidrs.flatMap((value, i) => {
    const { family, prefixLength } = parseCidr(value);
    if (prefixLength >= WIDEST[family]) return [];
    const reason = `is too wide, nothing in it could ever be banned: write a prefix of /${WIDEST[family]} or longer`;
    return [{ key: `${key}[${i}]`, value, reason }];
  });
}

function createdVpcProblems(vpc: ValidSections['vpc']): SectionProblem[] {
  if (!vpc || !('create' in vpc)) return [];
  const { family, prefixLength } = parseCidr(vpc.create);
  const { shortest, longest } = VPC_PREFIX_LENGTHS;
  if (family === 4 && prefixLength >= shortest && prefixLength <= longest) return [];
  const reason = `is not the CIDR of a VPC that can be created: write IPv4 with a prefix of /${shortest} to /${longest}, such as "10.20.0.0/16"`;
  return [{ key: 'vpc.create', value: vpc.create, reason }];
}

function missingProxies({ exposure, voiceProxyRanges }: ValidSections): SectionProblem[] {
  if (exposure !== 'proxy-only' || voiceProxyRanges === undefined || voiceProxyRanges.length > 0) return [];
  const reason =
    'is empty, and exposure "proxy-only" would admit nobody: add the ranges of your voice provider';
  return [{ key: 'voiceProxyRanges', value: voiceProxyRanges, reason }];
}

function tooManyRules(sections: ValidSections): SectionProblem[] {
  const { sip, exposure, voiceProxyRanges, mediaRanges, forwarding } = sections;
  if (!sip || exposure !== 'proxy-only' || !voiceProxyRanges || !mediaRanges) return [];
  // Each SIP port over UDP and TCP, and the media ports; at the load balancer, each listener.
  const perRange = Math.max(2 * sip.ports.length + 1, 2 * (forwarding?.listeners.length ?? 0));
  return ([4, 6] as const).flatMap((family) => {
    const proxies = countOf(family, voiceProxyRanges);
    const rules = perRange * proxies + countOf(family, mediaRanges);
    if (rules <= SECURITY_GROUP_RULES) return [];
    const reason = `needs ${rules} IPv${family} rules in a security group (${proxies} ranges × ${perRange} rules and the media ranges), AWS allows ${SECURITY_GROUP_RULES}: join adjacent ranges, or use fewer ports`;
    return [{ key: 'voiceProxyRanges', value: voiceProxyRanges, reason }];
  });
}

function countOf(family: Cidr['family'], cidrs: readonly string[]): number {
  return cidrs.filter((each) => parseCidr(each).family === family).length;
}
