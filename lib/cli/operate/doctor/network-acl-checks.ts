import { type Cidr, CidrSet, cidrsOverlap, formatCidr, parseCidr } from '../../../../lambda/address';
import { type NetworkAclDeployment, parseRuleNumbers } from '../../../../lambda/enforcement';
import { effectiveAllowlist } from '../../../../lambda/enforcement/facts';
import { LAST_RULE_NUMBER } from '../../../../lambda/enforcement/deployment';
import type { ObservedEntry } from '../../../../lambda/enforcement/network-acl-gateway';
import { plural } from '../../support/table';
import { listed } from '../words';
import { examine, failed, type Finding, ok, warning } from './finding';
import type { Patient } from './patient';

/** The network ACLs as walls: whether they stand before anything, and whether our denies come before others' allows. */
export function networkAclChecks(patient: Patient): Promise<readonly Finding[]>[] {
  return [
    examine('network ACL', () => useFindings(patient)),
    examine('rule order', () => orderFindings(patient)),
    examine('allowlist', () => allowlistFindings(patient)),
  ];
}

async function useFindings(patient: Patient): Promise<Finding[]> {
  return (await patient.networkAclUses()).map(({ id, vpcId, subnets }) =>
    subnets.length > 0
      ? ok('network ACL', `${id} in ${vpcId} guards ${plural(subnets.length, 'subnet')}`)
      : failed(
          'network ACL',
          `${id} guards no subnet: its denies keep nobody out`,
          'associate it with the voice subnets, or name the ACL that they use in networkAcl.ids',
        ),
  );
}

async function orderFindings(patient: Patient): Promise<Finding[]> {
  const acls = await Promise.all(
    patient.deployment.networkAcls.map(async (acl) => ({ acl, ingress: await ingressOf(patient, acl) })),
  );
  const spared = await effectiveAllowlist(patient.connection);
  return acls.flatMap(({ acl, ingress }) => orderOf(acl, ingress, spared));
}

async function ingressOf(
  { connection }: Patient,
  { id }: NetworkAclDeployment,
): Promise<readonly ObservedEntry[]> {
  return (await connection.networkAcls.describe(id)).ingress;
}

/** A foreign allow on a lower number than one of ours lets in what it covers, whatever we deny behind it. */
function orderOf(acl: NetworkAclDeployment, ingress: readonly ObservedEntry[], spared: CidrSet): Finding[] {
  const { first, last } = parseRuleNumbers(acl.ruleNumbers);
  const early = ingress.filter(
    ({ action, ruleNumber, cidr }) => action === 'allow' && ruleNumber < last && !spared.covers(cidr),
  );
  if (early.length === 0)
    return [ok('rule order', `${acl.id}: our rules ${first}–${last} come before the allows of others`)];
  const rules = listed(early.map(({ ruleNumber, cidr }) => `${ruleNumber} (${formatCidr(cidr)})`));
  return [
    failed(
      'rule order',
      `${acl.id}: allow rule ${rules} comes before some of ours and lets banned sources in`,
      `move it above ${last}, or set networkAcl.ruleNumbers below it`,
    ),
  ];
}

async function allowlistFindings(patient: Patient): Promise<Finding[]> {
  const { deployment, connection, now } = patient;
  const allowed = await connection.ledger.allowedCidrs();
  const configured = [...deployment.allowlist, ...allowed].map((text) => parseCidr(text));
  const proxies = deployment.proxyRanges.map((text) => parseCidr(text));
  const spared = await effectiveAllowlist(patient.connection);
  const bans = await connection.ledger.bansInForce(now);
  const refused = bans.filter(({ cidr }) => spared.overlaps(parseCidr(cidr)));
  const findings = [
    ...configured.filter(isWide).map((cidr) => wideFinding(cidr)),
    ...proxiesAmongOwn(proxies, deployment.ownCidrs),
    ...(await deniedProxies(patient, proxies)),
    ...(refused.length === 0
      ? []
      : [
          warning(
            'allowlist',
            `${plural(refused.length, 'ban')} of allowlisted sources, not enforced: ${listed(refused.slice(0, 3).map(({ source }) => source))}${refused.length > 3 ? ' …' : ''}`,
            'ringfence unban them, or ringfence disallow the block, whichever is right',
          ),
        ]),
  ];
  if (findings.length > 0) return findings;
  return [
    ok(
      'allowlist',
      `${plural(proxies.length, 'proxy range')} and ${plural(configured.length, 'further CIDR')}; no deny and no ban touches them`,
    ),
  ];
}

/** Wider than an ISP's block: everything in there may probe unhindered. As `requireSensibleWidth` has it. */
function isWide({ family, prefixLength }: Cidr): boolean {
  return prefixLength < (family === 4 ? 16 : 32);
}

function wideFinding(cidr: Cidr): Finding {
  return warning(
    'allowlist',
    `${formatCidr(cidr)} is allowed as a whole: nobody in there is ever banned`,
    'narrow it to who really calls',
  );
}

function proxiesAmongOwn(proxies: readonly Cidr[], ownCidrs: readonly string[]): Finding[] {
  const own = CidrSet.parse(ownCidrs);
  return proxies
    .filter((proxy) => own.overlaps(proxy))
    .map((proxy) =>
      failed(
        'allowlist',
        `proxy range ${formatCidr(proxy)} overlaps the own CIDRs: its records count as our own and are not looked at`,
        'correct voiceProxyRanges or vpc.cidrs',
      ),
    );
}

/** A deny that covers a proxy and comes before an allow for it, ours or not, stops calls. */
async function deniedProxies(patient: Patient, proxies: readonly Cidr[]): Promise<Finding[]> {
  const found: Finding[] = [];
  for (const acl of patient.deployment.networkAcls) {
    const ingress = await ingressOf(patient, acl);
    for (const { ruleNumber, cidr, action } of ingress) {
      const stops = action === 'deny' && ruleNumber <= LAST_RULE_NUMBER;
      const proxy = stops ? proxies.find((each) => cidrsOverlap(each, cidr)) : undefined;
      if (proxy === undefined || isAllowedBefore(ingress, ruleNumber, proxy)) continue;
      found.push(
        failed(
          'allowlist',
          `${acl.id} rule ${ruleNumber} denies ${formatCidr(cidr)}, and with it the proxy range ${formatCidr(proxy)}`,
          'delete that rule: calls from there do not come in',
        ),
      );
    }
  }
  return found;
}

function isAllowedBefore(ingress: readonly ObservedEntry[], ruleNumber: number, proxy: Cidr): boolean {
  return ingress.some(
    (rule) =>
      rule.action === 'allow' && rule.ruleNumber < ruleNumber && CidrSet.of([rule.cidr]).covers(proxy),
  );
}
