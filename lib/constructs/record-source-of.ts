import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { DEPLOYED_FLOW_LOG_FORMAT, type Environment, isInS3 } from '../config';
import { FlowLogBucket } from './flow-log-bucket';
import { FlowLogGroup } from './flow-log-group';
import { LogGroupSource } from './log-group-source';
import { ObjectSource } from './object-source';
import type { RecordSource } from './record-source';
import type { VoiceNetwork } from './voice-network';

type FlowLogs = Environment['flowLogs'];
type Created<D> = Extract<FlowLogs, { destination: D }>;

/** Where an environment's records come from: a log group or bucket that exists, or flow logs that are made in `scope`. */
export function recordSourceOf(
  scope: Construct,
  { flowLogs, functions }: Pick<Environment, 'flowLogs' | 'functions'>,
  network: VoiceNetwork,
): RecordSource {
  if (!isInS3(flowLogs)) {
    return 'existingLogGroup' in flowLogs
      ? new LogGroupSource(
          LogGroup.fromLogGroupName(scope, 'ExistingFlowLogs', flowLogs.existingLogGroup),
          flowLogs.format,
        )
      : new LogGroupSource(createdLogGroup(scope, flowLogs, network), DEPLOYED_FLOW_LOG_FORMAT);
  }
  const { timeoutSeconds, reservedConcurrency } = functions.detect;
  const common = { timeoutSeconds, reservedConcurrency };
  if ('existingBucket' in flowLogs) {
    const { existingBucket, prefix, keyArn } = flowLogs;
    const bucket = Bucket.fromBucketName(scope, 'ExistingFlowLogs', existingBucket);
    return new ObjectSource(scope, 'FlowLogObjects', { ...common, bucket, prefix, keyArn });
  }
  return new ObjectSource(scope, 'FlowLogObjects', {
    ...common,
    bucket: createdBucket(scope, flowLogs, network),
  });
}

function createdLogGroup(scope: Construct, flowLogs: Created<'cloudwatch'>, network: VoiceNetwork): LogGroup {
  const { logGroup } = new FlowLogGroup(scope, 'FlowLogs', {
    ...network.flowLogResources(flowLogs.scope),
    format: DEPLOYED_FLOW_LOG_FORMAT,
    maxAggregationInterval: flowLogs.aggregationSeconds,
    retentionDays: flowLogs.retentionDays,
  });
  return logGroup;
}

function createdBucket(scope: Construct, flowLogs: Created<'s3'>, network: VoiceNetwork): Bucket {
  const { fileFormat, hourlyPartitions, retentionDays } = flowLogs;
  const { bucket } = new FlowLogBucket(scope, 'FlowLogFiles', {
    ...network.flowLogResources(flowLogs.scope),
    format: DEPLOYED_FLOW_LOG_FORMAT,
    maxAggregationInterval: flowLogs.aggregationSeconds,
    fileFormat,
    hourlyPartitions,
    retentionDays,
  });
  return bucket;
}
