import { Duration } from 'aws-cdk-lib';
import { EventField, Match, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SnsTopic } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge';

/** Properties of {@link AlarmChat}. */
export interface AlarmChatProps {
  readonly environmentName: string;
  /** What the names of the alarms begin with; CloudFormation makes them, from the stack's name. */
  readonly alarmNamePrefix: string;
  /** Encrypts the messages on their way. */
  readonly key: Key;
}

/** What chat says of a state; the others are nobody's business. */
const HEADLINES = { ALARM: 'ALARM', OK: 'over' } as const;

/**
 * Alarms as messages for a chat channel: JSON in the form that Amazon Q Developer in chat applications shows in Slack,
 * Teams and Chime (its administrator guide, *Custom notifications*). EventBridge writes them from the alarm's own event,
 * so there is no code to fail, and a channel has only to be pointed at the topic.
 */
export class AlarmChat extends Construct {
  readonly topic: Topic;
  /** Messages that could not be handed to the topic. */
  readonly failures: Queue;

  constructor(scope: Construct, id: string, props: AlarmChatProps) {
    super(scope, id);
    this.topic = new Topic(this, 'Resource', {
      displayName: 'Ringfence alarms for chat',
      masterKey: props.key,
      enforceSSL: true,
    });
    this.failures = new Queue(this, 'Failures', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(4),
    });
    allowEventBridge(props.key);
    for (const state of ['ALARM', 'OK'] as const) this.tell(state, props);
    acknowledge(this.topic, {
      'Serverless-SNSRedrivePolicy':
        'An alarm that chat did not get is mailed all the same, and still on in CloudWatch; nobody would read a queue of them.',
    });
    acknowledge(this.failures, {
      'AwsSolutions-SQS3': 'It is where messages end up that the topic did not take; an alarm watches it.',
      'Serverless-SQSRedrivePolicy':
        'Nothing consumes it: it is where messages end up, and an alarm watches it.',
    });
  }

  private tell(state: keyof typeof HEADLINES, { environmentName, alarmNamePrefix }: AlarmChatProps): void {
    new Rule(this, state === 'ALARM' ? 'Begins' : 'Ends', {
      description: `Ringfence ${environmentName}: tell chat of alarms that are ${HEADLINES[state]}`,
      eventPattern: {
        source: ['aws.cloudwatch'],
        detailType: ['CloudWatch Alarm State Change'],
        detail: { alarmName: Match.prefix(alarmNamePrefix), state: { value: [state] } },
      },
      targets: [
        new SnsTopic(this.topic, {
          message: messageOf(state, environmentName),
          deadLetterQueue: this.failures,
          maxEventAge: Duration.hours(1),
        }),
      ],
    });
  }
}

/** The alarm's description says what it means and what to do; its name makes begin and end one thread. */
function messageOf(state: keyof typeof HEADLINES, environmentName: string): RuleTargetInput {
  const alarm = EventField.fromPath('$.detail.alarmName');
  return RuleTargetInput.fromObject({
    version: '1.0',
    source: 'custom',
    id: EventField.fromPath('$.id'),
    content: {
      textType: 'client-markdown',
      title: `Ringfence ${environmentName}: ${HEADLINES[state]}`,
      description: EventField.fromPath('$.detail.configuration.description'),
      keywords: ['ringfence', environmentName],
    },
    metadata: {
      threadId: alarm,
      summary: `${alarm} is ${state} since ${EventField.fromPath('$.time')}`,
      eventType: 'alarm',
      relatedResources: [EventField.fromPath('$.resources[0]')],
    },
  });
}

/** SNS developer guide, *Enable compatibility between event sources and encrypted topics*. */
function allowEventBridge(key: Key): void {
  key.addToResourcePolicy(
    new PolicyStatement({
      actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
      principals: [new ServicePrincipal('events.amazonaws.com')],
      // In a key policy "*" is this key.
      resources: ['*'],
    }),
  );
}
