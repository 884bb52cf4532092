import { Match } from 'aws-cdk-lib/assertions';
import { ADOPTED } from '../config/support';
import { resourcesOf, templatesOf } from './support';

const { monitoring } = templatesOf({
  ...ADOPTED,
  notifications: { bans: false, everyMinutes: 30, digestHour: 'off' },
});

interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
}

/** What the role of the function may do. */
const statements = Object.entries(resourcesOf(monitoring, 'AWS::IAM::Policy'))
  .filter(([id]) => id.startsWith('NotifyRole'))
  .flatMap(([, { Properties }]) => (Properties['PolicyDocument'] as { Statement: Statement[] }).Statement);

const allowing = (action: string): Statement[] =>
  statements.filter(({ Action }) => [Action].flat().includes(action));

describe('the notify function', () => {
  it('runs every five minutes, as the configuration says', () => {
    monitoring.hasResourceProperties('AWS::Events::Rule', { ScheduleExpression: 'rate(5 minutes)' });
    monitoring.hasResourceProperties('AWS::Lambda::Function', {
      Environment: {
        Variables: Match.objectLike({
          RINGFENCE_ENVIRONMENT: 'prod',
          RINGFENCE_NOTIFY_BANS: 'false',
          RINGFENCE_NOTIFY_MINUTES: '30',
          RINGFENCE_DIGEST_HOUR: 'off',
          RINGFENCE_SILENCE_MINUTES: '20',
        }),
      },
    });
  });

  it('may do what it does, and nothing else', () => {
    const actions = statements.flatMap(({ Action }) => Action).sort();
    expect(actions).toEqual(
      [
        'cloudwatch:DescribeAlarms',
        'cloudwatch:GetMetricStatistics',
        'dynamodb:BatchGetItem',
        'dynamodb:PutItem',
        'dynamodb:Query',
        'kms:Decrypt',
        'kms:GenerateDataKey*',
        'logs:CreateLogStream',
        'logs:PutLogEvents',
        'sqs:GetQueueAttributes',
        'sqs:GetQueueUrl',
        'sqs:SendMessage',
      ]
        .concat('sns:Publish')
        .sort(),
    );
    expect(JSON.stringify(statements)).not.toMatch(/ec2:|wafv2:|"lambda:/);
  });

  it('may write one item of the ledger: its own', () => {
    expect(allowing('dynamodb:PutItem').map(({ Condition }) => Condition)).toEqual([
      { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['NOTIFY'] } },
    ]);
  });

  it('publishes to the alarm topic, with the key that encrypts it', () => {
    const [topic] = Object.keys(resourcesOf(monitoring, 'AWS::SNS::Topic'));
    const [key] = Object.keys(resourcesOf(monitoring, 'AWS::KMS::Key'));
    expect(allowing('sns:Publish').map(({ Resource }) => Resource)).toEqual([{ Ref: topic }]);
    expect(allowing('kms:Decrypt').map(({ Resource }) => Resource)).toEqual([{ 'Fn::GetAtt': [key, 'Arn'] }]);
  });

  it('has an alarm for messages that could not be sent', () => {
    monitoring.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmDescription: Match.stringLikeRegexp(
        '^prod: messages about bans and the daily digest cannot be sent',
      ),
      MetricName: 'Errors',
    });
  });
});
