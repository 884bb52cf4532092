import type { IpPermission, SecurityGroup } from '@aws-sdk/client-ec2';
import { CidrSet, tryParseCidr } from '../../../../lambda/address';
import { plural } from '../../support/table';
import { examine, failed, type Finding, ok, warning } from './finding';
import type { Patient } from './patient';

/** Whether security groups of the voice subnets admit SIP from elsewhere than `exposure` says. */
export function exposureChecks(patient: Patient): Promise<readonly Finding[]>[] {
  return [examine('exposure', () => exposureFindings(patient))];
}

async function exposureFindings(patient: Patient): Promise<readonly Finding[]> {
  const { deployment, reads } = patient;
  if (deployment.exposure === 'open')
    return [ok('exposure', 'open: SIP is admitted from anywhere, as configured')];
  const subnets = await patient.subnets();
  if (subnets.length === 0)
    return [
      warning(
        'exposure',
        'not checked: no subnet is behind our network ACLs',
        'see network ACL, and look again',
      ),
    ];
  const interfaces = await reads.networkInterfaces(subnets);
  const ids = [
    ...new Set(interfaces.flatMap(({ Groups = [] }) => Groups.flatMap(({ GroupId }) => GroupId ?? []))),
  ];
  const groups = ids.length === 0 ? [] : await reads.securityGroups(ids);
  const { proxyRanges, ownCidrs, allowlist } = deployment;
  const admitted = CidrSet.parse([...proxyRanges, ...ownCidrs, ...allowlist]);
  const findings: Finding[] = [];
  for (const group of groups) findings.push(...(await openings(group, admitted, patient)));
  if (findings.length > 0) return findings;
  return [
    ok(
      'exposure',
      `${plural(groups.length, 'security group')} in the voice subnets: SIP from the proxy ranges only`,
    ),
  ];
}

async function openings(
  { GroupId = '', IpPermissions = [] }: SecurityGroup,
  admitted: CidrSet,
  { deployment, reads }: Patient,
): Promise<Finding[]> {
  const found: Finding[] = [];
  for (const permission of IpPermissions.filter((each) => admitsSip(each, deployment.sip.ports))) {
    const lists = (permission.PrefixListIds ?? []).flatMap(({ PrefixListId }) => PrefixListId ?? []);
    const listed = (await Promise.all(lists.map((id) => reads.prefixList(id)))).flat();
    const from = [...cidrsOf(permission), ...listed].filter((cidr) => !isAdmitted(cidr, admitted));
    if (from.length === 0) continue;
    found.push(
      failed(
        'exposure',
        `${GroupId} admits SIP from ${from.slice(0, 3).join(', ')}${from.length > 3 ? ' …' : ''}, outside the proxy ranges`,
        'take that rule out of the security group, add the block to the allowlist, or set exposure to open',
      ),
    );
  }
  return found;
}

function cidrsOf({ IpRanges = [], Ipv6Ranges = [] }: IpPermission): string[] {
  return [
    ...IpRanges.flatMap(({ CidrIp }) => CidrIp ?? []),
    ...Ipv6Ranges.flatMap(({ CidrIpv6 }) => CidrIpv6 ?? []),
  ];
}

function isAdmitted(text: string, admitted: CidrSet): boolean {
  const cidr = tryParseCidr(text, { hostBits: 'mask' });
  return cidr !== undefined && admitted.covers(cidr);
}

/** UDP and TCP by name or number, or everything. */
function admitsSip(
  { IpProtocol = '', FromPort = 0, ToPort = 65_535 }: IpPermission,
  ports: readonly number[],
): boolean {
  if (IpProtocol === '-1') return true;
  if (!['udp', 'tcp', '17', '6'].includes(IpProtocol)) return false;
  return ports.some((port) => port >= FromPort && port <= ToPort);
}
