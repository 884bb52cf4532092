import { Template } from 'aws-cdk-lib/assertions';
import { ADOPTED } from '../config/support';
import { actionsOf, onlyResource, resourcesOf, stageOf, statementsOf, templatesOf } from './support';

const secret = (name: string) => `arn:aws:secretsmanager:ap-southeast-2:111111111111:secret:${name}-0aB1cD`;
const RAW = {
  ...ADOPTED,
  mode: 'enforce',
  provisioning: {
    phoneSecrets: [secret('phones')],
    listSecret: secret('readers'),
    sipPort: 5160,
    requestsPer5Minutes: 60,
  },
};
const stack = stageOf(RAW).provisioning;
if (stack === undefined) throw new Error('there is no Provisioning stack');
const template = Template.fromStack(stack);

test('a web ACL with the bans and a bound on requests stands before the stage', () => {
  const rules = onlyResource(template, 'AWS::WAFv2::WebACL')['Rules'] as readonly Record<string, unknown>[];
  expect(rules[0]).toMatchObject({ Name: 'Banned', Action: { Block: {} } });
  expect(JSON.stringify(rules[0]?.['Statement'])).toMatch(/ImportValue.*BanIpSets.*ImportValue.*BanIpSets/);
  expect(rules[1]).toMatchObject({
    Action: { Block: {} },
    Statement: { RateBasedStatement: { Limit: 60, AggregateKeyType: 'IP' } },
  });
  const [stageId = ''] = Object.keys(resourcesOf(template, 'AWS::ApiGateway::Stage'));
  const { ResourceArn, WebACLArn } = onlyResource(template, 'AWS::WAFv2::WebACLAssociation');
  expect(JSON.stringify(ResourceArn)).toContain(`{"Ref":"${stageId}"}`);
  expect(WebACLArn).toEqual({
    'Fn::GetAtt': [Object.keys(resourcesOf(template, 'AWS::WAFv2::WebACL'))[0], 'Arn'],
  });
});

test('a request without credentials is answered with a challenge before it reaches the function', () => {
  const methods = Object.values(resourcesOf(template, 'AWS::ApiGateway::Method')).map(
    ({ Properties }) => Properties,
  );
  expect(methods.map(({ HttpMethod }) => HttpMethod).sort()).toEqual(['GET', 'HEAD']);
  for (const method of methods)
    expect(method).toMatchObject({
      RequestParameters: { 'method.request.header.Authorization': true },
      RequestValidatorId: expect.anything() as unknown,
      Integration: { Type: 'AWS_PROXY' },
    });
  const answers = Object.values(resourcesOf(template, 'AWS::ApiGateway::GatewayResponse'));
  expect(answers.map(({ Properties }) => Properties['ResponseType']).sort()).toEqual([
    'BAD_REQUEST_PARAMETERS',
    'MISSING_AUTHENTICATION_TOKEN',
  ]);
  for (const { Properties } of answers)
    expect(Properties).toMatchObject({
      StatusCode: '401',
      ResponseParameters: {
        'gatewayresponse.header.WWW-Authenticate': `'Basic realm="ringfence", charset="UTF-8"'`,
      },
    });
});

test('every request leaves a line, and none has the password in it', () => {
  const { AccessLogSetting, MethodSettings } = onlyResource(template, 'AWS::ApiGateway::Stage') as {
    AccessLogSetting: { Format: string };
    MethodSettings: readonly unknown[];
  };
  expect(Object.keys(JSON.parse(AccessLogSetting.Format) as object)).toEqual(
    expect.arrayContaining(['requestId', 'source', 'path', 'status', 'waf']),
  );
  expect(AccessLogSetting.Format).not.toMatch(/authoriz/i);
  expect(MethodSettings).toMatchObject([{ DataTraceEnabled: false, ThrottlingRateLimit: 20 }]);
});

test('the function reads the ledger, the IP sets and its secrets, and may change nothing', () => {
  const statements = statementsOf(template, /^Provision/);
  expect(actionsOf(statements)).toEqual([
    'dynamodb:BatchGetItem',
    'dynamodb:Query',
    'logs:CreateLogStream',
    'logs:PutLogEvents',
    'secretsmanager:DescribeSecret',
    'secretsmanager:GetSecretValue',
    'sqs:GetQueueAttributes',
    'sqs:GetQueueUrl',
    'sqs:SendMessage',
    'wafv2:GetIPSet',
  ]);
  const secrets = statements.filter(({ Action }) => String(Action).includes('secretsmanager'));
  expect(secrets.flatMap(({ Resource }) => Resource)).toEqual([secret('phones'), secret('readers')]);
});

test('the outputs say where it answers', () => {
  const outputs = template.findOutputs('*') as Record<string, { Value: unknown }>;
  expect(JSON.stringify(outputs['BlacklistUrl']?.Value)).toMatch(/"\/blacklist\.txt"|blacklist\.txt/);
});

test('alarms tell of an endpoint that serves nobody, and of guessing', () => {
  const alarms = Object.entries(resourcesOf(templatesOf(RAW).monitoring, 'AWS::CloudWatch::Alarm'));
  const of = (name: string) => alarms.find(([id]) => id.startsWith(name))?.[1].Properties;
  expect(of('ProvisioningUnavailable')).toMatchObject({
    MetricName: 'ProvisioningUnavailable',
    Statistic: 'Sum',
    Threshold: 0,
    EvaluationPeriods: 3,
  });
  expect(of('ProvisioningGuessing')).toMatchObject({ MetricName: 'ProvisioningRefused', Threshold: 100 });
});

test('API Gateway gets its role for logs, unless the account has one', () => {
  expect(Object.keys(resourcesOf(template, 'AWS::ApiGateway::Account'))).toHaveLength(1);
  const other = stageOf({
    ...RAW,
    provisioning: { ...RAW.provisioning, apiGatewayRole: false },
  }).provisioning;
  expect(other && resourcesOf(Template.fromStack(other), 'AWS::ApiGateway::Account')).toEqual({});
});

test('without the key there is no such stack', () => {
  expect(stageOf(ADOPTED).provisioning).toBeUndefined();
});
