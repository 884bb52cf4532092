import { Duration, Stack } from 'aws-cdk-lib';
import { Match, Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import type { EnforceFunction } from './enforce-function';

/** Properties of {@link AfterDeployment}. */
export interface AfterDeploymentProps {
  readonly enforce: EnforceFunction;
  /** The stacks whose deployment may change what enforcement made, or how it is to be. */
  readonly stacks: readonly Stack[];
}

/** Ends of a deployment, a failed one too: what was rolled back was changed before. */
const ENDS = ['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE', 'IMPORT_COMPLETE'];

/**
 * Reconciles as soon as a deployment is over, because CloudFormation writes an IP set's template back on any update of
 * it, empty, and because the mode or the network ACLs may be others. CloudFormation tells EventBridge by itself, so no
 * custom resource is needed that could make a deployment fail.
 */
export class AfterDeployment extends Construct {
  constructor(scope: Construct, id: string, { enforce, stacks }: AfterDeploymentProps) {
    super(scope, id);
    const { partition, region, account } = Stack.of(this);
    const arns = stacks.map(
      ({ stackName }) => `arn:${partition}:cloudformation:${region}:${account}:stack/${stackName}/`,
    );
    new Rule(this, 'Rule', {
      description: 'Ringfence: reconcile enforcement when a deployment is over',
      eventPattern: {
        source: ['aws.cloudformation'],
        detailType: ['CloudFormation Stack Status Change'],
        detail: {
          'stack-id': arns.flatMap((arn) => Match.prefix(arn)),
          'status-details': { status: ENDS },
        },
      },
      targets: [
        new LambdaFunction(enforce.function, {
          deadLetterQueue: enforce.failures,
          retryAttempts: 3,
          maxEventAge: Duration.minutes(5),
        }),
      ],
    });
  }
}
