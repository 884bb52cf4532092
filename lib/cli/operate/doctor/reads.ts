import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  GetMetricStatisticsCommand,
} from '@aws-sdk/client-cloudwatch';
import {
  CloudWatchLogsClient,
  DescribeLogStreamsCommand,
  DescribeSubscriptionFiltersCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import {
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import {
  DescribeFlowLogsCommand,
  DescribeNetworkAclsCommand,
  DescribeNetworkInterfacesCommand,
  DescribeSecurityGroupsCommand,
  EC2Client,
  type FlowLog,
  GetManagedPrefixListEntriesCommand,
  type NetworkInterface,
} from '@aws-sdk/client-ec2';
import {
  type FunctionConfiguration,
  GetFunctionConcurrencyCommand,
  GetFunctionEventInvokeConfigCommand,
  LambdaClient,
  ListEventSourceMappingsCommand,
  ListFunctionsCommand,
} from '@aws-sdk/client-lambda';
import { ListSubscriptionsByTopicCommand, SNSClient, type Subscription } from '@aws-sdk/client-sns';
import { GetQueueAttributesCommand, GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { AwsSettings } from '../aws-settings';
import { asked, pages, unlessMissing } from './asking';

/** Seconds of metrics that are looked through for the last record. */
const METRIC_SECONDS = 3 * 3600;

/**
 * Everything the doctor asks of AWS. Each call only reads: a test holds all of them to Describe, Get and List. What
 * fails does so as a {@link ReadFailure} that names the permission it takes.
 */
export class Reads {
  readonly #ec2: EC2Client;
  readonly #lambda: LambdaClient;
  readonly #logs: CloudWatchLogsClient;
  readonly #cloudWatch: CloudWatchClient;
  readonly #dynamoDb: DynamoDBClient;
  readonly #sqs: SQSClient;
  readonly #sns: SNSClient;
  readonly #sts: STSClient;
  readonly #clients: readonly { destroy(): void }[];

  constructor(settings: AwsSettings) {
    this.#ec2 = new EC2Client(settings);
    this.#lambda = new LambdaClient(settings);
    this.#logs = new CloudWatchLogsClient(settings);
    this.#cloudWatch = new CloudWatchClient(settings);
    this.#dynamoDb = new DynamoDBClient(settings);
    this.#sqs = new SQSClient(settings);
    this.#sns = new SNSClient(settings);
    this.#sts = new STSClient(settings);
    this.#clients = [
      this.#ec2,
      this.#lambda,
      this.#logs,
      this.#cloudWatch,
      this.#dynamoDb,
      this.#sqs,
      this.#sns,
      this.#sts,
    ];
  }

  /** Ends the connections. */
  close(): void {
    for (const client of this.#clients) client.destroy();
  }

  /** Whose credentials these are, and the time by AWS's clock (the answer's Date header), epoch milliseconds. */
  async identity(): Promise<{ readonly arn: string; readonly date: number | undefined }> {
    let date: number | undefined;
    this.#sts.middlewareStack.add(
      (next) => async (input) => {
        const result = await next(input);
        const { headers } = result.response as { headers?: Record<string, string> };
        date = Date.parse(headers?.['date'] ?? '');
        return result;
      },
      { step: 'deserialize', name: 'dateOfAnswer', override: true },
    );
    const { Arn = '' } = await asked(
      'sts:GetCallerIdentity',
      this.#sts.send(new GetCallerIdentityCommand({})),
    );
    return { arn: Arn, date: date === undefined || Number.isNaN(date) ? undefined : date };
  }

  async table(TableName: string) {
    const { Table = {} } = await asked(
      'dynamodb:DescribeTable',
      this.#dynamoDb.send(new DescribeTableCommand({ TableName })),
    );
    return Table;
  }

  /** Whether the table can be restored to any second of the last days. */
  async pointInTimeRecovery(TableName: string): Promise<boolean> {
    const { ContinuousBackupsDescription } = await asked(
      'dynamodb:DescribeContinuousBackups',
      this.#dynamoDb.send(new DescribeContinuousBackupsCommand({ TableName })),
    );
    const { PointInTimeRecoveryDescription: recovery } = ContinuousBackupsDescription ?? {};
    return recovery?.PointInTimeRecoveryStatus === 'ENABLED';
  }

  async timeToLive(TableName: string): Promise<string> {
    const { TimeToLiveDescription } = await asked(
      'dynamodb:DescribeTimeToLive',
      this.#dynamoDb.send(new DescribeTimeToLiveCommand({ TableName })),
    );
    return TimeToLiveDescription?.TimeToLiveStatus === 'ENABLED'
      ? (TimeToLiveDescription.AttributeName ?? '')
      : '';
  }

  /** The VPC of a network ACL and the subnets that use it. */
  async associations(id: string): Promise<{ readonly vpcId: string; readonly subnets: readonly string[] }> {
    const { NetworkAcls = [] } = await asked(
      'ec2:DescribeNetworkAcls',
      this.#ec2.send(new DescribeNetworkAclsCommand({ NetworkAclIds: [id] })),
    );
    const { VpcId = '', Associations = [] } = NetworkAcls[0] ?? {};
    return { vpcId: VpcId, subnets: Associations.flatMap(({ SubnetId }) => SubnetId ?? []) };
  }

  /** Flow logs of these subnets, interfaces or VPCs. */
  async flowLogs(resourceIds: readonly string[]): Promise<FlowLog[]> {
    const Filter = [{ Name: 'resource-id', Values: [...resourceIds] }];
    return pages(async (NextToken) => {
      const page = await asked(
        'ec2:DescribeFlowLogs',
        this.#ec2.send(new DescribeFlowLogsCommand({ Filter, NextToken })),
      );
      return { items: page.FlowLogs ?? [], next: page.NextToken };
    });
  }

  async networkInterfaces(subnets: readonly string[]): Promise<NetworkInterface[]> {
    const Filters = [{ Name: 'subnet-id', Values: [...subnets] }];
    return pages(async (NextToken) => {
      const page = await asked(
        'ec2:DescribeNetworkInterfaces',
        this.#ec2.send(new DescribeNetworkInterfacesCommand({ Filters, NextToken })),
      );
      return { items: page.NetworkInterfaces ?? [], next: page.NextToken };
    });
  }

  async securityGroups(GroupIds: string[]) {
    const { SecurityGroups = [] } = await asked(
      'ec2:DescribeSecurityGroups',
      this.#ec2.send(new DescribeSecurityGroupsCommand({ GroupIds })),
    );
    return SecurityGroups;
  }

  async prefixList(PrefixListId: string): Promise<string[]> {
    return pages(async (NextToken) => {
      const page = await asked(
        'ec2:GetManagedPrefixListEntries',
        this.#ec2.send(new GetManagedPrefixListEntriesCommand({ PrefixListId, NextToken })),
      );
      return { items: (page.Entries ?? []).flatMap(({ Cidr }) => Cidr ?? []), next: page.NextToken };
    });
  }

  /** Every function of the account and Region that is told of this ledger. */
  async functions(ledgerTable: string): Promise<FunctionConfiguration[]> {
    const all = await pages(async (Marker) => {
      const page = await asked(
        'lambda:ListFunctions',
        this.#lambda.send(new ListFunctionsCommand({ Marker })),
      );
      return { items: page.Functions ?? [], next: page.NextMarker };
    });
    return all.filter(
      ({ Environment }) => Environment?.Variables?.['RINGFENCE_LEDGER_TABLE'] === ledgerTable,
    );
  }

  /** Executions set aside for a function, undefined for none. */
  async reservedConcurrency(FunctionName: string): Promise<number | undefined> {
    const { ReservedConcurrentExecutions } = await asked(
      'lambda:GetFunctionConcurrency',
      this.#lambda.send(new GetFunctionConcurrencyCommand({ FunctionName })),
    );
    return ReservedConcurrentExecutions;
  }

  /** ARN of the queue that keeps the events a function gave up on, undefined for none. */
  async failureQueue(FunctionName: string): Promise<string | undefined> {
    const reading = this.#lambda.send(new GetFunctionEventInvokeConfigCommand({ FunctionName }));
    const config = await asked('lambda:GetFunctionEventInvokeConfig', reading).catch(unlessMissing);
    return config?.DestinationConfig?.OnFailure?.Destination;
  }

  async eventSources(FunctionName: string) {
    const { EventSourceMappings = [] } = await asked(
      'lambda:ListEventSourceMappings',
      this.#lambda.send(new ListEventSourceMappingsCommand({ FunctionName })),
    );
    return EventSourceMappings;
  }

  /** Messages in the queue, and the ARN of its own dead-letter queue where it has one. */
  async queue(arn: string): Promise<{ readonly messages: number; readonly deadLetters: string | undefined }> {
    const [, , , , account, QueueName = ''] = arn.split(':');
    const owner = account === undefined ? {} : { QueueOwnerAWSAccountId: account };
    const { QueueUrl } = await asked(
      'sqs:GetQueueUrl',
      this.#sqs.send(new GetQueueUrlCommand({ QueueName, ...owner })),
    );
    const { Attributes = {} } = await asked(
      'sqs:GetQueueAttributes',
      this.#sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] })),
    );
    const redrive = JSON.parse(Attributes.RedrivePolicy ?? '{}') as { deadLetterTargetArn?: string };
    return {
      messages: Number(Attributes.ApproximateNumberOfMessages ?? 0),
      deadLetters: redrive.deadLetterTargetArn,
    };
  }

  async subscriptions(logGroupName: string) {
    const { subscriptionFilters = [] } = await asked(
      'logs:DescribeSubscriptionFilters',
      this.#logs.send(new DescribeSubscriptionFiltersCommand({ logGroupName })),
    );
    return subscriptionFilters;
  }

  /** Time of the newest event of a log group, epoch milliseconds: AWS says it with up to an hour's delay. */
  async newestEvent(logGroupName: string): Promise<number | undefined> {
    const { logStreams = [] } = await asked(
      'logs:DescribeLogStreams',
      this.#logs.send(
        new DescribeLogStreamsCommand({ logGroupName, orderBy: 'LastEventTime', descending: true, limit: 1 }),
      ),
    );
    return logStreams[0]?.lastEventTimestamp;
  }

  /** When flow-log records were last read, epoch seconds, by the functions' own count; undefined for not in three hours. */
  async lastRecords(environment: string, now: number): Promise<number | undefined> {
    const { Datapoints = [] } = await asked(
      'cloudwatch:GetMetricStatistics',
      this.#cloudWatch.send(
        new GetMetricStatisticsCommand({
          Namespace: 'Ringfence',
          MetricName: 'RecordsRead',
          Dimensions: [{ Name: 'environment', Value: environment }],
          StartTime: new Date((now - METRIC_SECONDS) * 1000),
          EndTime: new Date(now * 1000),
          Period: 60,
          Statistics: ['Sum'],
        }),
      ),
    );
    const times = Datapoints.filter(({ Sum = 0 }) => Sum > 0).flatMap(({ Timestamp }) => Timestamp ?? []);
    return times.length === 0 ? undefined : Math.max(...times.map((at) => at.getTime() / 1000));
  }

  /** Alarms and composite alarms whose names begin so. */
  async alarms(AlarmNamePrefix: string) {
    return pages(async (NextToken) => {
      const page = await asked(
        'cloudwatch:DescribeAlarms',
        this.#cloudWatch.send(
          new DescribeAlarmsCommand({
            AlarmNamePrefix,
            AlarmTypes: ['MetricAlarm', 'CompositeAlarm'],
            NextToken,
          }),
        ),
      );
      return { items: [...(page.MetricAlarms ?? []), ...(page.CompositeAlarms ?? [])], next: page.NextToken };
    });
  }

  async topicSubscriptions(TopicArn: string): Promise<Subscription[]> {
    return pages(async (NextToken) => {
      const page = await asked(
        'sns:ListSubscriptionsByTopic',
        this.#sns.send(new ListSubscriptionsByTopicCommand({ TopicArn, NextToken })),
      );
      return { items: page.Subscriptions ?? [], next: page.NextToken };
    });
  }
}
