import { CfnParameter, Stage } from 'aws-cdk-lib';
import {
  CfnPrefixList,
  CfnSecurityGroup,
  CfnSecurityGroupIngress,
  Peer,
  Port,
  SecurityGroup,
} from 'aws-cdk-lib/aws-ec2';
import type { PerimeterStack } from '../../lib/stacks/perimeter-stack';
import { ADOPTED } from '../config/support';
import { stageOf } from './support';

type Ingress = CfnSecurityGroup.IngressProperty;

/** What synthesis fails with after something was added to a perimeter; empty where it passes. */
function errorsAfter(add: (stack: PerimeterStack) => void, change: object = {}): string[] {
  const stage = stageOf({ ...ADOPTED, sip: { alternativePort: 5160 }, ...change });
  add(stage.perimeter);
  try {
    Stage.of(stage)?.synth();
    return [];
  } catch (error) {
    return Array.from(String(error).matchAll(/ERROR (.+) \(Annotation\)/g), ([, message]) => message ?? '');
  }
}

function group(...securityGroupIngress: Ingress[]) {
  return (stack: PerimeterStack) => {
    new CfnSecurityGroup(stack, 'Deliberate', {
      groupDescription: 'x',
      vpcId: 'vpc-1',
      securityGroupIngress,
    });
  };
}

const udp = (fromPort: number, toPort: number, cidrIp: string): Ingress => ({
  ipProtocol: 'udp',
  fromPort,
  toPort,
  cidrIp,
});

test('our own security groups pass', () => {
  expect(errorsAfter(() => undefined)).toEqual([]);
});

test('a violation says which port, from where, and what to do', () => {
  expect(errorsAfter(group(udp(5061, 5061, '0.0.0.0/0')))).toEqual([
    'admits SIP port 5061 from 0.0.0.0/0, and exposure is "proxy-only": use the voice proxies\' prefix list as the source, close the port, or set exposure to "open"',
  ]);
});

describe('is caught', () => {
  test.each<[string, Ingress]>([
    ['a single port', udp(5060, 5060, '0.0.0.0/0')],
    ['the alternative port', udp(5160, 5160, '0.0.0.0/0')],
    ['a range across a SIP port', udp(5000, 5100, '0.0.0.0/0')],
    ['TCP', { ipProtocol: 'tcp', fromPort: 5060, toPort: 5060, cidrIp: '0.0.0.0/0' }],
    ['a protocol by number', { ipProtocol: '17', fromPort: 5060, toPort: 5060, cidrIp: '0.0.0.0/0' }],
    ['a protocol in capitals', { ipProtocol: 'UDP', fromPort: 5060, toPort: 5060, cidrIp: '0.0.0.0/0' }],
    ['all protocols', { ipProtocol: '-1', cidrIp: '0.0.0.0/0' }],
    ['all ports of UDP', { ipProtocol: 'udp', fromPort: -1, toPort: -1, cidrIp: '0.0.0.0/0' }],
    ['IPv6', { ipProtocol: 'udp', fromPort: 5060, toPort: 5060, cidrIpv6: '::/0' }],
    ['a range that is only partly a proxy range', udp(5060, 5060, '103.55.116.0/23')],
    [
      "somebody else's prefix list",
      { ipProtocol: 'udp', fromPort: 5060, toPort: 5060, sourcePrefixListId: 'pl-0a1b2c3d' },
    ],
  ])('%s', (_, rule) => {
    expect(errorsAfter(group(rule))).toHaveLength(1);
  });

  test('a rule in a resource of its own', () => {
    const errors = errorsAfter((stack) => {
      new CfnSecurityGroupIngress(stack, 'Deliberate', { ...udp(5060, 5060, '0.0.0.0/0'), groupId: 'sg-1' });
    });
    expect(errors).toHaveLength(1);
  });

  test('a rule of a security group made with CDK, whose rules are lazy', () => {
    const errors = errorsAfter((stack) => {
      const added = new SecurityGroup(stack, 'Deliberate', { vpc: stack.network.vpc });
      added.addIngressRule(Peer.anyIpv4(), Port.udp(5060));
    });
    expect(errors).toHaveLength(1);
  });

  test('a source that is not known before deployment', () => {
    const errors = errorsAfter((stack) => {
      const cidrIp = new CfnParameter(stack, 'Source').valueAsString;
      group(udp(5060, 5060, cidrIp))(stack);
    });
    expect(errors).toHaveLength(1);
  });

  test('a prefix list of this app that holds other addresses', () => {
    const errors = errorsAfter((stack) => {
      const list = new CfnPrefixList(stack, 'Others', {
        addressFamily: 'IPv4',
        maxEntries: 1,
        prefixListName: 'others',
        entries: [{ cidr: '198.51.100.0/24' }],
      });
      const sourcePrefixListId = list.attrPrefixListId;
      group({ ipProtocol: 'udp', fromPort: 5060, toPort: 5060, sourcePrefixListId })(stack);
    });
    expect(errors).toHaveLength(1);
  });
});

describe('passes', () => {
  test.each<[string, Ingress]>([
    ['another port', udp(443, 443, '0.0.0.0/0')],
    ['a range beside the SIP ports', udp(5062, 5159, '0.0.0.0/0')],
    ['another protocol', { ipProtocol: 'icmp', fromPort: -1, toPort: -1, cidrIp: '0.0.0.0/0' }],
    ['a proxy range', udp(5060, 5060, '103.55.116.0/24')],
    ['a part of a proxy range', udp(5060, 5060, '103.55.116.7/32')],
    [
      'members of another security group',
      { ipProtocol: 'udp', fromPort: 5060, toPort: 5060, sourceSecurityGroupId: 'sg-1' },
    ],
  ])('%s', (_, rule) => {
    expect(errorsAfter(group(rule))).toEqual([]);
  });

  test('anything in open exposure, where detection guards the ports', () => {
    expect(errorsAfter(group(udp(5060, 5060, '0.0.0.0/0')), { exposure: 'open' })).toEqual([]);
  });
});
