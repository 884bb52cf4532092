import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import type { RingfenceFunction } from './ringfence-function';

/** Properties of {@link Tick}. */
export interface TickProps {
  readonly functions: readonly RingfenceFunction[];
}

/**
 * Once a minute: detection judges windows that have closed although nothing new came, and enforcement makes the world
 * equal to the ledger again. A tick that cannot be delivered within its minute is dropped for the next one.
 */
export class Tick extends Construct {
  constructor(scope: Construct, id: string, props: TickProps) {
    super(scope, id);
    const targets = props.functions.map(
      (each) =>
        new LambdaFunction(each.function, {
          deadLetterQueue: each.failures,
          retryAttempts: 0,
          maxEventAge: Duration.minutes(1),
        }),
    );
    new Rule(this, 'Rule', {
      schedule: Schedule.rate(Duration.minutes(1)),
      description: 'Ringfence: judge closed windows, reconcile enforcement',
      targets,
    });
  }
}
