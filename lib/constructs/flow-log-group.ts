import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { CfnFlowLog } from 'aws-cdk-lib/aws-ec2';
import { Policy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { flowLogProps, type FlowLogProps } from './flow-log-props';
import { retentionOf } from './retention';

/** Properties of {@link FlowLogGroup}. */
export interface FlowLogGroupProps extends FlowLogProps {
  /** Days that records are kept. */
  readonly retentionDays: number;
}

/** Flow logs of the voice subnets or the VPC into one log group, in the format that is parsed. */
export class FlowLogGroup extends Construct {
  readonly logGroup: LogGroup;

  constructor(scope: Construct, id: string, props: FlowLogGroupProps) {
    super(scope, id);
    this.logGroup = new LogGroup(this, 'Records', {
      retention: retentionOf(props.retentionDays),
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const { role, policy } = this.deliveryRole();
    for (const { id: flowLogId, ...flowLog } of flowLogProps(props)) {
      new CfnFlowLog(this, flowLogId, {
        ...flowLog,
        logDestinationType: 'cloud-watch-logs',
        logGroupName: this.logGroup.logGroupName,
        deliverLogsPermissionArn: role.roleArn,
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
