import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Function as LambdaFunction, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { acknowledge, silenceTemplateLint } from './acknowledge';
import type { BanIpSet } from './ban-ip-sets';
import type { FunctionCode } from './function-code';
import type { LedgerTable } from './ledger-table';
import { retentionOf } from './retention';

/** Properties of {@link WidgetFunction}. */
export interface WidgetFunctionProps {
  readonly code: FunctionCode;
  readonly logRetentionDays: number;
  readonly ledger: LedgerTable;
  /** The deployment document as JSON. */
  readonly deployment: string;
  readonly ipSets: readonly BanIpSet[];
}

/**
 * The blacklist as a widget of the dashboard. It reads the ledger, the network ACLs and the IP sets, and may change
 * nothing, whatever it is asked: a widget is not told who looks. Whoever looks needs `lambda:InvokeFunction` on it.
 *
 * It is called and waited for, never by an event: so it has no queue for events that failed, unlike the others.
 */
export class WidgetFunction extends Construct {
  readonly function: LambdaFunction;

  constructor(scope: Construct, id: string, props: WidgetFunctionProps) {
    super(scope, id);
    const log = new LogGroup(this, 'Log', {
      retention: retentionOf(props.logRetentionDays),
      removalPolicy: RemovalPolicy.DESTROY,
    });
    // A role of our own: AWS's managed one may write to every log group of the account.
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    log.grantWrite(role);
    props.ledger.grantReading(role);
    // EC2 has no resource-level permission for Describe calls (Service Authorization Reference, *Amazon EC2*).
    role.addToPolicy(new PolicyStatement({ actions: ['ec2:DescribeNetworkAcls'], resources: ['*'] }));
    role.addToPolicy(
      new PolicyStatement({ actions: ['wafv2:GetIPSet'], resources: props.ipSets.map(({ arn }) => arn) }),
    );
    this.function = new LambdaFunction(this, 'Function', {
      code: props.code('widget'),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      description: 'Ringfence: the blacklist on the dashboard; it only reads',
      environment: {
        RINGFENCE_LEDGER_TABLE: props.ledger.table.tableName,
        RINGFENCE_DEPLOYMENT: props.deployment,
      },
      memorySize: 512,
      timeout: Duration.seconds(20),
      role,
      logGroup: log,
      tracing: Tracing.DISABLED,
    });
    silenceTemplateLint(this.function, 'W3005');
    acknowledge(this.function, {
      'Serverless-LambdaDLQ': 'It is called and waited for; there is no event that could be lost.',
      'Serverless-LambdaAsyncFailureDestination':
        'It is called and waited for; there is no event that could be lost.',
      'Serverless-LambdaTracing':
        'Off on purpose: a call is a few reads, and tracing may write to any resource.',
    });
    acknowledge(role, {
      'AwsSolutions-IAM5[Resource::*]':
        'ec2:DescribeNetworkAcls, which AWS cannot bind to a resource; it only reads.',
    });
  }
}
