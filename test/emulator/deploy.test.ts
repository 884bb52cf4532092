import { DescribeTableCommand, DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import {
  CreateNetworkAclCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  DeleteRouteTableCommand,
  DescribeFlowLogsCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcsCommand,
  DisassociateRouteTableCommand,
  EC2Client,
  type IpPermission,
} from '@aws-sdk/client-ec2';
import { ListBucketsCommand } from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand, ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { CreateIPSetCommand, WAFV2Client } from '@aws-sdk/client-wafv2';
import { DEPLOYED_FORMAT } from '../../lambda/flow-log';
import { parseDeployment } from '../../lambda/enforcement/deployment';
import { s3Client } from '../../lambda/handlers/aws-clients';
import { Cdk, type Synthesis } from './support/cdk';
import type { StandIns } from './support/adapt-template';
import { ACCOUNT, hasMoto, Moto, REGION } from './support/moto';

/** The network that two of the environments adopt, made by SDK as a customer would have it. */
interface Network {
  readonly vpcId: string;
  readonly subnetId: string;
  readonly aclIds: readonly string[];
}

const PROXIES = ['103.55.116.0/24', '2001:db8:5500::/48'];
const OTHER_PROXIES = ['103.55.117.0/24', '2001:db8:5501::/48'];
const IPV4_PROXY = '103.55.116.0/24';
const OTHER_IPV4_PROXY = '103.55.117.0/24';
const common = { account: ACCOUNT, region: REGION, protect: false };

/** `alpha` creates its network; `bucket` and `group` adopt one, with flow logs in S3 and in CloudWatch Logs. */
function environments({ vpcId, subnetId, aclIds }: Network, voiceProxyRanges: readonly string[]) {
  const adopted = {
    ...common,
    vpc: { id: vpcId, cidrs: ['10.30.0.0/16', '2001:db8:30::/56'] },
    voiceSubnets: [subnetId],
    voiceProxyRanges,
    mode: 'enforce',
  };
  return {
    // Dual stack is what moto 5.2.1 refuses.
    alpha: { ...common, vpc: { create: '10.20.0.0/16', ipv6: false } },
    bucket: {
      ...adopted,
      networkAcl: { ids: aclIds, ruleNumbers: '1-40' },
      exposure: 'open',
      sip: { alternativePort: 5160 },
      flowLogs: { destination: 's3', fileFormat: 'parquet', scope: 'vpc', retentionDays: 14 },
      functions: { detect: { reservedConcurrency: 7 } },
      webAcl: {
        associations: [
          `arn:aws:elasticloadbalancing:${REGION}:${ACCOUNT}:loadbalancer/app/portal/0a1b2c3d4e5f6071`,
        ],
      },
    },
    group: {
      ...adopted,
      networkAcl: { ids: aclIds, ruleNumbers: '41-80' },
      forwarding: { listeners: [{ port: 5060 }, { port: 5061, protocol: 'TCP' }], targets: ['10.30.1.10'] },
      alarms: { email: ['voice-ops@example.com'], chat: true },
    },
  };
}

/** What an update or a redeployment of a stack says of itself. */
const outcomes = (output: string) =>
  Array.from(output.matchAll(/✅\s+(\S+) \([^)]+\)( \(no changes\))?/g), ([, name, same]) =>
    same === undefined ? name : `${name} unchanged`,
  );

/**
 * `udp 5060 from 103.55.116.0/24`, one for each source. IPv4 and groups: moto 5.2.1 leaves IPv6 rules of a template out,
 * which the tests of the templates look at.
 */
function inShort(permissions: readonly IpPermission[] = []): string[] {
  return permissions
    .flatMap(({ IpProtocol, FromPort, ToPort, IpRanges = [], UserIdGroupPairs = [] }) =>
      [...IpRanges.map(({ CidrIp }) => CidrIp), ...UserIdGroupPairs.map(() => 'a group')].map(
        (source) =>
          `${IpProtocol} ${FromPort === ToPort ? FromPort : `${FromPort}-${ToPort}`} from ${source}`,
      ),
    )
    .sort();
}

if (!hasMoto()) {
  throw new Error(
    'moto_server is not on the PATH, and this suite deploys to nothing else: pip install "moto[server]"',
  );
}

let moto: Moto;
let cdk: Cdk;
let ec2: EC2Client;
let network: Network;
let standIns: StandIns;
let deployed: Synthesis;

async function createNetwork(): Promise<Network> {
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.30.0.0/16' }));
  const vpcId = Vpc?.VpcId ?? '';
  const { Subnet } = await ec2.send(new CreateSubnetCommand({ VpcId: vpcId, CidrBlock: '10.30.1.0/24' }));
  const acls = await Promise.all([1, 2].map(() => ec2.send(new CreateNetworkAclCommand({ VpcId: vpcId }))));
  const aclIds = acls.map(({ NetworkAcl }) => NetworkAcl?.NetworkAclId ?? '');
  return { vpcId, subnetId: Subnet?.SubnetId ?? '', aclIds };
}

/** The IP sets that CloudFormation would make, and the emulator's ignores. */
async function createIpSets(): Promise<StandIns> {
  const wafv2 = new WAFV2Client(moto.settings);
  const sets = ['bucket', 'group'].flatMap((name) =>
    (['IPV4', 'IPV6'] as const).map(async (family) => {
      const Name = `ringfence-${name}-${family.toLowerCase()}`;
      const { Summary } = await wafv2.send(
        new CreateIPSetCommand({ Name, Scope: 'REGIONAL', IPAddressVersion: family, Addresses: [] }),
      );
      return [`AWS::WAFv2::IPSet ${Name}`, { Id: Summary?.Id ?? '', Arn: Summary?.ARN ?? '' }] as const;
    }),
  );
  const arn = `arn:aws:wafv2:${REGION}:${ACCOUNT}:regional/webacl/ringfence/0a1b2c3d`;
  const alarm = { Arn: `arn:aws:cloudwatch:${REGION}:${ACCOUNT}:alarm:ringfence` };
  return {
    ...Object.fromEntries(await Promise.all(sets)),
    'AWS::WAFv2::WebACL': { Arn: arn },
    'AWS::CloudWatch::Alarm': alarm,
    'AWS::CloudWatch::CompositeAlarm': alarm,
  };
}

beforeAll(async () => {
  moto = await Moto.start();
  cdk = new Cdk(moto);
  ec2 = new EC2Client(moto.settings);
  cdk.bootstrap();
  network = await createNetwork();
  standIns = await createIpSets();
  deployed = cdk.synthesise(environments(network, PROXIES), standIns);
});
afterAll(async () => {
  cdk.clean();
  await moto.stop();
});

async function securityGroup(stackName: string, description: string) {
  const { SecurityGroups = [] } = await ec2.send(new DescribeSecurityGroupsCommand({}));
  const found = SecurityGroups.filter(
    ({ GroupName = '', Description }) => GroupName.startsWith(`${stackName}-`) && Description === description,
  );
  expect(found).toHaveLength(1);
  return found[0];
}
const VOICE = 'SIP and media of the voice servers';

describe('the templates that go to the emulator', () => {
  /** Every place where two values differ, as a path with the value on either side. */
  function differences(one: unknown, other: unknown, path = ''): string[] {
    if (JSON.stringify(one) === JSON.stringify(other)) return [];
    const isOpen = (value: unknown): value is object => typeof value === 'object' && value !== null;
    if (!isOpen(one) || !isOpen(other) || Array.isArray(one) !== Array.isArray(other)) return [path];
    const keys = [...new Set([...Object.keys(one), ...Object.keys(other)])];
    return keys.flatMap((key) =>
      differences(Reflect.get(one, key), Reflect.get(other, key), `${path}/${key}`),
    );
  }

  const EXPECTED = [
    /^\/Rules$/,
    /^\/Parameters\/BootstrapVersion$/,
    /^\/Resources\/(VoiceServers|ForwarderSecurityGroup)\w+\/Properties\/SecurityGroup(Ingress|Egress)\/\d+(\/|$)/,
    /^\/Resources\/ForwarderListener\w+$/,
    // References to IP sets, the web ACL and alarms.
    /^\/Resources\/Ringfence(Blind|CannotBlock)\w+\/Properties\/AlarmRule\/Fn::Join\/1\/\d+$/,
    /^\/Resources\/Dashboard\w+\/Properties\/DashboardBody\/Fn::Join\/1\/\d+$/,
    /^\/Resources\/Deployment\w+\/Properties\/Value\/Fn::Join\/1\/\d+$/,
    /^\/Resources\/\w+Function\w+\/Properties\/Environment\/Variables\/RINGFENCE_DEPLOYMENT\/Fn::Join\/1\/\d+$/,
    /^\/Resources\/(Enforce|Widget)RoleDefaultPolicy\w+\/Properties\/PolicyDocument\/Statement\/\d+\/Resource\/\d+$/,
    /^\/Resources\/PortalWebAcl\w+\/Properties\/(WebACLArn$|Rules\/0\/Statement\/OrStatement\/Statements\/\d\/IPSetReferenceStatement\/Arn$)/,
  ];

  it('differ from the real ones in what the emulator cannot do, and nowhere else', () => {
    const found = deployed.pairs.flatMap(({ real, adapted }) => differences(real, adapted));
    expect(found.filter((path) => !EXPECTED.some((expected) => expected.test(path)))).toEqual([]);
    // Each of the exceptions is needed: one that is not any more has to go.
    for (const expected of EXPECTED) expect(found).toContainEqual(expect.stringMatching(expected));
  });

  it('differ in security group rules by their source alone', () => {
    const perimeters = deployed.pairs.filter(({ name }) => name.includes('Perimeter'));
    for (const { real, adapted } of perimeters) {
      const about = (template: typeof real) =>
        Object.values(template.Resources)
          .filter(({ Type }) => Type === 'AWS::EC2::SecurityGroup')
          .flatMap(({ Properties }) => Properties['SecurityGroupIngress'] as { Description: string }[])
          .map(({ Description }) => Description);
      expect(about(adapted)).toEqual(about(real));
    }
  });
});

describe('the first deployment', () => {
  beforeAll(() => {
    expect(outcomes(cdk.deploy(deployed, 'alpha/Perimeter'))).toEqual(['alpha/Perimeter']);
    const stacks = ['Ledger', 'Perimeter', 'Automation', 'Monitoring'];
    for (const name of ['bucket', 'group']) {
      const output = cdk.deploy(deployed, `${name}/*`);
      expect(outcomes(output).sort()).toEqual(stacks.map((stack) => `${name}/${stack}`).sort());
    }
  });

  it('makes a VPC with two voice subnets that give no address out by themselves', async () => {
    const { Vpcs = [] } = await ec2.send(new DescribeVpcsCommand({}));
    const created = Vpcs.filter(({ CidrBlock }) => CidrBlock === '10.20.0.0/16');
    expect(created).toHaveLength(1);
    const { Subnets = [] } = await ec2.send(
      new DescribeSubnetsCommand({ Filters: [{ Name: 'vpc-id', Values: [created[0]?.VpcId ?? ''] }] }),
    );
    expect(
      Subnets.map(({ CidrBlock, MapPublicIpOnLaunch }) => [CidrBlock, MapPublicIpOnLaunch]).sort(),
    ).toEqual([
      ['10.20.0.0/17', false],
      ['10.20.128.0/17', false],
    ]);
  });

  it('admits SIP and media from the proxies alone in proxy-only, and from the load balancer', async () => {
    const group = await securityGroup('group-Perimeter', VOICE);
    const ports = ['udp 5060', 'tcp 5060', 'udp 5061', 'tcp 5061', 'udp 10000-20000'];
    const fromProxies = ports.map((port) => `${port} from ${IPV4_PROXY}`);
    const forwarded = ['udp 5060', 'tcp 5060', 'tcp 5061'].map((port) => `${port} from a group`);
    expect(inShort(group?.IpPermissions)).toEqual([...fromProxies, ...forwarded].sort());
    expect(group?.VpcId).toBe(network.vpcId);
  });

  it('admits the load balancer nobody but the proxies', async () => {
    const group = await securityGroup('group-Perimeter', 'SIP to the load balancer of the voice servers');
    const ports = ['udp 5060', 'tcp 5060', 'tcp 5061'];
    expect(inShort(group?.IpPermissions)).toEqual(ports.map((port) => `${port} from ${IPV4_PROXY}`).sort());
  });

  it('admits the alternative port and not the old one from anywhere in open exposure', async () => {
    const group = await securityGroup('bucket-Perimeter', VOICE);
    const ports = ['udp 5160', 'tcp 5160', 'udp 5061', 'tcp 5061', 'udp 10000-20000'];
    expect(inShort(group?.IpPermissions)).toEqual(ports.map((port) => `${port} from 0.0.0.0/0`).sort());
  });

  it('logs the VPC as Parquet in Hive folders of a bucket, and a subnet into a log group', async () => {
    const { FlowLogs = [] } = await ec2.send(new DescribeFlowLogsCommand({}));
    const LogFormat = DEPLOYED_FORMAT.replace(/\S+/g, '${$&}');
    const byResource = (id: string) => FlowLogs.filter(({ ResourceId }) => ResourceId === id);
    expect(byResource(network.vpcId)).toMatchObject([
      { LogDestinationType: 's3', TrafficType: 'ALL', LogFormat, MaxAggregationInterval: 60 },
    ]);
    expect(byResource(network.subnetId)).toMatchObject([
      { LogDestinationType: 'cloud-watch-logs', TrafficType: 'ALL', LogFormat },
    ]);
    const { logGroups } = await moto.json('logs', 'Logs_20140328.DescribeLogGroups');
    expect(logGroups).toContainEqual(
      expect.objectContaining({
        logGroupName: byResource(network.subnetId)[0]?.LogGroupName,
        retentionInDays: 30,
      }),
    );
  });

  it('has a queue for stored files that gives up after five attempts', async () => {
    const sqs = new SQSClient(moto.settings);
    const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({}));
    const url = QueueUrls.find((each) => each.includes('FlowLogObjectsArrived'));
    const { Attributes = {} } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] }),
    );
    expect(Attributes['VisibilityTimeout']).toBe('720');
    expect(JSON.parse(Attributes['RedrivePolicy'] ?? '{}')).toMatchObject({ maxReceiveCount: 5 });
    const { Rules } = await moto.json('events', 'AWSEvents.ListRules');
    const patterns = (Rules as { EventPattern?: string }[]).map(({ EventPattern }) => EventPattern ?? '');
    expect(patterns.filter((pattern) => pattern.includes('AWSLogs/*.log.parquet'))).toHaveLength(1);
    expect(patterns.filter((pattern) => pattern.includes('stack/bucket-Automation/'))).toHaveLength(1);
  });

  it('has functions with the executions set aside, and what starts them', async () => {
    const { Functions } = await moto.rest('lambda', '/2015-03-31/functions/');
    const ours = Functions as { FunctionName: string }[];
    const names = ours.map(({ FunctionName }) => /^.*?Function/.exec(FunctionName)?.[0]).sort();
    const ofEach = ['Automation-Detect', 'Automation-Enforce', 'Automation-Widget', 'Monitoring-Notify'];
    expect(names).toEqual(
      ['bucket', 'group'].flatMap((environment) => ofEach.map((name) => `${environment}-${name}Function`)),
    );
    for (const each of ours) expect(each).toMatchObject({ Runtime: 'nodejs24.x', Handler: 'index.handler' });
    const detect = ours.find(({ FunctionName }) => FunctionName.startsWith('bucket-Automation-Detect'));
    const concurrency = await moto.rest(
      'lambda',
      `/2019-09-30/functions/${detect?.FunctionName}/concurrency`,
    );
    expect(concurrency).toEqual({ ReservedConcurrentExecutions: 7 });
    const { EventSourceMappings } = await moto.rest('lambda', '/2015-03-31/event-source-mappings/');
    const sources = (EventSourceMappings as { EventSourceArn: string }[]).map(
      ({ EventSourceArn }) => EventSourceArn,
    );
    expect(sources.filter((arn) => arn.includes(':sqs:'))).toHaveLength(1);
    expect(sources.filter((arn) => arn.includes(':dynamodb:'))).toHaveLength(2);
  });

  it('has a ledger that is on demand, streams what changes, and is not protected where that was said', async () => {
    const dynamoDb = new DynamoDBClient(moto.settings);
    const { TableNames = [] } = await dynamoDb.send(new ListTablesCommand({}));
    const name = TableNames.find((each) => each.startsWith('bucket-Ledger'));
    const { Table } = await dynamoDb.send(new DescribeTableCommand({ TableName: name }));
    expect(Table).toMatchObject({
      BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' },
      DeletionProtectionEnabled: false,
    });
  });

  it('says what is deployed in a document that the command line reads', async () => {
    const ssm = new SSMClient(moto.settings);
    const { Parameter } = await ssm.send(new GetParameterCommand({ Name: '/ringfence/bucket/deployment' }));
    const document = parseDeployment(JSON.parse(Parameter?.Value ?? ''));
    expect(document).toMatchObject({
      environment: 'bucket',
      exposure: 'open',
      sip: { ports: [5060, 5061, 5160], tripwirePorts: [5060] },
      networkAcls: network.aclIds.map((id) => ({ id, ruleNumbers: '1-40' })),
    });
    const ids = document.ipSets.map(({ name, id }) => [standIns[`AWS::WAFv2::IPSet ${name}`]?.['Id'], id]);
    expect(ids.map(([one]) => one)).toEqual(ids.map(([, other]) => other));
    expect(document.ledgerTable).toMatch(/^bucket-Ledger-/);
  });
});

describe('afterwards', () => {
  it('a redeployment without change changes nothing', () => {
    expect(outcomes(cdk.deploy(deployed, 'group/*')).sort()).toEqual(
      ['Automation', 'Ledger', 'Monitoring', 'Perimeter'].map((stack) => `group/${stack} unchanged`),
    );
  });

  it('another proxy range is admitted, and the one before is not any more', async () => {
    const changed = cdk.synthesise(environments(network, OTHER_PROXIES), standIns);
    expect(outcomes(cdk.deploy(changed, 'group/*'))).toEqual(
      expect.arrayContaining(['group/Ledger unchanged', 'group/Perimeter', 'group/Automation']),
    );
    // Under whichever identifier: moto 5.2.1 makes a new group of every change, AWS changes the rules of this one.
    const after = await securityGroup('group-Perimeter', VOICE);
    const sources = new Set(inShort(after?.IpPermissions).map((rule) => rule.split(' from ')[1]));
    expect([...sources].sort()).toEqual([OTHER_IPV4_PROXY, 'a group']);
    const ssm = new SSMClient(moto.settings);
    const { Parameter } = await ssm.send(new GetParameterCommand({ Name: '/ringfence/group/deployment' }));
    expect(parseDeployment(JSON.parse(Parameter?.Value ?? '')).proxyRanges).toEqual(OTHER_PROXIES);
  });

  it('every stack can be removed; what holds history stays', async () => {
    await deleteRouteTables(await vpcOf('10.20.0.0/16'));
    for (const stacks of ['alpha/Perimeter', 'bucket/*', 'group/*']) cdk.destroy(deployed, stacks);
    const stacks = await moto.query('cloudformation', 'DescribeStacks');
    expect(Array.from(stacks.matchAll(/<StackName>([^<]+)</g), ([, name]) => name)).toEqual(['CDKToolkit']);
    // moto 5.2.1 leaves subnets and VPC of a removed stack behind, so what is left of the network shows nothing.
    const { TableNames = [] } = await new DynamoDBClient(moto.settings).send(new ListTablesCommand({}));
    expect(TableNames.map((name) => name.split('-')[0])).toEqual(['bucket', 'group']);
    const { Buckets = [] } = await s3Client(moto.settings).send(new ListBucketsCommand({}));
    expect(Buckets.map(({ Name }) => Name)).toContainEqual(expect.stringContaining('flowlogfiles'));
  });
});

async function vpcOf(cidr: string): Promise<string | undefined> {
  const { Vpcs = [] } = await ec2.send(new DescribeVpcsCommand({}));
  return Vpcs.find(({ CidrBlock }) => CidrBlock === cidr)?.VpcId;
}

/** moto 5.2.1 does not delete route tables with their stack, and then not the VPC either. */
async function deleteRouteTables(vpcId = ''): Promise<void> {
  const { RouteTables = [] } = await ec2.send(
    new DescribeRouteTablesCommand({ Filters: [{ Name: 'vpc-id', Values: [vpcId] }] }),
  );
  for (const { RouteTableId, Associations = [] } of RouteTables) {
    if (Associations.some(({ Main }) => Main)) continue;
    for (const { RouteTableAssociationId: AssociationId } of Associations) {
      await ec2.send(new DisassociateRouteTableCommand({ AssociationId }));
    }
    await ec2.send(new DeleteRouteTableCommand({ RouteTableId }));
  }
}
