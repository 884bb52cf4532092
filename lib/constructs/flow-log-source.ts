import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { CfnFlowLog } from 'aws-cdk-lib/aws-ec2';
import { Policy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { retentionOf } from './retention';

/** Properties of {@link FlowLogSource}. */
export interface FlowLogSourceProps {
  /** What is logged: subnets, or one VPC. */
  readonly resourceType: 'Subnet' | 'VPC';
  /** The construct ID of each flow log, and the identifier of what it logs. */
  readonly resources: readonly { readonly id: string; readonly resourceId: string }[];
  /** Field names in order, separated by spaces. */
  readonly format: string;
  /** Longest time a record spans, in seconds. */
  readonly maxAggregationInterval: 60 | 600;
  /** Days that records are kept. */
  readonly retentionDays: number;
}

/** Flow logs of the voice subnets or the VPC into one log group, in the format that is parsed. */
export class FlowLogSource extends Construct {
  readonly logGroup: LogGroup;

  constructor(scope: Construct, id: string, props: FlowLogSourceProps) {
    super(scope, id);
    this.logGroup = new LogGroup(this, 'Records', {
      retention: retentionOf(props.retentionDays),
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const { role, policy } = this.deliveryRole();
    for (const { id: flowLogId, resourceId } of props.resources) {
      new CfnFlowLog(this, flowLogId, {
        resourceType: props.resourceType,
        resourceId,
        trafficType: 'ALL',
        logDestinationType: 'cloud-watch-logs',
        logGroupName: this.logGroup.logGroupName,
        deliverLogsPermissionArn: role.roleArn,
        logFormat: props.format.replace(/\S+/g, '${$&}'),
        maxAggregationInterval: props.maxAggregationInterval,
      }).node.addDependency(policy);
    }
  }

  /** VPC user guide, *IAM role for publishing flow logs to CloudWatch Logs*, narrowed to our log group and account. */
  private deliveryRole(): { role: Role; policy: Policy } {
    const { account } = Stack.of(this);
    const role = new Role(this, 'DeliveryRole', {
      assumedBy: new ServicePrincipal('vpc-flow-logs.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': account } },
      }),
    });
    const policy = new Policy(this, 'DeliveryPolicy', {
      roles: [role],
      statements: [
        new PolicyStatement({
          actions: ['logs:CreateLogStream', 'logs:PutLogEvents', 'logs:DescribeLogStreams'],
          resources: [this.logGroup.logGroupArn],
        }),
      ],
    });
    return { role, policy };
  }
}
