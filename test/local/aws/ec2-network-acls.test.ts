import {
  CreateNetworkAclCommand,
  DeleteNetworkAclCommand,
  DescribeNetworkAclsCommand,
  paginateDescribeNetworkAcls,
  ReplaceNetworkAclAssociationCommand,
} from '@aws-sdk/client-ec2';
import type { DescribeNetworkAclsCommandInput } from '@aws-sdk/client-ec2';
import { ACL, ingressOf, refusal, startBench, SUBNET, VPC } from './support';
import type { Bench } from './support';

const OTHER_ACL = 'acl-0b1b2c3d4e5f60718';
const OTHER_VPC = 'vpc-0b1b2c3d4e5f60718';

let bench: Bench;
beforeEach(async () => {
  bench = await startBench();
  bench.aws.networkAcls.seed({ id: ACL, vpcId: VPC, subnetIds: [SUBNET], tags: { Name: 'voice' } });
  bench.aws.networkAcls.seed({ id: OTHER_ACL, vpcId: OTHER_VPC, isDefault: true });
});
afterEach(() => bench.close());

const describeAcls = (input: DescribeNetworkAclsCommandInput) =>
  bench.ec2.send(new DescribeNetworkAclsCommand(input));
const idsOf = async (input: DescribeNetworkAclsCommandInput) =>
  (await describeAcls(input)).NetworkAcls?.map(({ NetworkAclId }) => NetworkAclId);

describe('DescribeNetworkAcls', () => {
  test('answers all ACLs with VPC, owner, tags and associations', async () => {
    const { NetworkAcls } = await describeAcls({});
    expect(NetworkAcls?.[0]).toMatchObject({
      NetworkAclId: ACL,
      VpcId: VPC,
      IsDefault: false,
      OwnerId: '111111111111',
      Tags: [{ Key: 'Name', Value: 'voice' }],
      Associations: [{ NetworkAclId: ACL, SubnetId: SUBNET }],
    });
    expect(NetworkAcls).toHaveLength(2);
  });

  test("gives a VPC's default ACL the allow rules 100 and 101", async () => {
    const { NetworkAcls } = await describeAcls({ NetworkAclIds: [OTHER_ACL] });
    expect(ingressOf(NetworkAcls?.[0]?.Entries)).toEqual([
      '100 allow 0.0.0.0/0',
      '101 allow ::/0',
      '32767 deny 0.0.0.0/0',
      '32768 deny ::/0',
    ]);
  });

  test.each<[string, string[], string[]]>([
    ['network-acl-id', [ACL], [ACL]],
    ['network-acl-id', ['acl-0a*'], [ACL]],
    ['network-acl-id', ['acl-0?1b2c3d4e5f60718'], [ACL, OTHER_ACL]],
    ['vpc-id', [OTHER_VPC], [OTHER_ACL]],
    ['vpc-id', [VPC, OTHER_VPC], [ACL, OTHER_ACL]],
    ['association.subnet-id', [SUBNET], [ACL]],
    ['association.subnet-id', ['subnet-0fffffffffffffff0'], []],
    ['association.network-acl-id', ['*'], [ACL]],
    ['association.association-id', ['aclassoc-*'], [ACL]],
    ['default', ['true'], [OTHER_ACL]],
    ['vpc-id', ['vpc.0a1b2c3d4e5f60718'], []],
  ])('filters by %s %j', async (Name, Values, expected) => {
    expect(await idsOf({ Filters: [{ Name, Values }] })).toEqual(expected);
  });

  test('matches several filters together', async () => {
    const filters = [
      { Name: 'vpc-id', Values: [VPC] },
      { Name: 'default', Values: ['true'] },
    ];
    expect(await idsOf({ Filters: filters })).toEqual([]);
  });

  test.each<[string, DescribeNetworkAclsCommandInput, string]>([
    ['an unknown filter', { Filters: [{ Name: 'colour', Values: ['red'] }] }, 'InvalidParameterValue'],
    [
      'a filter named like a built-in',
      { Filters: [{ Name: 'constructor', Values: ['x'] }] },
      'InvalidParameterValue',
    ],
    [
      'an ACL that is not there',
      { NetworkAclIds: ['acl-0fffffffffffffff0'] },
      'InvalidNetworkAclID.NotFound',
    ],
    ['a malformed ID', { NetworkAclIds: ['acl-1'] }, 'InvalidNetworkAclId.Malformed'],
    ['MaxResults 4', { MaxResults: 4 }, 'InvalidParameterValue'],
    ['MaxResults 1001', { MaxResults: 1001 }, 'InvalidParameterValue'],
    ['a dry run, which would have succeeded', { DryRun: true }, 'DryRunOperation'],
    ['a token of its own', { NextToken: 'abc' }, 'InvalidPaginationToken'],
  ])('refuses %s', async (_what, input, code) => {
    expect(await refusal(describeAcls(input))).toMatchObject({ code });
  });

  test('answers in pages, each ACL once', async () => {
    for (let n = 0; n < 10; n += 1) bench.aws.networkAcls.seed({ vpcId: VPC });
    const sizes: number[] = [];
    const seen = new Set<string | undefined>();
    for await (const { NetworkAcls = [] } of paginateDescribeNetworkAcls(
      { client: bench.ec2, pageSize: 5 },
      {},
    )) {
      sizes.push(NetworkAcls.length);
      NetworkAcls.forEach(({ NetworkAclId }) => seen.add(NetworkAclId));
    }
    expect([sizes, seen.size]).toEqual([[5, 5, 2], 12]);
  });
});

describe('CreateNetworkAcl', () => {
  test('answers a new ACL that denies everything', async () => {
    const specification = { ResourceType: 'network-acl' as const, Tags: [{ Key: 'Name', Value: 'voice-b' }] };
    const { NetworkAcl } = await bench.ec2.send(
      new CreateNetworkAclCommand({ VpcId: VPC, TagSpecifications: [specification] }),
    );
    expect(NetworkAcl).toMatchObject({
      VpcId: VPC,
      IsDefault: false,
      Tags: [{ Key: 'Name', Value: 'voice-b' }],
    });
    expect(ingressOf(NetworkAcl?.Entries)).toEqual(['32767 deny 0.0.0.0/0', '32768 deny ::/0']);
    expect(await idsOf({})).toContain(NetworkAcl?.NetworkAclId);
  });

  test('needs a VPC', async () => {
    const call = bench.ec2.send(new CreateNetworkAclCommand({ VpcId: undefined }));
    expect((await refusal(call)).code).toBe('MissingParameter');
  });

  test('stops at the quota per VPC', async () => {
    const small = await startBench({ aclsPerVpc: 1 });
    small.aws.networkAcls.seed({ id: ACL, vpcId: VPC });
    const call = small.ec2.send(new CreateNetworkAclCommand({ VpcId: VPC }));
    expect((await refusal(call)).code).toBe('NetworkAclLimitExceeded');
    await small.close();
  });
});

describe('DeleteNetworkAcl', () => {
  const remove = (NetworkAclId: string) => bench.ec2.send(new DeleteNetworkAclCommand({ NetworkAclId }));

  test('removes an ACL that guards nothing', async () => {
    const { id } = bench.aws.networkAcls.seed({ vpcId: VPC });
    await remove(id);
    expect(await idsOf({})).toEqual([ACL, OTHER_ACL]);
  });

  test.each([
    ['an ACL that guards a subnet', ACL, 'DependencyViolation'],
    ["a VPC's default ACL", OTHER_ACL, 'InvalidParameterValue'],
    ['an ACL that is not there', 'acl-0fffffffffffffff0', 'InvalidNetworkAclID.NotFound'],
  ])('refuses %s', async (_what, id, code) => {
    expect((await refusal(remove(id))).code).toBe(code);
  });
});

describe('ReplaceNetworkAclAssociation', () => {
  test('moves the subnet and renames the association', async () => {
    const [before] = bench.aws.networkAcls.get(ACL).associations;
    const { NewAssociationId } = await bench.ec2.send(
      new ReplaceNetworkAclAssociationCommand({
        AssociationId: before?.associationId,
        NetworkAclId: OTHER_ACL,
      }),
    );
    expect(NewAssociationId).not.toBe(before?.associationId);
    expect(bench.aws.networkAcls.get(ACL).associations).toEqual([]);
    expect(bench.aws.networkAcls.get(OTHER_ACL).associations).toEqual([
      { associationId: NewAssociationId, subnetId: SUBNET },
    ]);
  });

  test('refuses an association that is not there', async () => {
    const call = bench.ec2.send(
      new ReplaceNetworkAclAssociationCommand({
        AssociationId: 'aclassoc-0fffffffffffffff0',
        NetworkAclId: ACL,
      }),
    );
    expect((await refusal(call)).code).toBe('InvalidAssociationID.NotFound');
  });
});

describe('inspection', () => {
  test('hands out copies that later changes do not reach', () => {
    const before = bench.aws.networkAcls.get(ACL);
    bench.aws.networkAcls.createEntry({
      networkAclId: ACL,
      ruleNumber: 1,
      egress: false,
      protocol: '-1',
      ruleAction: 'deny',
      cidrBlock: '198.51.100.7/32',
    });
    expect(before.entries).toHaveLength(4);
    expect(bench.aws.networkAcls.get(ACL).entries).toHaveLength(5);
  });

  test.each(['acl-1', ACL])('does not seed the ID %s: malformed or taken', (id) => {
    expect(() => bench.aws.networkAcls.seed({ id, vpcId: VPC })).toThrow(`cannot seed network ACL ${id}`);
  });
});
