import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Match } from 'aws-cdk-lib/assertions';
import { lambdaTelemetry } from '../../lambda/handlers/telemetry';
import { ADOPTED } from '../config/support';
import { onlyResource, resourcesOf, templatesOf } from './support';

const { monitoring } = templatesOf({
  ...ADOPTED,
  alarms: { email: ['voice-ops@example.com'], probeSpike: { sourcesPer5Minutes: 80 }, silenceMinutes: 20 },
});

const alarms = Object.entries(resourcesOf(monitoring, 'AWS::CloudWatch::Alarm'));

function alarmOf(prefix: string): Readonly<Record<string, unknown>> {
  const found = alarms.find(([id]) => id.startsWith(prefix));
  if (!found) throw new Error(`no alarm ${prefix}`);
  return found[1].Properties;
}

interface EmbeddedMetrics {
  readonly _aws: { readonly CloudWatchMetrics: readonly object[] };
}

interface AlarmMetric {
  readonly Expression?: string;
  readonly MetricStat?: { readonly Metric: object };
}

const OURS = { Namespace: 'Ringfence', Dimensions: [{ Name: 'environment', Value: 'prod' }] };

describe('alarms', () => {
  test.each([
    [
      'TrafficProbeSpike',
      {
        ...OURS,
        MetricName: 'ProbeSources',
        Threshold: 80,
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
        Period: 300,
      },
    ],
    [
      'NotifyErrors',
      { Namespace: 'AWS/Lambda', MetricName: 'Errors', Threshold: 0, Period: 900, EvaluationPeriods: 2 },
    ],
    [
      'SightSkippedRecords',
      { ...OURS, MetricName: 'SkippedRecords', Threshold: 0, ComparisonOperator: 'GreaterThanThreshold' },
    ],
    [
      'SightSilence',
      {
        Namespace: 'AWS/Logs',
        MetricName: 'IncomingLogEvents',
        Threshold: 1,
        ComparisonOperator: 'LessThanThreshold',
        TreatMissingData: 'breaching',
        Period: 300,
        EvaluationPeriods: 4,
      },
    ],
    [
      'EnforcementLate',
      {
        ...OURS,
        MetricName: 'ReconcileSucceeded',
        Threshold: 1,
        ComparisonOperator: 'LessThanThreshold',
        TreatMissingData: 'breaching',
        Period: 60,
        EvaluationPeriods: 5,
      },
    ],
    [
      'SightMalformedRecords',
      { ...OURS, MetricName: 'MalformedRecords', Threshold: 0, EvaluationPeriods: 3 },
    ],
    ['TrafficPacketSpike', { ...OURS, MetricName: 'ProbePackets', Threshold: 50_000, Period: 300 }],
    ['TrafficBanSpike', { ...OURS, MetricName: 'NewBans', Threshold: 50, Period: 300 }],
    ['TrafficAllowlistedProbes', { ...OURS, MetricName: 'AllowlistedProbes', Threshold: 0 }],
    ['SightLateRecords', { ...OURS, MetricName: 'LateContributions', Threshold: 0, EvaluationPeriods: 3 }],
    [
      'SightBacklog',
      {
        Namespace: 'AWS/Lambda',
        MetricName: 'AsyncEventAge',
        Threshold: 600_000,
        Dimensions: [{ Name: 'FunctionName', Value: expect.anything() as unknown }],
      },
    ],
    [
      'EnforcementStreamLag',
      { Namespace: 'AWS/Lambda', MetricName: 'IteratorAge', Threshold: 120_000, EvaluationPeriods: 3 },
    ],
    ['EnforcementPaused', { ...OURS, MetricName: 'Paused', Threshold: 0, EvaluationPeriods: 12 }],
    ['EnforcementStrangers', { ...OURS, MetricName: 'Strangers', Threshold: 0 }],
    ['EnforcementSlotsOverflow', { ...OURS, MetricName: 'SlotsOverflow', Threshold: 0 }],
    ['EnforcementBreakerTripped', { ...OURS, MetricName: 'BreakerTripped', Threshold: 0 }],
    ['DetectErrors', { Namespace: 'AWS/Lambda', MetricName: 'Errors', Threshold: 0, EvaluationPeriods: 2 }],
    [
      'DetectThrottles',
      { Namespace: 'AWS/Lambda', MetricName: 'Throttles', Threshold: 0, EvaluationPeriods: 3 },
    ],
    [
      'DetectDeadLetters',
      { Namespace: 'AWS/SQS', MetricName: 'ApproximateNumberOfMessagesVisible', Threshold: 0 },
    ],
    ['EnforceErrors', { Namespace: 'AWS/Lambda', MetricName: 'Errors', Threshold: 0 }],
    ['EnforceThrottles', { Namespace: 'AWS/Lambda', MetricName: 'Throttles', Threshold: 25 }],
    [
      'EnforceDeadLetters',
      { Namespace: 'AWS/SQS', MetricName: 'ApproximateNumberOfMessagesVisible', Threshold: 0 },
    ],
  ])('%s watches what it says', (prefix, properties) => {
    expect(alarmOf(prefix)).toMatchObject(properties);
  });

  test.each([
    ['TrafficUnusualSources', 'ProbeSources'],
    ['TrafficUnusualPackets', 'ProbePackets'],
    ['TrafficUnusualBans', 'NewBans'],
  ])('%s fires above the band of what is usual', (prefix, MetricName) => {
    expect(alarmOf(prefix)['ComparisonOperator']).toBe('GreaterThanUpperThreshold');
    const metrics = alarmOf(prefix)['Metrics'] as readonly AlarmMetric[];
    expect(metrics.map(({ Expression }) => Expression)).toContainEqual(
      expect.stringMatching(/^ANOMALY_DETECTION_BAND\(\w+, 3\)$/),
    );
    expect(metrics.map(({ MetricStat }) => MetricStat?.Metric)).toContainEqual({ ...OURS, MetricName });
  });

  test('watch them under the dimensions that the functions write, no more and no fewer', () => {
    // Powertools prints to a console of its own unless it is told that this is no Lambda, and then it prints nothing.
    Object.assign(process.env, { POWERTOOLS_DEV: 'true', POWERTOOLS_METRICS_DISABLED: 'false' });
    const print = jest.spyOn(console, 'log').mockImplementation(() => undefined);
    const telemetry = lambdaTelemetry('detect', 'prod');
    telemetry.metric('ProbeSources', 1);
    telemetry.flush();
    const { _aws } = JSON.parse(String(print.mock.calls[0]?.[0])) as EmbeddedMetrics;
    print.mockRestore();
    expect(_aws.CloudWatchMetrics).toEqual([
      expect.objectContaining({
        Namespace: OURS.Namespace,
        Dimensions: [OURS.Dimensions.map(({ Name }) => Name)],
      }),
    ]);
  });

  test('watch only metrics that the functions write', () => {
    const handlers = join(__dirname, '..', '..', 'lambda', 'handlers');
    const sources = readdirSync(handlers).map((name) => readFileSync(join(handlers, name), 'utf8'));
    const written = sources.flatMap((text) =>
      Array.from(text.matchAll(/metric\('(\w+)'/g), ([, name]) => name),
    );
    const watched = JSON.stringify(alarms).matchAll(/"MetricName":"(\w+)","Namespace":"Ringfence"/g);
    const names = Array.from(watched, ([, name]) => name);
    expect(names.length).toBeGreaterThan(8);
    expect(written).toEqual(expect.arrayContaining(names));
  });

  test('are as many as are listed above', () => {
    expect(alarms).toHaveLength(25);
  });

  test.each(alarms)(
    '%s names its environment, what it means and what to do, and tells the topic',
    (_, alarm) => {
      const topic = { Ref: Object.keys(resourcesOf(monitoring, 'AWS::SNS::Topic'))[0] };
      expect(alarm.Properties['AlarmDescription']).toMatch(/^prod: .+\. What to do: .+\.$/);
      expect(alarm.Properties['AlarmActions']).toEqual([topic]);
      expect(alarm.Properties['OKActions']).toEqual([topic]);
    },
  );

  test('data that is missing is no alarm, except where it is the point', () => {
    const breaching = alarms.filter(([, { Properties }]) => Properties['TreatMissingData'] === 'breaching');
    const others = alarms.filter(([, { Properties }]) => Properties['TreatMissingData'] === 'notBreaching');
    expect(breaching.map(([id]) => id.slice(0, -8)).sort()).toEqual(['EnforcementLate', 'SightSilence']);
    expect(breaching.length + others.length).toBe(alarms.length);
  });
});

describe('summaries', () => {
  const composites = resourcesOf(monitoring, 'AWS::CloudWatch::CompositeAlarm');

  test.each([
    [
      'RingfenceBlind',
      ['SightSilence', 'SightMalformedRecords', 'SightBacklog', 'DetectErrors', 'DetectThrottles'],
    ],
    ['RingfenceCannotBlock', ['EnforcementLate', 'EnforceErrors']],
  ])('%s is on when any of %j is', (prefix, parts) => {
    const [, composite] = Object.entries(composites).find(([id]) => id.startsWith(prefix)) ?? [];
    const rule = JSON.stringify(composite?.Properties['AlarmRule']);
    expect(Array.from(rule.matchAll(/\["([A-Za-z]+)[0-9A-F]{8}","Arn"\]/g), ([, id]) => id)).toEqual(parts);
    expect(rule.split(' OR ')).toHaveLength(parts.length);
  });

  test.each(Object.entries(composites))('%s says what it means and tells the topic', (_, { Properties }) => {
    expect(Properties['AlarmDescription']).toMatch(/^prod: .+\. What to do: .+\.$/);
    expect(Properties['AlarmActions']).toHaveLength(1);
  });
});

describe('the topic', () => {
  test('is encrypted with a key that lets CloudWatch publish', () => {
    const [key] = Object.keys(resourcesOf(monitoring, 'AWS::KMS::Key'));
    expect(onlyResource(monitoring, 'AWS::SNS::Topic')['KmsMasterKeyId']).toEqual({
      'Fn::GetAtt': [key, 'Arn'],
    });
    monitoring.hasResourceProperties('AWS::KMS::Key', {
      EnableKeyRotation: true,
      KeyPolicy: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Effect: 'Allow',
            Principal: { Service: 'cloudwatch.amazonaws.com' },
            Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
            Condition: { StringEquals: { 'aws:SourceAccount': '111111111111' } },
          }),
        ]),
      },
    });
  });

  test('lets alarms of this account publish, over TLS only', () => {
    monitoring.hasResourceProperties('AWS::SNS::TopicPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
          Match.objectLike({
            Effect: 'Allow',
            Action: 'sns:Publish',
            Principal: { Service: 'cloudwatch.amazonaws.com' },
            Condition: { StringEquals: { 'aws:SourceAccount': '111111111111' } },
          }),
        ]),
      },
    });
  });

  test('mails those who are named', () => {
    monitoring.hasResourceProperties('AWS::SNS::Subscription', {
      Protocol: 'email',
      Endpoint: 'voice-ops@example.com',
    });
  });
});

test('the dashboard shows the blacklist by a function that reads, again at each refresh', () => {
  const body = JSON.stringify(onlyResource(monitoring, 'AWS::CloudWatch::Dashboard')['DashboardBody']);
  expect(body).toMatch(/\\"type\\":\\"custom\\"/);
  expect(body).toMatch(
    /\\"endpoint\\":\\"",\{"Fn::ImportValue":"prod-Automation:ExportsOutputFnGetAttWidgetFunction/,
  );
  expect(body).toMatch(/\\"updateOn\\":\{\\"refresh\\":true,\\"resize\\":false,\\"timeRange\\":false\}/);
});

test('the dashboard shows every alarm', () => {
  const body = JSON.stringify(onlyResource(monitoring, 'AWS::CloudWatch::Dashboard')['DashboardBody']);
  for (const [id] of alarms) expect(body).toContain(id);
});
