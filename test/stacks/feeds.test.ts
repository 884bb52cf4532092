import { ADOPTED } from '../config/support';
import { actionsOf, onlyResource, resourcesOf, statementsOf, templatesOf } from './support';

const KEY = 'arn:aws:secretsmanager:ap-southeast-2:111111111111:secret:apiban-0aB1cD';
const { automation, monitoring } = templatesOf({
  ...ADOPTED,
  feeds: [
    { name: 'apiban', keySecret: KEY },
    { name: 'voipbl', every: '12h' },
  ],
});

const functionOf = () =>
  Object.values(resourcesOf(automation, 'AWS::Lambda::Function'))
    .map(
      ({ Properties }) =>
        Properties as { Description: string; Environment: { Variables: Record<string, string> } },
    )
    .find(({ Description }) => Description.includes('feeds'));

test('the function is told of the feeds as they are written, and runs once an hour', () => {
  expect(JSON.parse(functionOf()?.Environment.Variables['RINGFENCE_FEEDS'] ?? '')).toMatchObject([
    { name: 'apiban', keySecret: KEY, every: '6h', weight: 0.5 },
    { name: 'voipbl', every: '12h', expires: '7d', maxAge: '7d' },
  ]);
  const rules = Object.values(resourcesOf(automation, 'AWS::Events::Rule'));
  expect(rules.map(({ Properties }) => Properties['ScheduleExpression'])).toContain('rate(1 hour)');
});

test('it may use the items of the ledger and read the named secrets, and nothing else', () => {
  const statements = statementsOf(automation, /^Feeds/);
  expect(actionsOf(statements)).toEqual([
    'dynamodb:BatchGetItem',
    'dynamodb:DeleteItem',
    'dynamodb:PutItem',
    'dynamodb:Query',
    'dynamodb:UpdateItem',
    'logs:CreateLogStream',
    'logs:PutLogEvents',
    'secretsmanager:DescribeSecret',
    'secretsmanager:GetSecretValue',
    'sqs:GetQueueAttributes',
    'sqs:GetQueueUrl',
    'sqs:SendMessage',
  ]);
  const secrets = statements.filter(({ Action }) => String(Action).includes('secretsmanager'));
  expect(secrets.map(({ Resource }) => Resource)).toEqual([KEY]);
});

test('a feed that stays stale raises an alarm, and so does a function that does not run', () => {
  const alarms = resourcesOf(monitoring, 'AWS::CloudWatch::Alarm');
  const stale = Object.entries(alarms).find(([id]) => id.startsWith('FeedsStale'))?.[1].Properties;
  expect(stale).toMatchObject({
    MetricName: 'StaleFeeds',
    Namespace: 'Ringfence',
    Dimensions: [{ Name: 'environment', Value: 'prod' }],
    Statistic: 'Maximum',
    Period: 3600,
    EvaluationPeriods: 3,
    Threshold: 0,
    ComparisonOperator: 'GreaterThanThreshold',
    TreatMissingData: 'breaching',
  });
});

test('without feeds there is neither function nor alarm', () => {
  const none = templatesOf(ADOPTED);
  const names = [
    ...Object.keys(resourcesOf(none.automation, 'AWS::Lambda::Function')),
    ...Object.keys(resourcesOf(none.monitoring, 'AWS::CloudWatch::Alarm')),
  ];
  expect(names.filter((name) => name.startsWith('Feeds'))).toEqual([]);
  expect(onlyResource(none.automation, 'AWS::SSM::Parameter')).toBeDefined();
});
