import { Duration, Stack } from 'aws-cdk-lib';
import { type Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { Match, Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { Policy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { LEAST_QUEUE_CONCURRENCY } from '../config';
import { acknowledge } from './acknowledge';
import type { RingfenceFunction } from './ringfence-function';
import type { RecordSource } from './record-source';

/** Properties of {@link ObjectSource}. */
export interface ObjectSourceProps {
  /** The bucket that a flow log delivers to; it sends its events to EventBridge. */
  readonly bucket: IBucket;
  /** What comes before `AWSLogs/` in the names of objects. @default - nothing */
  readonly prefix?: string;
  /** Key of somebody else that the objects are encrypted with. @default - none */
  readonly keyArn?: string;
  /** Longest run of the function that reads them, seconds. */
  readonly timeoutSeconds: number;
  /** Executions set aside for that function. */
  readonly reservedConcurrency: number | 'unreserved';
}

const PERIOD = Duration.minutes(5);

/** About as long as a file that failed once is hidden, and twice the time that a window waits for its records. */
const LONG_WAIT = Duration.minutes(30);

/** Objects of one invocation: a small site has a small file every five minutes for each interface. */
const BATCH_SIZE = 10;

/** Attempts at one object: the first, and those after a fault of S3 or DynamoDB has passed. */
const MAX_RECEIVE_COUNT = 5;

/** AWS: how much longer than a run a message stays hidden (Lambda developer guide, *Using Lambda with Amazon SQS*). */
const VISIBILITY_TIMEOUTS = 6;

/** Executions at a time where none are set aside, so that a backlog does not take the whole account's. */
const UNRESERVED_CONCURRENCY = 10;

/**
 * Flow-log files in a bucket. Their arrival is told by EventBridge, which takes nothing from the bucket's own
 * notifications, and waits in a queue until the function has read the file: a file fails alone, comes again, and ends in
 * a queue of unreadable ones that an alarm watches.
 */
export class ObjectSource extends Construct implements RecordSource {
  readonly functionName = 'detect-objects';
  readonly unreadable: Queue;
  readonly arrivals: Metric;
  readonly locationName: string;
  readonly #queue: Queue;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: ObjectSourceProps,
  ) {
    super(scope, id);
    this.locationName = props.bucket.bucketName;
    const common = { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true };
    this.unreadable = new Queue(this, 'Unreadable', { ...common, retentionPeriod: Duration.days(14) });
    this.#queue = new Queue(this, 'Arrived', {
      ...common,
      retentionPeriod: Duration.days(4),
      visibilityTimeout: Duration.seconds(VISIBILITY_TIMEOUTS * props.timeoutSeconds),
      deadLetterQueue: { queue: this.unreadable, maxReceiveCount: MAX_RECEIVE_COUNT },
    });
    this.arrivals = this.#queue.metricNumberOfMessagesSent({ statistic: Stats.SUM, period: PERIOD });
    this.followBucket();
    acknowledge(this.unreadable, {
      'AwsSolutions-SQS3':
        'It is where unreadable files end up; an alarm watches it, and a further queue would hide them.',
      'Serverless-SQSRedrivePolicy':
        'Nothing consumes it: it is where unreadable files end up, and an alarm watches it.',
    });
  }

  deliverTo(detect: RingfenceFunction): void {
    detect.function.addEventSource(
      new SqsEventSource(this.#queue, {
        batchSize: BATCH_SIZE,
        maxConcurrency: this.concurrency(),
        reportBatchItemFailures: true,
      }),
    );
    const policy = new Policy(this, 'ReadObjects', { statements: this.statements() });
    detect.function.role?.attachInlinePolicy(policy);
    acknowledge(policy, {
      [`AwsSolutions-IAM5[Resource::${this.objectsAsFound()}]`]:
        's3:GetObject on the objects under AWSLogs/ of this one bucket: their names are made by AWS and hold the time.',
    });
    acknowledge(detect.function, {
      'Serverless-LambdaEventSourceMappingDestination':
        'Files that cannot be read go from their queue to its dead-letter queue, with the message that can be played in again; Lambda has no destination for queues.',
    });
  }

  /** The ARN of the objects as cdk-nag writes it, with references in angle brackets. */
  private objectsAsFound(): string {
    const arn: unknown = Stack.of(this).resolve(this.objectsArn());
    const parts = (arn as { 'Fn::Join'?: [string, unknown[]] })['Fn::Join']?.[1] ?? [arn];
    return parts.map((part) => (typeof part === 'string' ? part : `<${referenceOf(part)}>`)).join('');
  }

  private objectsArn(): string {
    const { bucket, prefix = '' } = this.props;
    return bucket.arnForObjects(`${prefix}AWSLogs/*`);
  }

  /** What waits in the queue; a file that failed is hidden from it, and counts since it came. */
  waiting(): { metric: Metric; threshold: number } {
    const metric = this.#queue.metricApproximateAgeOfOldestMessage({
      statistic: Stats.MAXIMUM,
      period: PERIOD,
    });
    return { metric, threshold: LONG_WAIT.toSeconds() };
  }

  /** One execution is left to the tick, or a backlog would starve it. */
  private concurrency(): number {
    const { reservedConcurrency } = this.props;
    if (reservedConcurrency === 'unreserved') return UNRESERVED_CONCURRENCY;
    return Math.max(LEAST_QUEUE_CONCURRENCY, reservedConcurrency - 1);
  }

  private followBucket(): void {
    const { bucket, prefix = '' } = this.props;
    const files = ['.log.gz', '.log.parquet'].flatMap((suffix) =>
      Match.wildcard(`${prefix}AWSLogs/*${suffix}`),
    );
    new Rule(this, 'Stored', {
      description: 'Ringfence: flow-log files that were stored',
      eventPattern: {
        source: ['aws.s3'],
        detailType: ['Object Created'],
        detail: { bucket: { name: [bucket.bucketName] }, object: { key: files } },
      },
      targets: [
        new SqsQueue(this.#queue, { deadLetterQueue: this.unreadable, maxEventAge: Duration.hours(24) }),
      ],
    });
  }

  private statements(): PolicyStatement[] {
    const { keyArn } = this.props;
    const read = new PolicyStatement({
      actions: ['s3:GetObject'],
      resources: [this.objectsArn()],
    });
    if (keyArn === undefined) return [read];
    return [read, new PolicyStatement({ actions: ['kms:Decrypt'], resources: [keyArn] })];
  }
}

function referenceOf(part: unknown): string {
  const { Ref, 'Fn::GetAtt': attribute = [] } = part as { Ref?: string; 'Fn::GetAtt'?: string[] };
  return Ref ?? attribute.join('.');
}
