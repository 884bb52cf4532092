import { readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Stack } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import { ENFORCEMENT_STREAM_FILTERS } from '../../lambda/blacklist/dynamodb-keys';
import { parseDeployment } from '../../lambda/enforcement/deployment';
import { DEPLOYED_FLOW_LOG_FORMAT } from '../../lib/config';
import { DeploymentParameter } from '../../lib/constructs/deployment-document';
import { ADOPTED, CREATED } from '../config/support';
import { actionsOf, onlyResource, resourcesOf, stageOf, statementsOf, templatesOf } from './support';

const ENFORCING = { ...ADOPTED, mode: 'enforce' };
const { automation } = templatesOf(ENFORCING);

const LEDGER_ACTIONS = [
  'dynamodb:BatchGetItem',
  'dynamodb:DeleteItem',
  'dynamodb:PutItem',
  'dynamodb:Query',
  'dynamodb:UpdateItem',
];

/** Puts together what is joined at deployment, with a stand-in for each value that is known only then. */
function renderJoin(value: unknown, standIn: string | ((part: string) => string)): string {
  if (typeof value === 'string') return value;
  const [separator, parts] = (value as { 'Fn::Join': [string, unknown[]] })['Fn::Join'];
  const known = (part: unknown) => (typeof standIn === 'string' ? standIn : standIn(JSON.stringify(part)));
  return parts.map((part) => (typeof part === 'string' ? part : known(part))).join(separator);
}

/** Names of the document client's commands that differ from the actions they call. */
const DOCUMENT_COMMANDS: Readonly<Record<string, string>> = {
  BatchGet: 'BatchGetItem',
  Delete: 'DeleteItem',
  Put: 'PutItem',
  Update: 'UpdateItem',
};

/** The AWS calls that the functions' code makes, by command, sorted as IAM policies are. */
function callsInCode(): [file: string, action: string][] {
  const services = ['dynamodb-', 'ec2-', 'wafv2-'];
  const folders = ['blacklist', 'enforcement'].map((name) => join(__dirname, '..', '..', 'lambda', name));
  const files = folders.flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)));
  const found = files
    .map((path) => ({ path, text: readFileSync(path, 'utf8') }))
    .flatMap(({ path, text }) =>
      Array.from(text.matchAll(/new (\w+)Command\(|= paginate(\w+)\(/g), ([, command, paged]) => {
        const name = command ?? paged ?? '';
        const service = services.findIndex((prefix) => basename(path).startsWith(prefix));
        return [service, DOCUMENT_COMMANDS[name] ?? name] as const;
      }),
    )
    // The command line creates the table on an emulator; no function does.
    .filter(([, action]) => action !== 'CreateTable');
  return [...new Map(found.map(([service, action]) => [action, service]))]
    .sort(([a, i], [b, j]) => i - j || a.localeCompare(b))
    .map(([action, service]) => [services[service] ?? '', action]);
}

describe('flow logs', () => {
  test('span a minute and have the fields that are parsed, in that order', () => {
    automation.hasResourceProperties('AWS::EC2::FlowLog', {
      ResourceType: 'Subnet',
      ResourceId: 'subnet-0a1b2c3d4e5f60718',
      TrafficType: 'ALL',
      MaxAggregationInterval: 60,
      LogFormat: DEPLOYED_FLOW_LOG_FORMAT.replace(/\S+/g, '${$&}'),
    });
  });

  test('of the VPC, when so configured', () => {
    const { automation: ofVpc } = templatesOf({
      ...ADOPTED,
      flowLogs: { scope: 'vpc', aggregationSeconds: 600 },
    });
    ofVpc.resourceCountIs('AWS::EC2::FlowLog', 1);
    ofVpc.hasResourceProperties('AWS::EC2::FlowLog', {
      ResourceType: 'VPC',
      ResourceId: 'vpc-0a1b2c3d4e5f60718',
      MaxAggregationInterval: 600,
    });
  });

  test('are kept for as long as configured, and outlive their stack', () => {
    const { automation: kept } = templatesOf({ ...ADOPTED, flowLogs: { retentionDays: 7 } });
    kept.hasResource('AWS::Logs::LogGroup', { Properties: { RetentionInDays: 7 }, DeletionPolicy: 'Retain' });
  });

  test('may deliver to their log group only, and for this account only', () => {
    expect(statementsOf(automation, /^FlowLogs/)).toEqual([
      {
        Effect: 'Allow',
        Action: ['logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'],
        Resource: { 'Fn::GetAtt': [expect.stringMatching(/^FlowLogsRecords/), 'Arn'] },
      },
    ]);
    automation.hasResourceProperties('AWS::IAM::Role', {
      AssumeRolePolicyDocument: {
        Statement: [
          Match.objectLike({
            Principal: { Service: 'vpc-flow-logs.amazonaws.com' },
            Condition: { StringEquals: { 'aws:SourceAccount': '111111111111' } },
          }),
        ],
      },
    });
  });

  test('that exist are subscribed to, and none is made', () => {
    const format =
      'version srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status';
    const { automation: adopted } = templatesOf({
      ...ADOPTED,
      flowLogs: { existingLogGroup: '/vpc/flow', format },
    });
    adopted.resourceCountIs('AWS::EC2::FlowLog', 0);
    adopted.hasResourceProperties('AWS::Logs::SubscriptionFilter', { LogGroupName: '/vpc/flow' });
    adopted.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: { RINGFENCE_FLOW_LOG_FORMAT: format } },
    });
  });
});

test('the subscription passes everything: media and replies are evidence too', () => {
  automation.hasResourceProperties('AWS::Logs::SubscriptionFilter', { FilterPattern: '' });
});

describe('functions', () => {
  test('are arm64 on a current Node, and have a log with retention', () => {
    automation.resourcePropertiesCountIs(
      'AWS::Lambda::Function',
      { Architectures: ['arm64'], Runtime: 'nodejs24.x', Handler: 'index.handler' },
      3,
    );
    automation.resourcePropertiesCountIs('AWS::Logs::LogGroup', { RetentionInDays: 90 }, 3);
  });

  test('are as large as configured', () => {
    const functions = {
      detect: { memoryMiB: 2048, timeoutSeconds: 300, reservedConcurrency: 4 },
      enforce: { memoryMiB: 256, timeoutSeconds: 30 },
    };
    const { automation: sized } = templatesOf({ ...ADOPTED, functions });
    sized.hasResourceProperties('AWS::Lambda::Function', {
      MemorySize: 2048,
      Timeout: 300,
      ReservedConcurrentExecutions: 4,
    });
    sized.hasResourceProperties('AWS::Lambda::Function', {
      MemorySize: 256,
      Timeout: 30,
      ReservedConcurrentExecutions: 1,
    });
  });

  test('reserve nothing where the account has nothing to spare', () => {
    const unreserved = { reservedConcurrency: 'unreserved' };
    const { automation: free } = templatesOf({
      ...ADOPTED,
      functions: { detect: unreserved, enforce: unreserved },
    });
    free.resourcePropertiesCountIs(
      'AWS::Lambda::Function',
      { ReservedConcurrentExecutions: Match.absent() },
      3,
    );
  });

  test('keep what failed for good in encrypted queues that take TLS only', () => {
    automation.resourcePropertiesCountIs('AWS::SQS::Queue', { SqsManagedSseEnabled: true }, 2);
    automation.resourcePropertiesCountIs(
      'AWS::SQS::QueuePolicy',
      {
        PolicyDocument: {
          Statement: Match.arrayWith([
            Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
          ]),
        },
      },
      2,
    );
  });

  test.each([
    ['Detect', 14 * 86400],
    ['Enforce', 3600],
  ])('%s keeps them for %i seconds', (name, seconds) => {
    const [, queue] =
      Object.entries(resourcesOf(automation, 'AWS::SQS::Queue')).find(([id]) => id.startsWith(name)) ?? [];
    expect(queue?.Properties['MessageRetentionPeriod']).toBe(seconds);
  });

  test.each([
    ['detect keeps events for six hours and tries twice more', 21600, 2],
    ['enforce leaves it to the next ticks', 300, 0],
  ])('%s', (_, age, retries) => {
    automation.hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
      MaximumEventAgeInSeconds: age,
      MaximumRetryAttempts: retries,
      DestinationConfig: { OnFailure: { Destination: Match.anyValue() } },
    });
  });
});

describe('what starts them', () => {
  test('a tick each minute, for detection after a silence and for enforcement', () => {
    automation.hasResourceProperties('AWS::Events::Rule', {
      ScheduleExpression: 'rate(1 minute)',
      Targets: ['Detect', 'Enforce'].map((name) =>
        Match.objectLike({
          Arn: { 'Fn::GetAtt': [Match.stringLikeRegexp(`^${name}Function`), 'Arn'] },
          RetryPolicy: { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 },
          DeadLetterConfig: Match.anyValue(),
        }),
      ),
    });
  });

  test('bans and allow items in the ledger, one batch at a time', () => {
    automation.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      ParallelizationFactor: 1,
      MaximumRetryAttempts: 2,
      MaximumRecordAgeInSeconds: 300,
      FilterCriteria: {
        Filters: ENFORCEMENT_STREAM_FILTERS.map((filter) => ({ Pattern: JSON.stringify(filter) })),
      },
      DestinationConfig: { OnFailure: { Destination: Match.anyValue() } },
    });
  });
});

describe('least privilege', () => {
  const own = [
    'logs:CreateLogStream',
    'logs:PutLogEvents',
    'sqs:GetQueueAttributes',
    'sqs:GetQueueUrl',
    'sqs:SendMessage',
  ];

  test('detect may use the items of the ledger, its log and its queue, and nothing else', () => {
    expect(actionsOf(statementsOf(automation, /^DetectRole/))).toEqual([...LEDGER_ACTIONS, ...own]);
  });

  test('enforce may besides change entries of the ACL and addresses of the sets', () => {
    const stream = ['DescribeStream', 'GetRecords', 'GetShardIterator', 'ListStreams'];
    expect(actionsOf(statementsOf(automation, /^EnforceRole/))).toEqual(
      [
        ...LEDGER_ACTIONS,
        ...stream.map((action) => `dynamodb:${action}`),
        ...own,
        'ec2:CreateNetworkAclEntry',
        'ec2:DeleteNetworkAclEntry',
        'ec2:DescribeNetworkAcls',
        'ec2:ReplaceNetworkAclEntry',
        'wafv2:GetIPSet',
        'wafv2:UpdateIPSet',
      ].sort(),
    );
  });

  test('the changes are bound to the named ACL and sets', () => {
    const changes = statementsOf(automation, /^EnforceRole/).filter((statement) =>
      actionsOf([statement]).some((action) => /NetworkAclEntry|IPSet/.test(action)),
    );
    const sets = Object.keys(resourcesOf(automation, 'AWS::WAFv2::IPSet'));
    expect(changes.map(({ Resource }) => Resource)).toEqual(
      expect.arrayContaining([
        sets.map((id) => ({ 'Fn::GetAtt': [id, 'Arn'] })),
        'arn:aws:ec2:ap-southeast-2:111111111111:network-acl/acl-0a1b2c3d4e5f60718',
      ]),
    );
    expect(changes).toHaveLength(2);
  });

  test('only calls that AWS cannot bind to a resource are allowed on all', () => {
    const all = ['Detect', 'Enforce', 'Widget'].flatMap((name) =>
      statementsOf(automation, new RegExp(`^${name}Role`)),
    );
    const unbound = all.filter(({ Resource }) => Resource === '*');
    expect(actionsOf(unbound)).toEqual([
      'dynamodb:ListStreams',
      'ec2:DescribeNetworkAcls',
      'ec2:DescribeNetworkAcls',
    ]);
  });

  test('the widget reads, and can do nothing else whatever it is asked', () => {
    expect(actionsOf(statementsOf(automation, /^WidgetRole/))).toEqual([
      'dynamodb:BatchGetItem',
      'dynamodb:Query',
      'ec2:DescribeNetworkAcls',
      'logs:CreateLogStream',
      'logs:PutLogEvents',
      'wafv2:GetIPSet',
    ]);
  });

  test('every call in the code is allowed, and no other of its service', () => {
    const actions = actionsOf(statementsOf(automation, /^EnforceRole/));
    const allowed = actions.filter((action) => /^(ec2|wafv2):|^dynamodb:.*(Item|Query)$/.test(action));
    expect(callsInCode().map(([, action]) => action)).toEqual(allowed.map((action) => action.split(':')[1]));
  });

  test('observe mode has no right to change an ACL or a set', () => {
    const { automation: observing } = templatesOf({ ...ADOPTED, mode: 'observe' });
    const actions = actionsOf(statementsOf(observing, /^EnforceRole/));
    expect(actions.filter((action) => /^(ec2|wafv2):/.test(action))).toEqual([
      'ec2:DescribeNetworkAcls',
      'wafv2:GetIPSet',
    ]);
  });
});

describe('IP sets', () => {
  test.each(['IPV4', 'IPV6'])('%s: empty in the template, and nothing in it can ever change', (family) => {
    const sets = Object.values(resourcesOf(automation, 'AWS::WAFv2::IPSet')).map(
      ({ Properties }) => Properties,
    );
    expect(sets).toContainEqual({
      Name: `ringfence-prod-${family.toLowerCase()}`,
      Addresses: [],
      IPAddressVersion: family,
      Scope: 'REGIONAL',
    });
  });

  test('are the same for every configuration, or an update would lift all bans', () => {
    const setsOf = (raw: Readonly<Record<string, unknown>>, name: string) =>
      resourcesOf(templatesOf(raw, name).automation, 'AWS::WAFv2::IPSet');
    const strip = (sets: ReturnType<typeof setsOf>) =>
      Object.entries(sets).map(([id, { Type, Properties }]) => ({ id, Type, Properties }));
    const changed = {
      ...CREATED,
      ban: { first: '2h' },
      exposure: 'open',
      allowlist: ['203.0.113.0/24'],
      mode: 'enforce',
    };
    expect(strip(setsOf(changed, 'prod'))).toEqual(strip(setsOf(ADOPTED, 'prod')));
  });
});

describe('the deployment document', () => {
  const parameter = onlyResource(automation, 'AWS::SSM::Parameter');

  test('is found by the name of the environment', () => {
    expect(parameter['Name']).toBe('/ringfence/prod/deployment');
  });

  test('is what enforcement and the command line parse', () => {
    expect(parseDeployment(JSON.parse(renderJoin(parameter['Value'], 'stand-in')))).toEqual({
      environment: 'prod',
      mode: 'enforce',
      ledgerTable: 'stand-in',
      exposure: 'proxy-only',
      ownCidrs: ['10.20.0.0/16'],
      proxyRanges: ['103.55.116.0/24'],
      allowlist: [],
      mediaRanges: [],
      sip: { ports: [5060, 5061], tripwirePorts: [], rtp: '10000-20000' },
      networkAcls: [
        { id: 'acl-0a1b2c3d4e5f60718', ruleNumbers: '1-50', quota: 20, slots: { ipv4: 18, ipv6: 18 } },
      ],
      ipSets: [
        { name: 'ringfence-prod-ipv4', id: 'stand-in', scope: 'REGIONAL', family: 'IPV4' },
        { name: 'ringfence-prod-ipv6', id: 'stand-in', scope: 'REGIONAL', family: 'IPV6' },
      ],
      ban: { first: '1h', factor: 4, max: '30d', maxNewPerHour: 200 },
    });
  });

  test('names what was created, too: the network ACL, and the IPv6 addresses that AWS gave', () => {
    const { automation: created } = templatesOf(CREATED, 'dev');
    const document = renderJoin(onlyResource(created, 'AWS::SSM::Parameter')['Value'], (part) =>
      part.includes('Ipv6CidrBlock') ? '2001:db8:12::/56' : 'acl-0a1b2c3d',
    );
    expect(parseDeployment(JSON.parse(document))).toMatchObject({
      networkAcls: [{ id: 'acl-0a1b2c3d' }],
      ownCidrs: ['10.20.0.0/16', '2001:db8:12::/56'],
    });
  });

  test('is in the environment of every function, word for word', () => {
    const documents = Object.values(resourcesOf(automation, 'AWS::Lambda::Function')).map(
      ({ Properties }) => {
        const { Variables } = Properties['Environment'] as { Variables: Record<string, unknown> };
        return Variables['RINGFENCE_DEPLOYMENT'];
      },
    );
    expect(documents).toEqual([parameter['Value'], parameter['Value'], parameter['Value']]);
  });

  test('that is too long for the environment variables is refused with the remedy', () => {
    const allowlist = Array.from({ length: 200 }, (_, i) => `198.51.${i}.0/24`);
    expect(() => stageOf({ ...ADOPTED, allowlist })).toThrow(
      /environment variables of Detect take \d+ bytes and Lambda allows 4096: .* joining adjacent ranges/,
    );
  });

  test('that is too long for its parameter is refused with the remedy', () => {
    const json = 'x'.repeat(4097);
    expect(
      () => new DeploymentParameter(new Stack(), 'Deployment', { environmentName: 'prod', json }),
    ).toThrow(
      /prod: the deployment document takes 4097 bytes and an SSM parameter holds 4096: .* joining adjacent ranges/,
    );
  });
});
