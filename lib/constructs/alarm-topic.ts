import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge';

/** Properties of {@link AlarmTopic}. */
export interface AlarmTopicProps {
  /** Addresses to mail alarms to. */
  readonly email: readonly string[];
}

/**
 * Where alarms go. Encrypted with a key of its own, because the AWS managed key does not let CloudWatch publish and the
 * alarms would be lost without a word.
 */
export class AlarmTopic extends Construct {
  readonly topic: Topic;
  readonly key: Key;

  constructor(scope: Construct, id: string, props: AlarmTopicProps) {
    super(scope, id);
    this.key = new Key(this, 'Key', {
      description: 'Ringfence: encrypts alarms on their way',
      enableKeyRotation: true,
    });
    this.topic = new Topic(this, 'Resource', {
      displayName: 'Ringfence alarms',
      masterKey: this.key,
      enforceSSL: true,
    });
    const alarmsOfThisAccount = { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } };
    const cloudWatch = new ServicePrincipal('cloudwatch.amazonaws.com', { conditions: alarmsOfThisAccount });
    this.key.addToResourcePolicy(
      new PolicyStatement({
        actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        principals: [cloudWatch],
        // In a key policy "*" is this key.
        resources: ['*'],
      }),
    );
    this.topic.grantPublish(cloudWatch);
    acknowledge(this, {
      'Serverless-SNSRedrivePolicy':
        'An alarm that could not be mailed is still on in CloudWatch and on the dashboard; nobody would read a queue of them.',
    });
    for (const address of props.email) this.topic.addSubscription(new EmailSubscription(address));
  }
}
