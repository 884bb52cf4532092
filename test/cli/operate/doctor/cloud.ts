import { EC2Client } from '@aws-sdk/client-ec2';
import type { Deployment } from '../../../../lambda/enforcement';
import { DEPLOYED_FORMAT } from '../../../../lambda/flow-log';
import { NOW } from '../../../enforcement/support/bans';
import { OperatedEnvironment } from '../support/environment';
import { playedSts, type Player } from '../support/front';

const ARN = 'arn:aws:lambda:ap-southeast-2:111111111111:function';
export const DETECT = 'dev-Automation-DetectFunction1A2B';
export const ENFORCE = 'dev-Automation-EnforceFunction3C4D';
const QUEUE = 'arn:aws:sqs:ap-southeast-2:111111111111';
const TOPIC = 'arn:aws:sns:ap-southeast-2:111111111111:dev-Monitoring-Alarms';
const VPC = 'vpc-0a1b2c3d4e5f60718';
const SUBNET = 'subnet-0a1b2c3d4e5f60718';

type Input = Readonly<Record<string, unknown>>;
/** An answer by the name of the command, in the SDK's shape; an Error is thrown. */
export type Answers = Record<string, (input: Input) => unknown>;

/** As AWS refuses: the name that the service uses, and its metadata. */
export function refusal(name = 'AccessDeniedException'): Error {
  return Object.assign(new Error('User is not authorized'), { name, $metadata: { httpStatusCode: 403 } });
}

/** The answers about an environment in which everything is as it should be. */
export function healthyAnswers(deployment: Deployment): Answers {
  const lambda = (FunctionName: string) => ({
    FunctionName,
    FunctionArn: `${ARN}:${FunctionName}`,
    State: 'Active',
    LastUpdateStatus: 'Successful',
    Environment: {
      Variables: {
        RINGFENCE_LEDGER_TABLE: deployment.ledgerTable,
        RINGFENCE_DEPLOYMENT: JSON.stringify(deployment),
        ...(FunctionName === DETECT && { RINGFENCE_FLOW_LOG_FORMAT: DEPLOYED_FORMAT }),
      },
    },
  });
  const answers: Answers = {
    DescribeTable: () => ({
      Table: {
        TableStatus: 'ACTIVE',
        StreamSpecification: { StreamEnabled: true },
        DeletionProtectionEnabled: true,
      },
    }),
    DescribeContinuousBackups: () => ({
      ContinuousBackupsDescription: {
        PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: 'ENABLED' },
      },
    }),
    DescribeTimeToLive: () => ({
      TimeToLiveDescription: { TimeToLiveStatus: 'ENABLED', AttributeName: 'ttl' },
    }),
    ListFunctions: ({ Marker }) =>
      Marker === undefined
        ? { Functions: [lambda(DETECT), { FunctionName: 'somebody-elses' }], NextMarker: 'more' }
        : { Functions: [lambda(ENFORCE)] },
    GetFunctionConcurrency: ({ FunctionName }) => ({
      ReservedConcurrentExecutions: FunctionName === ENFORCE ? 1 : 10,
    }),
    GetFunctionEventInvokeConfig: ({ FunctionName }) => ({
      DestinationConfig: { OnFailure: { Destination: `${QUEUE}:${String(FunctionName)}-Failures` } },
    }),
    ListEventSourceMappings: ({ FunctionName }) => ({
      EventSourceMappings:
        FunctionName === ENFORCE
          ? [{ UUID: 'u-1', State: 'Enabled', EventSourceArn: 'arn:aws:dynamodb:x:1:table/t/stream/s' }]
          : [],
    }),
    GetQueueUrl: ({ QueueName }) => ({ QueueUrl: `http://queues/${String(QueueName)}` }),
    GetQueueAttributes: () => ({ Attributes: { ApproximateNumberOfMessages: '0' } }),
    DescribeFlowLogs: () => ({
      FlowLogs: [
        {
          FlowLogId: 'fl-0a1b',
          ResourceId: SUBNET,
          FlowLogStatus: 'ACTIVE',
          DeliverLogsStatus: 'SUCCESS',
          TrafficType: 'ALL',
          LogDestinationType: 'cloud-watch-logs',
          LogGroupName: 'voice-records',
          LogFormat: DEPLOYED_FORMAT.replace(/\S+/g, '${$&}'),
          MaxAggregationInterval: 60,
        },
      ],
    }),
    DescribeSubscriptionFilters: () => ({
      subscriptionFilters: [
        { logGroupName: 'voice-records', destinationArn: `${ARN}:${DETECT}`, filterPattern: '' },
      ],
    }),
    DescribeLogStreams: () => ({ logStreams: [] }),
    GetMetricStatistics: () => ({
      Datapoints: [
        { Sum: 900, Timestamp: new Date((NOW - 400) * 1000) },
        { Sum: 0, Timestamp: new Date((NOW - 60) * 1000) },
      ],
    }),
    DescribeNetworkInterfaces: () => ({ NetworkInterfaces: [{ Groups: [{ GroupId: 'sg-voice' }] }] }),
    DescribeSecurityGroups: () => ({
      SecurityGroups: [
        {
          GroupId: 'sg-voice',
          IpPermissions: [
            {
              IpProtocol: 'udp',
              FromPort: 5060,
              ToPort: 5061,
              PrefixListIds: [{ PrefixListId: 'pl-proxies' }],
            },
            { IpProtocol: 'tcp', FromPort: 443, ToPort: 443, IpRanges: [{ CidrIp: '0.0.0.0/0' }] },
          ],
        },
      ],
    }),
    GetManagedPrefixListEntries: () => ({ Entries: [{ Cidr: '103.55.116.0/24' }] }),
    DescribeAlarms: () => ({
      MetricAlarms: [
        {
          AlarmName: 'dev-Monitoring-EnforcementLate27F3A1B2-x1',
          ActionsEnabled: true,
          AlarmActions: [TOPIC],
          StateValue: 'OK',
        },
      ],
      CompositeAlarms: [
        {
          AlarmName: 'dev-Monitoring-RingfenceBlind1',
          ActionsEnabled: true,
          AlarmActions: [TOPIC],
          StateValue: 'OK',
        },
      ],
    }),
    ListSubscriptionsByTopic: () => ({
      Subscriptions: [
        { SubscriptionArn: `${TOPIC}:1`, Protocol: 'email', Endpoint: 'voice-ops@example.com' },
      ],
    }),
  };
  return answers;
}

/** The time of the answer, which the doctor compares with the clock. */
const stsAtNow: Player = (target, body) => {
  const played = playedSts(target, body);
  return played && { ...played, headers: { date: new Date(NOW * 1000).toUTCString() } };
};

/** An operated environment whose other services answer as told; every call is remembered by its command's name. */
export class ExaminedCloud {
  readonly called = new Set<string>();
  answers: Answers;

  private constructor(
    readonly environment: OperatedEnvironment,
    private readonly spy: jest.SpyInstance,
  ) {
    this.answers = healthyAnswers(environment.cloud.deployment);
  }

  static async start(): Promise<ExaminedCloud> {
    const environment = await OperatedEnvironment.start({ players: [stsAtNow] });
    // All clients of the SDK send by the method of one class.
    const base = Object.getPrototypeOf(EC2Client.prototype) as {
      send: (command: object) => Promise<unknown>;
    };
    const real = base.send;
    const spy = jest.spyOn(base, 'send').mockImplementation(async function (
      this: unknown,
      command: object & { input?: Input },
      ...rest: unknown[]
    ) {
      const name = command.constructor.name.replace(/Command$/, '');
      cloud.called.add(name);
      const answer = cloud.answers[name];
      if (answer !== undefined) {
        const answered = answer(command.input ?? {});
        if (answered instanceof Error) throw answered;
        return answered;
      }
      const given = await (real as (...all: unknown[]) => Promise<unknown>).call(this, command, ...rest);
      return name === 'DescribeNetworkAcls' ? associated(given) : given;
    });
    const cloud = new ExaminedCloud(environment, spy);
    return cloud;
  }

  close(): Promise<void> {
    this.spy.mockRestore();
    return this.environment.close();
  }
}

/** The embedded EC2 knows no subnets. */
function associated(answer: unknown): unknown {
  const { NetworkAcls = [] } = answer as { NetworkAcls?: object[] };
  return {
    NetworkAcls: NetworkAcls.map((acl) => ({ ...acl, VpcId: VPC, Associations: [{ SubnetId: SUBNET }] })),
  };
}
