import { Match } from 'aws-cdk-lib/assertions';
import { ADOPTED, CREATED } from '../config/support';
import { type SecurityGroupRule, onlyResource, resourcesOf, rulesOf, templatesOf } from './support';

const IPV6_PROXIES = ['103.55.116.0/24', '198.51.100.96/28', '2001:db8:5::/48'];

/** What a rule is about, in short: `udp 5060 from list`. */
function inShort(rule: SecurityGroupRule): string {
  const ports = rule.FromPort === rule.ToPort ? String(rule.FromPort) : `${rule.FromPort}-${rule.ToPort}`;
  const list = rule.SourcePrefixListId ?? rule.DestinationPrefixListId;
  return `${rule.IpProtocol} ${ports} ${rule.CidrIp ?? rule.CidrIpv6 ?? JSON.stringify(list)}`;
}

function prefixListReference(logicalId: string): string {
  return JSON.stringify({ 'Fn::GetAtt': [logicalId, 'PrefixListId'] });
}

describe('proxy-only exposure', () => {
  const { perimeter } = templatesOf({ ...ADOPTED, voiceProxyRanges: IPV6_PROXIES });
  const lists = Object.keys(resourcesOf(perimeter, 'AWS::EC2::PrefixList')).map(prefixListReference);

  test('has a prefix list for each family, no larger than its entries', () => {
    perimeter.resourceCountIs('AWS::EC2::PrefixList', 2);
    perimeter.hasResourceProperties('AWS::EC2::PrefixList', {
      AddressFamily: 'IPv4',
      MaxEntries: 2,
      Entries: [{ Cidr: '103.55.116.0/24' }, { Cidr: '198.51.100.96/28' }],
    });
    perimeter.hasResourceProperties('AWS::EC2::PrefixList', {
      AddressFamily: 'IPv6',
      MaxEntries: 1,
      Entries: [{ Cidr: '2001:db8:5::/48' }],
    });
  });

  test.each(['udp 5060', 'tcp 5060', 'udp 5061', 'tcp 5061', 'udp 10000-20000'])(
    'admits %s from the prefix lists of both families, and no other source',
    (traffic) => {
      const sources = rulesOf(perimeter, 'Ingress')
        .map(inShort)
        .filter((rule) => rule.startsWith(`${traffic} `))
        .map((rule) => rule.slice(traffic.length + 1));
      expect(sources.sort()).toEqual([...lists].sort());
    },
  );

  test('admits nothing else', () => {
    expect(rulesOf(perimeter, 'Ingress')).toHaveLength(5 * 2);
    perimeter.resourceCountIs('AWS::EC2::SecurityGroupIngress', 0);
  });

  test('says what the servers may begin themselves, and it is not everything', () => {
    const anywhere = rulesOf(perimeter, 'Egress').filter(
      ({ DestinationPrefixListId: to }) => to === undefined,
    );
    expect(anywhere.map(inShort)).toEqual(['tcp 443 0.0.0.0/0', 'tcp 443 ::/0']);
  });
});

test('no IPv6 range makes no IPv6 list', () => {
  const { perimeter } = templatesOf(ADOPTED);
  perimeter.resourceCountIs('AWS::EC2::PrefixList', 1);
  perimeter.hasResourceProperties('AWS::EC2::PrefixList', { AddressFamily: 'IPv4', MaxEntries: 1 });
});

test('another range of the same number changes the list in place; another number makes another list', () => {
  const idsWith = (...voiceProxyRanges: string[]) =>
    Object.keys(resourcesOf(templatesOf({ ...ADOPTED, voiceProxyRanges }).perimeter, 'AWS::EC2::PrefixList'));
  const before = idsWith('103.55.116.0/24');
  expect(idsWith('198.51.100.0/24')).toEqual(before);
  expect(idsWith('103.55.116.0/24', '198.51.100.0/24')).not.toEqual(before);
});

test('media ranges are admitted to the media ports only', () => {
  const { perimeter } = templatesOf({ ...ADOPTED, mediaRanges: ['192.0.2.0/24'] });
  const media = Object.entries(resourcesOf(perimeter, 'AWS::EC2::PrefixList')).find(([id]) =>
    id.startsWith('MediaSources'),
  );
  const reference = prefixListReference(media?.[0] ?? '');
  const rules = rulesOf(perimeter, 'Ingress').map(inShort);
  expect(rules.filter((rule) => rule.endsWith(reference))).toEqual([`udp 10000-20000 ${reference}`]);
});

describe('open exposure', () => {
  const { perimeter } = templatesOf({ ...ADOPTED, exposure: 'open', sip: { alternativePort: 5160 } });
  const rules = rulesOf(perimeter, 'Ingress').map(inShort);

  test.each(['udp 5160', 'tcp 5160', 'udp 5061', 'tcp 5061', 'udp 10000-20000'])(
    'admits %s from anywhere, both families',
    (traffic) => {
      expect(rules).toEqual(expect.arrayContaining([`${traffic} 0.0.0.0/0`, `${traffic} ::/0`]));
    },
  );

  test('keeps the port that SIP moved away from closed', () => {
    expect(rules.filter((rule) => rule.includes('5060'))).toEqual([]);
  });
});

describe('a created network', () => {
  const { perimeter } = templatesOf(CREATED, 'dev');

  test('is a VPC with voice subnets that give no address out by themselves', () => {
    perimeter.hasResourceProperties('AWS::EC2::VPC', { CidrBlock: '10.20.0.0/16' });
    perimeter.resourceCountIs('AWS::EC2::NatGateway', 0);
    perimeter.resourcePropertiesCountIs('AWS::EC2::Subnet', { MapPublicIpOnLaunch: false }, 2);
  });

  test('has a network ACL for all voice subnets', () => {
    const acl = Object.keys(resourcesOf(perimeter, 'AWS::EC2::NetworkAcl'));
    expect(acl).toHaveLength(1);
    perimeter.resourcePropertiesCountIs(
      'AWS::EC2::SubnetNetworkAclAssociation',
      { NetworkAclId: { Ref: acl[0] } },
      2,
    );
  });

  test.each([
    ['ingress, IPv4', { Egress: false, CidrBlock: '0.0.0.0/0', RuleNumber: 100 }],
    ['ingress, IPv6', { Egress: false, Ipv6CidrBlock: '::/0', RuleNumber: 101 }],
    ['egress, IPv4', { Egress: true, CidrBlock: '0.0.0.0/0', RuleNumber: 100 }],
    ['egress, IPv6', { Egress: true, Ipv6CidrBlock: '::/0', RuleNumber: 101 }],
  ])('allows traffic behind the owned rule numbers: %s', (_, rule) => {
    perimeter.hasResourceProperties('AWS::EC2::NetworkAclEntry', {
      ...rule,
      Protocol: -1,
      RuleAction: 'allow',
    });
  });

  test('leaves the owned rule numbers to run time', () => {
    const numbers = Object.values(resourcesOf(perimeter, 'AWS::EC2::NetworkAclEntry')).map(({ Properties }) =>
      Number(Properties['RuleNumber']),
    );
    expect(Math.min(...numbers)).toBe(100);
  });
});

test('an adopted network is only read: no VPC, subnet, ACL or rule is made', () => {
  const { perimeter } = templatesOf(ADOPTED);
  for (const type of ['VPC', 'Subnet', 'NetworkAcl', 'NetworkAclEntry', 'SubnetNetworkAclAssociation']) {
    perimeter.resourceCountIs(`AWS::EC2::${type}`, 0);
  }
  expect(onlyResource(perimeter, 'AWS::EC2::SecurityGroup')['VpcId']).toBe('vpc-0a1b2c3d4e5f60718');
  perimeter.hasOutput('NetworkAcls', { Value: 'acl-0a1b2c3d4e5f60718' });
});

test('the description of the security group does not depend on the configuration, it would be replaced', () => {
  const descriptionOf = (change: object) =>
    onlyResource(templatesOf({ ...ADOPTED, ...change }).perimeter, 'AWS::EC2::SecurityGroup')[
      'GroupDescription'
    ];
  expect(descriptionOf({ exposure: 'open' })).toBe(descriptionOf({}));
});

test('no stack needs a look-up at synthesis', () => {
  const { perimeter } = templatesOf({ ...CREATED, account: '111111111111', region: 'ap-southeast-2' });
  perimeter.hasResourceProperties('AWS::EC2::Subnet', {
    AvailabilityZone: { 'Fn::Select': [0, { 'Fn::GetAZs': '' }] },
  });
  perimeter.hasOutput('VoiceSecurityGroup', { Value: Match.anyValue() });
});
