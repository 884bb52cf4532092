import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { CfnFlowLog } from 'aws-cdk-lib/aws-ec2';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type CfnBucket,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge';
import { flowLogProps, type FlowLogProps } from './flow-log-props';

/** Properties of {@link FlowLogBucket}. */
export interface FlowLogBucketProps extends FlowLogProps {
  readonly fileFormat: 'text' | 'parquet';
  /** Whether folders go down to the hour. */
  readonly hourlyPartitions: boolean;
  /** Days that files are kept. */
  readonly retentionDays: number;
}

/** Flow logs of the voice subnets or the VPC into files of one bucket, in folders that Hive and Athena understand. */
export class FlowLogBucket extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, props: FlowLogBucketProps) {
    super(scope, id);
    this.bucket = this.createBucket(props.retentionDays);
    this.allowDelivery();
    for (const { id: flowLogId, ...flowLog } of flowLogProps(props)) {
      new CfnFlowLog(this, flowLogId, {
        ...flowLog,
        logDestinationType: 's3',
        logDestination: this.bucket.bucketArn,
        destinationOptions: {
          // Untyped in CDK, and so in the words of CloudFormation.
          FileFormat: props.fileFormat === 'parquet' ? 'parquet' : 'plain-text',
          HiveCompatiblePartitions: true,
          PerHourPartition: props.hourlyPartitions,
        },
      }).node.addDependency(this.bucket.policy ?? this.bucket);
    }
  }

  private createBucket(retentionDays: number): Bucket {
    const bucket = new Bucket(this, 'Files', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      lifecycleRules: [
        { expiration: Duration.days(retentionDays), abortIncompleteMultipartUploadAfter: Duration.days(1) },
      ],
      removalPolicy: RemovalPolicy.RETAIN,
    });
    // CDK's own property would bring a function that may change the notifications of every bucket.
    const resource = bucket.node.defaultChild as CfnBucket;
    resource.notificationConfiguration = { eventBridgeConfiguration: { eventBridgeEnabled: true } };
    acknowledge(bucket, {
      'AwsSolutions-S1':
        'One service writes it and one function reads it, both by policies of this stack; a log of those accesses would be as large as the flow log.',
    });
    return bucket;
  }

  /**
   * VPC user guide, *Amazon S3 bucket permissions for flow logs*, with its names of statements: with others, making the
   * flow log would write its own over ours.
   */
  private allowDelivery(): void {
    const { account, region, partition } = Stack.of(this);
    const conditions = {
      StringEquals: { 'aws:SourceAccount': account },
      ArnLike: { 'aws:SourceArn': `arn:${partition}:logs:${region}:${account}:*` },
    };
    const principals = [new ServicePrincipal('delivery.logs.amazonaws.com')];
    this.bucket.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AWSLogDeliveryWrite',
        principals,
        actions: ['s3:PutObject'],
        resources: [this.bucket.arnForObjects('AWSLogs/*')],
        conditions: {
          ...conditions,
          StringEquals: { ...conditions.StringEquals, 's3:x-amz-acl': 'bucket-owner-full-control' },
        },
      }),
    );
    this.bucket.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AWSLogDeliveryAclCheck',
        principals,
        actions: ['s3:GetBucketAcl'],
        resources: [this.bucket.bucketArn],
        conditions,
      }),
    );
  }
}
