import { Match } from 'aws-cdk-lib/assertions';
import { ADOPTED } from '../config/support';
import { type SecurityGroupRule, resourcesOf, templatesOf } from './support';

const FORWARDING = {
  listeners: [
    { port: 5060, targetPort: 5070 },
    { port: 5061, protocol: 'TCP' },
  ],
  targets: ['10.20.1.10', '10.20.2.10'],
  healthCheckPort: 8080,
};
const { perimeter } = templatesOf({ ...ADOPTED, forwarding: FORWARDING });
const { perimeter: open } = templatesOf({
  ...ADOPTED,
  forwarding: FORWARDING,
  exposure: 'open',
  protect: false,
});

/** `udp 5060` of each rule of the security group whose logical ID begins so, with its source or destination. */
function rulesOf(template: typeof perimeter, prefix: string, direction: 'Ingress' | 'Egress') {
  const groups = Object.entries(resourcesOf(template, 'AWS::EC2::SecurityGroup'));
  const [, group] = groups.find(([id]) => id.startsWith(prefix)) ?? [];
  return (group?.Properties[`SecurityGroup${direction}`] ?? []) as (SecurityGroupRule & {
    readonly SourceSecurityGroupId?: unknown;
  })[];
}

const inShort = ({ IpProtocol, FromPort }: SecurityGroupRule) => `${IpProtocol} ${FromPort}`;

test('the load balancer is a network one in the voice subnets, with a security group of its own', () => {
  perimeter.hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', {
    Type: 'network',
    Scheme: 'internet-facing',
    IpAddressType: 'ipv4',
    Subnets: ['subnet-0a1b2c3d4e5f60718'],
    SecurityGroups: [{ 'Fn::GetAtt': [Match.stringLikeRegexp('^ForwarderSecurityGroup'), 'GroupId'] }],
    LoadBalancerAttributes: Match.arrayWith([{ Key: 'deletion_protection.enabled', Value: 'true' }]),
  });
});

test.each([
  [5060, 'TCP_UDP', 5070],
  [5061, 'TCP', 5061],
])('port %i over %s goes to port %i of the voice servers', (port, protocol, targetPort) => {
  perimeter.hasResourceProperties('AWS::ElasticLoadBalancingV2::Listener', {
    Port: port,
    Protocol: protocol,
    DefaultActions: [{ Type: 'forward', TargetGroupArn: { Ref: Match.stringLikeRegexp(`Targets${port}`) } }],
  });
  perimeter.hasResourceProperties('AWS::ElasticLoadBalancingV2::TargetGroup', {
    Port: targetPort,
    Protocol: protocol,
    TargetType: 'ip',
    Targets: FORWARDING.targets.map((Id) => ({ Id, Port: targetPort })),
  });
});

test('client addresses are preserved: detection and bans go by them', () => {
  perimeter.resourcePropertiesCountIs(
    'AWS::ElasticLoadBalancingV2::TargetGroup',
    { TargetGroupAttributes: [{ Key: 'preserve_client_ip.enabled', Value: 'true' }] },
    2,
  );
});

test('health is checked over TCP, which UDP has no check for', () => {
  perimeter.resourcePropertiesCountIs(
    'AWS::ElasticLoadBalancingV2::TargetGroup',
    { HealthCheckProtocol: 'TCP', HealthCheckPort: '8080' },
    2,
  );
});

test('in proxy-only exposure the proxy ranges alone may call', () => {
  const rules = rulesOf(perimeter, 'Forwarder', 'Ingress');
  expect(rules.map(inShort)).toEqual(['udp 5060', 'tcp 5060', 'tcp 5061']);
  for (const rule of rules) {
    expect(rule.SourcePrefixListId).toEqual({
      'Fn::GetAtt': [expect.stringMatching(/^VoiceProxies/), 'PrefixListId'],
    });
  }
});

test('in open exposure anybody may', () => {
  const sources = rulesOf(open, 'Forwarder', 'Ingress').map((rule) => rule.CidrIp ?? rule.CidrIpv6);
  expect(new Set(sources)).toEqual(new Set(['0.0.0.0/0', '::/0']));
});

test('it reaches the voice servers on the forwarded ports and that of the health check, and nothing else', () => {
  const rules = rulesOf(perimeter, 'Forwarder', 'Egress');
  expect(new Set(rules.map(inShort))).toEqual(new Set(['udp 5070', 'tcp 5070', 'tcp 5061', 'tcp 8080']));
  expect(new Set(rules.map(({ CidrIp }) => CidrIp))).toEqual(new Set(['10.20.1.10/32', '10.20.2.10/32']));
});

test('the voice servers admit it on the same ports', () => {
  const forwarded = rulesOf(perimeter, 'VoiceServers', 'Ingress').filter(
    ({ SourceSecurityGroupId }) => SourceSecurityGroupId !== undefined,
  );
  expect(forwarded.map(inShort)).toEqual(['udp 5070', 'tcp 5070', 'tcp 5061', 'tcp 8080']);
});

test('without protection it can be deleted', () => {
  open.hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', {
    LoadBalancerAttributes: Match.arrayWith([{ Key: 'deletion_protection.enabled', Value: 'false' }]),
  });
});

test('forwarded ports are watched like any SIP port', () => {
  const { automation } = templatesOf({ ...ADOPTED, forwarding: FORWARDING });
  const value = JSON.stringify(
    Object.values(resourcesOf(automation, 'AWS::SSM::Parameter'))[0]?.Properties['Value'],
  );
  expect(value).toContain('\\"ports\\":[5060,5061,5070]');
});

test('without forwarding there is no load balancer', () => {
  templatesOf(ADOPTED).perimeter.resourceCountIs('AWS::ElasticLoadBalancingV2::LoadBalancer', 0);
});
