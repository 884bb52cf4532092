import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudWatchClient, PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient, CreateLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import { UpdateContinuousBackupsCommand } from '@aws-sdk/client-dynamodb';
import {
  CreateFlowLogsCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  DescribeNetworkAclsCommand,
} from '@aws-sdk/client-ec2';
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { createLedgerTable } from '../../lambda/blacklist/dynamodb-create-table';
import { dynamoDbClient, ec2Client } from '../../lambda/handlers/aws-clients';
import type { DoctorDocument } from '../../lib/cli/operate/doctor/text';
import { deployment } from '../enforcement/support/deployment';
import { ringfence } from '../cli/support/ringfence';
import { type MotoServer, hasMoto, startMoto } from './moto-server';

const region = 'ap-southeast-2';
const credentials = { accessKeyId: 'testing', secretAccessKey: 'testing' };
const LEDGER = 'ringfence-doctor-ledger';
const ROLE = 'arn:aws:iam::123456789012:role/flow-log';

const present = hasMoto();
if (!present)
  process.stderr.write('\n!!! SKIPPED: the doctor against moto: moto_server is not on the PATH\n\n');
const withMoto = present ? describe : describe.skip;

withMoto('ringfence doctor against moto', () => {
  let moto: MotoServer;
  let folder: string;

  beforeAll(async () => {
    process.env['AWS_ACCESS_KEY_ID'] = credentials.accessKeyId;
    process.env['AWS_SECRET_ACCESS_KEY'] = credentials.secretAccessKey;
    moto = await startMoto();
    folder = mkdtempSync(join(tmpdir(), 'ringfence-doctor-'));
    const id = await deploy();
    const acl = { id, ruleNumbers: '1-50', quota: 20, slots: { ipv4: 18, ipv6: 18 } };
    const site = deployment({ ledgerTable: LEDGER, networkAcls: [acl], ipSets: [] });
    writeFileSync(join(folder, 'deployment.json'), JSON.stringify(site));
  }, 180_000);

  afterAll(async () => {
    await moto.stop();
    rmSync(folder, { recursive: true });
  });

  // The first call of each service makes moto load it, which takes seconds.
  const requestHandler = { requestTimeout: 60_000, throwOnRequestTimeout: true };
  const settings = () => ({ endpoint: moto.endpoint, region, credentials, requestHandler });

  /** What CloudFormation would make of the stacks, as far as moto can. @returns the network ACL's ID */
  async function deploy(): Promise<string> {
    const { environment } = deployment();
    await createLedgerTable(dynamoDbClient(settings()), LEDGER);
    await dynamoDbClient(settings()).send(
      new UpdateContinuousBackupsCommand({
        TableName: LEDGER,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      }),
    );
    const ec2 = ec2Client(settings());
    const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.20.0.0/16' }));
    const VpcId = Vpc?.VpcId ?? '';
    await ec2.send(new CreateSubnetCommand({ VpcId, CidrBlock: '10.20.1.0/24' }));
    await new CloudWatchLogsClient(settings()).send(new CreateLogGroupCommand({ logGroupName: 'records' }));
    await ec2.send(
      new CreateFlowLogsCommand({
        ResourceIds: [VpcId],
        ResourceType: 'VPC',
        TrafficType: 'ALL',
        LogGroupName: 'records',
        DeliverLogsPermissionArn: ROLE,
        MaxAggregationInterval: 60,
      }),
    );
    await alarm(environment);
    const Filters = [{ Name: 'vpc-id', Values: [VpcId] }];
    const { NetworkAcls = [] } = await ec2.send(new DescribeNetworkAclsCommand({ Filters }));
    return NetworkAcls[0]?.NetworkAclId ?? '';
  }

  async function alarm(environment: string): Promise<void> {
    const sns = new SNSClient(settings());
    const { TopicArn = '' } = await sns.send(new CreateTopicCommand({ Name: `${environment}-alarms` }));
    await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'email', Endpoint: 'ops@example.com' }));
    await new CloudWatchClient(settings()).send(
      new PutMetricAlarmCommand({
        AlarmName: `${environment}-Monitoring-EnforcementLate27F3A1B2-x`,
        AlarmActions: [TopicArn],
        MetricName: 'ReconcileSucceeded',
        Namespace: 'Ringfence',
        Statistic: 'Sum',
        Period: 60,
        EvaluationPeriods: 5,
        Threshold: 1,
        ComparisonOperator: 'LessThanThreshold',
      }),
    );
  }

  it('reads every service over the wire, and tells what is there from what is not', async () => {
    const file = join(folder, 'deployment.json');
    const { stdout, exitCode } = await ringfence(
      ['doctor', '--deployment', file, '--endpoint-url', moto.endpoint, '--json'],
      { env: { AWS_REGION: region } },
    );
    const { findings } = JSON.parse(stdout) as DoctorDocument;
    const health = (check: string): string[] =>
      findings.filter((finding) => finding.check === check).map((finding) => finding.health);
    expect({
      credentials: health('credentials'),
      clock: health('clock'),
      deployment: health('deployment'),
      flowLog: health('flow log'),
      networkAcl: health('network ACL'),
      exposure: health('exposure'),
      functions: health('functions'),
      enforcer: health('enforcer'),
      records: health('records'),
      alarms: health('alarms'),
      mail: health('mail'),
    }).toEqual({
      credentials: ['ok'],
      clock: ['ok'],
      deployment: ['ok'],
      // moto's own flow log has the default format, and detect is told of another.
      flowLog: ['warning'],
      networkAcl: ['ok'],
      exposure: ['ok'],
      functions: ['failed', 'failed'],
      enforcer: ['failed'],
      records: ['failed'],
      alarms: ['ok'],
      mail: ['ok'],
    });
    expect(findings.find(({ check, health: state }) => check === 'recovery' && state === 'ok')).toBeDefined();
    expect(exitCode).toBe(1);
  }, 120_000);
});
