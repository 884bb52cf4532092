import { App, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { IpAddresses, IpProtocol, SecurityGroup, Peer, Port, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { environmentSchema } from '../../lib/config/schema';
import {
  LedgerTable,
  PortalWebAcl,
  ProbeBlacklist,
  type ProbeBlacklistProps,
  VoicePerimeter,
  type VoicePerimeterProps,
} from '../../lib/library';
import { onlyResource, resourcesOf } from '../stacks/support';

const PROXIES = ['192.0.2.0/24'];

interface Voice {
  readonly stack: Stack;
  readonly perimeter: VoicePerimeter;
  readonly blacklist: ProbeBlacklist;
  readonly template: () => Template;
}

/** A stack of one's own with a VPC, a perimeter and a blacklist. */
function voice(
  perimeterProps: Partial<VoicePerimeterProps> = {},
  blacklistProps: Partial<ProbeBlacklistProps> = {},
  ipProtocol = IpProtocol.IPV4_ONLY,
): Voice {
  const stack = new Stack(new App(), 'Voice');
  const perimeter = new VoicePerimeter(stack, 'Perimeter', {
    environmentName: 'pbx',
    vpc: vpcOf(stack, ipProtocol),
    voiceProxyRanges: PROXIES,
    ...perimeterProps,
  });
  const blacklist = new ProbeBlacklist(stack, 'Blacklist', { perimeter, ...blacklistProps });
  return { stack, perimeter, blacklist, template: () => Template.fromStack(stack) };
}

function vpcOf(stack: Stack, ipProtocol = IpProtocol.IPV4_ONLY): Vpc {
  return new Vpc(stack, 'Vpc', {
    ipAddresses: IpAddresses.cidr('10.40.0.0/16'),
    ipProtocol,
    natGateways: 0,
    subnetConfiguration: [{ name: 'Voice', subnetType: SubnetType.PUBLIC }],
  });
}

const IMPORTED = { vpcId: 'vpc-0a1b2c3d4e5f60718', availabilityZones: ['a'], vpcCidrBlock: '10.20.0.0/16' };

/** The deployment document as it is rendered: an object whose tokens are `Ref`s and the like, as text. */
function documentOf(template: Template): string {
  return JSON.stringify(onlyResource(template, 'AWS::SSM::Parameter')['Value']);
}

describe('a stack of one’s own', () => {
  const { template, blacklist } = voice();
  const rendered = template();

  it('holds what an environment’s four stacks hold', () => {
    for (const [type, count] of [
      ['AWS::DynamoDB::Table', 1],
      ['AWS::EC2::SecurityGroup', 1],
      ['AWS::EC2::NetworkAcl', 1],
      ['AWS::WAFv2::IPSet', 2],
      ['AWS::SSM::Parameter', 1],
      ['AWS::CloudWatch::Dashboard', 1],
    ] as const) {
      expect({ type, count: Object.keys(resourcesOf(rendered, type)).length }).toEqual({ type, count });
    }
  });

  it('observes unless it says otherwise: no right to change a network ACL', () => {
    expect(documentOf(rendered)).toContain('\\"mode\\":\\"observe\\"');
    expect(JSON.stringify(resourcesOf(rendered, 'AWS::IAM::Policy'))).not.toContain('CreateNetworkAclEntry');
  });

  it('logs each voice subnet', () => {
    expect(Object.keys(resourcesOf(rendered, 'AWS::EC2::FlowLog'))).toHaveLength(2);
  });

  it('is found by the command line under its environment’s name', () => {
    expect(onlyResource(rendered, 'AWS::SSM::Parameter')['Name']).toBe('/ringfence/pbx/deployment');
    expect(blacklist.deploymentParameterName).toBe('/ringfence/pbx/deployment');
  });

  it('protects the VPC’s own CIDR and the proxies from bans', () => {
    expect(documentOf(rendered)).toMatch(/ownCidrs.*CidrBlock.*proxyRanges.*192\.0\.2\.0\/24/);
  });
});

describe('the perimeter', () => {
  it('counts the IPv6 CIDR of a dual-stack VPC as its own, and no IPv6 CIDR where there is none', () => {
    expect(documentOf(voice({}, {}, IpProtocol.DUAL_STACK).template())).toContain('Ipv6CidrBlocks');
    expect(documentOf(voice().template())).not.toContain('Ipv6CidrBlocks');
  });

  it('refuses to replace the network ACL of a VPC that is imported, until it is named', () => {
    const stack = new Stack(new App(), 'Voice');
    const vpc = Vpc.fromVpcAttributes(stack, 'Vpc', { ...IMPORTED, publicSubnetIds: ['subnet-0a1b2c3d'] });
    const props = { environmentName: 'pbx', vpc, voiceProxyRanges: PROXIES };
    expect(() => new VoicePerimeter(stack, 'Wrong', props)).toThrow(/name it in networkAclIds/);
    const { networkAclIds } = new VoicePerimeter(stack, 'Right', {
      ...props,
      networkAclIds: ['acl-0a1b2c3d'],
    });
    expect(networkAclIds).toEqual(['acl-0a1b2c3d']);
    Template.fromStack(stack).resourceCountIs('AWS::EC2::NetworkAcl', 0);
  });

  it('makes nothing where it exists already, and takes a blacklist', () => {
    const stack = new Stack(new App(), 'Voice');
    const vpc = Vpc.fromVpcAttributes(stack, 'Vpc', { ...IMPORTED, publicSubnetIds: ['subnet-0a1b2c3d'] });
    const perimeter = VoicePerimeter.fromVoicePerimeterAttributes(stack, 'Perimeter', {
      environmentName: 'pbx',
      vpc,
      voiceProxyRanges: PROXIES,
      networkAclIds: ['acl-0a1b2c3d'],
    });
    new ProbeBlacklist(stack, 'Blacklist', { perimeter, mode: 'enforce' });
    const template = Template.fromStack(stack);
    const policies = JSON.stringify(resourcesOf(template, 'AWS::IAM::Policy'));
    expect(Object.keys(resourcesOf(template, 'AWS::EC2::SecurityGroup'))).toEqual([]);
    expect(policies).toContain('network-acl/acl-0a1b2c3d');
  });

  it('fails synthesis when a security group opens SIP to the world, once the stack is guarded', () => {
    const { stack, perimeter } = voice();
    perimeter.guardSipPorts(stack);
    const group = new SecurityGroup(stack, 'Open', { vpc: perimeter.network.vpc });
    group.addIngressRule(Peer.anyIpv4(), Port.udp(5060));
    const errors = Annotations.fromStack(stack).findError(
      '*',
      Match.stringLikeRegexp('admits SIP port 5060'),
    );
    expect(errors.map(({ id }) => id)).toEqual(['/Voice/Open/Resource']);
  });

  it('names what is wrong with its settings, the bound and the remedy', () => {
    expect(() => voice({ sip: { ports: [10500], rtp: '10000-20000' } })).toThrow(
      /pbx: sip\.ports\[0\] = 10500 lies inside the media range .* choose a port outside it/,
    );
  });
});

describe('the blacklist', () => {
  it('names what is wrong with its settings together with the perimeter’s', () => {
    expect(() => voice({}, { ban: { first: '2d', max: '1d' } })).toThrow(/pbx: ban\.first = "2d" is longer/);
  });

  it('reads PBX logs too, with a function and its alarms', () => {
    const { template } = voice({}, { pbxLogs: [{ logGroup: '/pbx/security', dialect: 'asterisk' }] });
    const ids = Object.keys(resourcesOf(template(), 'AWS::CloudWatch::Alarm'));
    expect(Object.keys(resourcesOf(template(), 'AWS::Lambda::Function')).join()).toMatch(/Pbx/);
    expect(ids.join()).toMatch(/Pbx/);
  });

  it('reads feeds too, with a function and its alarms', () => {
    const { template } = voice({}, { feeds: [{ name: 'voipbl' }] });
    const ids = Object.keys(resourcesOf(template(), 'AWS::CloudWatch::Alarm'));
    expect(Object.keys(resourcesOf(template(), 'AWS::Lambda::Function')).join()).toMatch(/Feeds/);
    expect(ids.join()).toMatch(/Feeds/);
  });

  it('keeps bans in a table of another stack', () => {
    const app = new App();
    const state = new Stack(app, 'State');
    const ledger = new LedgerTable(state, 'Ledger', { protect: true });
    const stack = new Stack(app, 'Voice');
    const perimeter = new VoicePerimeter(stack, 'Perimeter', {
      environmentName: 'pbx',
      vpc: vpcOf(stack),
      voiceProxyRanges: PROXIES,
    });
    const blacklist = new ProbeBlacklist(stack, 'Blacklist', { perimeter, ledger });
    expect(blacklist.ledger).toBe(ledger);
    Template.fromStack(stack).resourceCountIs('AWS::DynamoDB::Table', 0);
  });

  it('guards a portal with the same bans', () => {
    const { stack, blacklist, template } = voice();
    new PortalWebAcl(stack, 'Portal', {
      ipSets: blacklist.ipSets,
      associations: [],
      requestsPer5Minutes: 500,
    });
    const rendered = JSON.stringify(onlyResource(template(), 'AWS::WAFv2::WebACL'));
    for (const id of Object.keys(resourcesOf(template(), 'AWS::WAFv2::IPSet')))
      expect(rendered).toContain(id);
  });
});

/** Keys of an environment that a stack of one's own says by constructs, or has no part of. */
const LEFT_OUT = ['account', 'region', 'vpc', 'voiceSubnets', 'forwarding', 'webAcl', 'provisioning'];
const OFFERED = [
  ...['voiceProxyRanges', 'mediaRanges', 'sip', 'exposure', 'networkAcl'],
  ...[
    'mode',
    'allowlist',
    'ban',
    'flowLogs',
    'pbxLogs',
    'feeds',
    'functions',
    'detection',
    'alarms',
    'notifications',
    'protect',
  ],
];

it('offers every key of an environment, or leaves it out on purpose: a new key has to be decided on (lib/library, docs/library.md)', () => {
  expect(Object.keys(environmentSchema.shape).sort()).toEqual([...LEFT_OUT, ...OFFERED].sort());
});
