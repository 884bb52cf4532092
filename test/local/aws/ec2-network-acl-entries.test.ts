import {
  CreateNetworkAclEntryCommand,
  DeleteNetworkAclEntryCommand,
  DescribeNetworkAclsCommand,
  ReplaceNetworkAclEntryCommand,
} from '@aws-sdk/client-ec2';
import type { CreateNetworkAclEntryCommandInput } from '@aws-sdk/client-ec2';
import { ACL, deny, denyIpv6, ingressOf, refusal, startBench, VPC } from './support';
import type { Bench } from './support';

const FINAL_DENIES = ['32767 deny 0.0.0.0/0', '32768 deny ::/0'];

let bench: Bench;
beforeEach(async () => {
  bench = await startBench();
  bench.aws.networkAcls.seed({ id: ACL, vpcId: VPC });
});
afterEach(() => bench.close());

const create = (input: CreateNetworkAclEntryCommandInput) =>
  bench.ec2.send(new CreateNetworkAclEntryCommand(input));
const replace = (input: CreateNetworkAclEntryCommandInput) =>
  bench.ec2.send(new ReplaceNetworkAclEntryCommand(input));
const remove = (RuleNumber: number, Egress = false) =>
  bench.ec2.send(new DeleteNetworkAclEntryCommand({ NetworkAclId: ACL, RuleNumber, Egress }));

async function entries() {
  const { NetworkAcls } = await bench.ec2.send(new DescribeNetworkAclsCommand({ NetworkAclIds: [ACL] }));
  return NetworkAcls?.[0]?.Entries;
}
const ingress = async (): Promise<string[]> => ingressOf(await entries());

describe('a fresh network ACL', () => {
  test('ends with the final denies of both families, in both directions', async () => {
    expect(
      (await entries())?.map((e) => [e.Egress, e.RuleNumber, e.Protocol, e.CidrBlock ?? e.Ipv6CidrBlock]),
    ).toEqual([
      [true, 32767, '-1', '0.0.0.0/0'],
      [true, 32768, '-1', '::/0'],
      [false, 32767, '-1', '0.0.0.0/0'],
      [false, 32768, '-1', '::/0'],
    ]);
  });

  test('has no IPv6 deny where the VPC has no IPv6', async () => {
    const ipv4Only = await startBench({ ipv6: false });
    ipv4Only.aws.networkAcls.seed({ id: ACL, vpcId: VPC });
    const { NetworkAcls } = await ipv4Only.ec2.send(new DescribeNetworkAclsCommand({}));
    expect(ingressOf(NetworkAcls?.[0]?.Entries)).toEqual(['32767 deny 0.0.0.0/0']);
    await ipv4Only.close();
  });
});

describe('CreateNetworkAclEntry', () => {
  test('adds entries that DescribeNetworkAcls answers by rule number', async () => {
    await create(deny(2, '203.0.113.9/32'));
    await create(denyIpv6(3, '2001:db8:7::/64'));
    await create(deny(1, '198.51.100.7/32'));
    expect(await ingress()).toEqual([
      '1 deny 198.51.100.7/32',
      '2 deny 203.0.113.9/32',
      '3 deny 2001:db8:7::/64',
      ...FINAL_DENIES,
    ]);
  });

  test.each([
    ['100.68.0.18/18', '100.68.0.0/18'],
    ['198.51.100.7/24', '198.51.100.0/24'],
    ['0.0.0.0/0', '0.0.0.0/0'],
  ])('keeps %s in its canonical form %s', async (given, kept) => {
    await create(deny(1, given));
    expect((await ingress())[0]).toBe(`1 deny ${kept}`);
  });

  test('keeps IPv6 in its canonical form', async () => {
    await create(denyIpv6(1, '2001:0DB8:0:0:1::5/64'));
    expect((await ingress())[0]).toBe('1 deny 2001:db8::/64');
  });

  test.each([
    ['tcp', '6'],
    ['udp', '17'],
    ['6', '6'],
  ])('keeps protocol %s with its ports, as number %s', async (given, kept) => {
    await create({ ...deny(1, '198.51.100.0/24'), Protocol: given, PortRange: { From: 5060, To: 5061 } });
    expect((await entries())?.find((e) => e.RuleNumber === 1)).toMatchObject({
      Protocol: kept,
      PortRange: { From: 5060, To: 5061 },
    });
  });

  test('keeps type and code of ICMP', async () => {
    await create({ ...deny(1, '198.51.100.0/24'), Protocol: '1', IcmpTypeCode: { Type: 8, Code: -1 } });
    expect((await entries())?.find((e) => e.RuleNumber === 1)?.IcmpTypeCode).toEqual({ Type: 8, Code: -1 });
  });

  test('ignores ports with protocol -1', async () => {
    await create({ ...deny(1, '198.51.100.0/24'), PortRange: { From: 5060, To: 5060 } });
    expect((await entries())?.find((e) => e.RuleNumber === 1)?.PortRange).toBeUndefined();
  });

  test.each<[string, Partial<CreateNetworkAclEntryCommandInput>, string]>([
    ['rule number 0', { RuleNumber: 0 }, 'InvalidParameterValue'],
    ['rule number -1', { RuleNumber: -1 }, 'InvalidParameterValue'],
    ['the number of the IPv4 default entry', { RuleNumber: 32767 }, 'InvalidParameterValue'],
    ['rule number 40000', { RuleNumber: 40000 }, 'InvalidParameterValue'],
    ['no rule number', { RuleNumber: undefined }, 'MissingParameter'],
    ['no direction', { Egress: undefined }, 'MissingParameter'],
    ['no protocol', { Protocol: undefined }, 'MissingParameter'],
    ['an unknown protocol name', { Protocol: 'sip' }, 'InvalidParameterValue'],
    ['protocol 256', { Protocol: '256' }, 'InvalidParameterValue'],
    ['no rule action', { RuleAction: undefined }, 'MissingParameter'],
    ['an unknown rule action', { RuleAction: 'drop' as 'deny' }, 'InvalidParameterValue'],
    ['no CIDR block', { CidrBlock: undefined }, 'MissingParameter'],
    ['blocks of both families', { Ipv6CidrBlock: '2001:db8::/64' }, 'InvalidParameterCombination'],
    ['a bare address', { CidrBlock: '198.51.100.7' }, 'InvalidParameterValue'],
    ['a prefix length of 33', { CidrBlock: '198.51.100.0/33' }, 'InvalidParameterValue'],
    ['a prefix length with a sign', { CidrBlock: '198.51.100.0/+24' }, 'InvalidParameterValue'],
    ['two prefix lengths', { CidrBlock: '198.51.100.0/24/24' }, 'InvalidParameterValue'],
    ['an octet with a leading zero', { CidrBlock: '198.51.100.010/32' }, 'InvalidParameterValue'],
    ['IPv6 in CidrBlock', { CidrBlock: '2001:db8::/64' }, 'InvalidParameterValue'],
    [
      'IPv4 in Ipv6CidrBlock',
      { CidrBlock: undefined, Ipv6CidrBlock: '198.51.100.0/24' },
      'InvalidParameterValue',
    ],
    ['IPv6 with a zone', { CidrBlock: undefined, Ipv6CidrBlock: 'fe80::1%eth0/64' }, 'InvalidParameterValue'],
    ['TCP without ports', { Protocol: '6' }, 'MissingParameter'],
    ['UDP without a last port', { Protocol: '17', PortRange: { From: 5060 } }, 'MissingParameter'],
    ['port 65536', { Protocol: '17', PortRange: { From: 5060, To: 65536 } }, 'InvalidParameterValue'],
    [
      'a port range backwards',
      { Protocol: '6', PortRange: { From: 5061, To: 5060 } },
      'InvalidParameterValue',
    ],
    ['ICMP without type and code', { Protocol: '1' }, 'MissingParameter'],
    ['ICMP type 256', { Protocol: '1', IcmpTypeCode: { Type: 256, Code: 0 } }, 'InvalidParameterValue'],
    ['a malformed ACL ID', { NetworkAclId: 'nacl-1' }, 'InvalidNetworkAclId.Malformed'],
    ['no ACL ID', { NetworkAclId: undefined }, 'MissingParameter'],
    ['an ACL that is not there', { NetworkAclId: 'acl-0fffffffffffffff0' }, 'InvalidNetworkAclID.NotFound'],
  ])('refuses %s', async (_what, wrong, code) => {
    expect(await refusal(create({ ...deny(1, '198.51.100.7/32'), ...wrong }))).toMatchObject({
      code,
      status: 400,
    });
    expect(await ingress()).toEqual(FINAL_DENIES);
  });

  test('needs type and code for ICMPv6 with an IPv6 block only', async () => {
    expect((await refusal(create({ ...denyIpv6(1, '2001:db8::/64'), Protocol: '58' }))).code).toBe(
      'MissingParameter',
    );
    expect((await refusal(create({ ...deny(1, '198.51.100.0/24'), Protocol: '58' }))).code).toBe('accepted');
  });

  test('refuses a number that is taken, by the other family too', async () => {
    await create(deny(1, '198.51.100.7/32'));
    expect(await refusal(create(denyIpv6(1, '2001:db8::/64')))).toMatchObject({
      code: 'NetworkAclEntryAlreadyExists',
      message: 'The network acl entry identified by 1 already exists.',
    });
  });

  test('counts rule numbers of each direction by themselves', async () => {
    await create(deny(1, '198.51.100.7/32'));
    expect((await refusal(create({ ...deny(1, '198.51.100.7/32'), Egress: true }))).code).toBe('accepted');
  });
});

describe('the quota of entries', () => {
  const fill = async (rules: number): Promise<void> => {
    for (let n = 1; n <= rules; n += 1) await create(deny(n, `198.51.100.${n}/32`));
  };

  test('includes the final deny: 19 rules fit, the 20th does not', async () => {
    await fill(19);
    expect(await refusal(create(deny(20, '203.0.113.1/32')))).toEqual({
      code: 'NetworkAclEntryLimitExceeded',
      message: 'The maximum number of network acl entries has been reached.',
      status: 400,
    });
    expect(await ingress()).toHaveLength(21);
  });

  test('is counted per family and per direction', async () => {
    await fill(19);
    expect((await refusal(create(denyIpv6(20, '2001:db8::/64')))).code).toBe('accepted');
    expect((await refusal(create({ ...deny(20, '203.0.113.1/32'), Egress: true }))).code).toBe('accepted');
  });

  test('does not stand in the way of replacing within the family', async () => {
    await fill(19);
    expect((await refusal(replace(deny(19, '203.0.113.1/32')))).code).toBe('accepted');
  });

  test('is counted after a replacement that changes the family', async () => {
    await fill(19);
    await create(denyIpv6(20, '2001:db8::/64'));
    expect((await refusal(replace(deny(20, '203.0.113.1/32')))).code).toBe('NetworkAclEntryLimitExceeded');
    expect((await refusal(replace(denyIpv6(19, '2001:db8:1::/64')))).code).toBe('accepted');
    expect((await refusal(replace(deny(20, '203.0.113.1/32')))).code).toBe('accepted');
  });

  test('can be raised to 40, and no further', async () => {
    const raised = await startBench({ entryQuota: 40 });
    const rules = Array.from({ length: 39 }, (_, n) => ({
      ruleNumber: n + 1,
      cidrBlock: `198.51.100.${n}/32`,
    }));
    const entry = { egress: false, protocol: '-1', ruleAction: 'deny' };
    raised.aws.networkAcls.seed({
      id: ACL,
      vpcId: VPC,
      entries: rules.map((rule) => ({ ...entry, ...rule })),
    });
    const fortieth = raised.ec2.send(new CreateNetworkAclEntryCommand(deny(40, '203.0.113.1/32')));
    expect((await refusal(fortieth)).code).toBe('NetworkAclEntryLimitExceeded');
    await raised.close();
    await expect(startBench({ entryQuota: 41 })).rejects.toThrow('entryQuota is 41');
  });
});

describe('ReplaceNetworkAclEntry', () => {
  test('changes an entry in place', async () => {
    await create(deny(1, '198.51.100.7/32'));
    await replace(deny(1, '203.0.113.12/24'));
    expect(await ingress()).toEqual(['1 deny 203.0.113.0/24', ...FINAL_DENIES]);
  });

  test.each([
    ['a number nobody has', 7, 'InvalidNetworkAclEntry.NotFound'],
    ['the IPv4 default entry', 32767, 'InvalidParameterValue'],
    ['the IPv6 default entry', 32768, 'InvalidParameterValue'],
  ])('refuses %s', async (_what, number, code) => {
    expect((await refusal(replace(deny(number, '198.51.100.7/32')))).code).toBe(code);
    expect(await ingress()).toEqual(FINAL_DENIES);
  });

  test('does not find an entry of the other direction', async () => {
    await create({ ...deny(1, '198.51.100.7/32'), Egress: true });
    expect((await refusal(replace(deny(1, '203.0.113.9/32')))).code).toBe('InvalidNetworkAclEntry.NotFound');
  });
});

describe('DeleteNetworkAclEntry', () => {
  test('removes the entry and frees its number', async () => {
    await create(deny(1, '198.51.100.7/32'));
    await remove(1);
    expect(await ingress()).toEqual(FINAL_DENIES);
    expect((await refusal(create(deny(1, '203.0.113.9/32')))).code).toBe('accepted');
  });

  test('refuses an entry that is not there', async () => {
    expect(await refusal(remove(1))).toMatchObject({
      code: 'InvalidNetworkAclEntry.NotFound',
      message: 'The network acl entry identified by 1 does not exist.',
    });
  });

  test.each([32767, 32768])('refuses the default entry %i', async (number) => {
    expect((await refusal(remove(number))).code).toBe('InvalidParameterValue');
    expect(await ingress()).toEqual(FINAL_DENIES);
  });
});

describe('DryRun', () => {
  test('answers DryRunOperation and changes nothing', async () => {
    await create(deny(1, '198.51.100.7/32'));
    for (const call of [
      create({ ...deny(2, '203.0.113.9/32'), DryRun: true }),
      replace({ ...deny(1, '203.0.113.9/32'), DryRun: true }),
      bench.ec2.send(
        new DeleteNetworkAclEntryCommand({ NetworkAclId: ACL, RuleNumber: 1, Egress: false, DryRun: true }),
      ),
    ]) {
      expect((await refusal(call)).code).toBe('DryRunOperation');
    }
    expect(await ingress()).toEqual(['1 deny 198.51.100.7/32', ...FINAL_DENIES]);
  });

  test('still refuses what would not have succeeded', async () => {
    const call = create({ ...deny(0, '203.0.113.9/32'), DryRun: true });
    expect((await refusal(call)).code).toBe('InvalidParameterValue');
  });

  test('does not count as a changing call', async () => {
    await refusal(create({ ...deny(2, '203.0.113.9/32'), DryRun: true }));
    expect(bench.aws.changingCalls()).toEqual([]);
  });
});
