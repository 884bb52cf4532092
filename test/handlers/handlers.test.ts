import { gzipSync } from 'node:zlib';
import { DeleteTableCommand } from '@aws-sdk/client-dynamodb';
import { DEPLOYED_FORMAT } from '../../lambda/flow-log';
import { dynamoDbClient } from '../../lambda/handlers/aws-clients';
import { type EmbeddedCloud, startEmbeddedCloud } from '../../lib/cli/local/embedded-cloud';
import { TICK } from './support/detector-world';
import { coldStart, functionVariables, lambdaContext, type Line, linesOf, metricsIn } from './support/lambda';
import { ObjectStore, queueEvent } from './support/object-store';
import { SITE } from './support/site';
import { CONTROL, subscription, sweep } from './support/traffic';

const DETECT = require.resolve('../../lambda/handlers/detect');
const ENFORCE = require.resolve('../../lambda/handlers/enforce');
const before = process.env;
let cloud: EmbeddedCloud;

beforeEach(async () => {
  cloud = await startEmbeddedCloud(SITE, Date.now);
  process.env = { ...before, ...functionVariables(cloud) };
});
afterEach(async () => {
  process.env = before;
  await cloud.close();
});

/** What CloudWatch makes of a line in the embedded metric format (CloudWatch user guide, *Embedded metric format*). */
function directive(line: Line | undefined) {
  const { CloudWatchMetrics } = line?.['_aws'] as {
    CloudWatchMetrics: {
      Namespace: string;
      Dimensions: string[][];
      Metrics: { Name: string; Unit: string }[];
    }[];
  };
  const [first] = CloudWatchMetrics;
  if (first === undefined) throw new Error('no directive');
  return { ...first, names: first.Metrics.map(({ Name }) => Name) };
}

/** A sweep that ended an hour ago, by this machine's clock. */
const oldSweep = () => subscription(sweep('198.51.100.7', Math.floor(Date.now() / 60_000) * 60 - 1800));

describe('the two functions, composed from their environment variables', () => {
  it('ban a scanner and fill a slot, from a log payload and two ticks', async () => {
    const detect = coldStart(DETECT);
    const enforce = coldStart(ENFORCE);
    const { error } = await linesOf(async () => {
      expect(await detect(oldSweep(), lambdaContext())).toMatchObject({ kind: 'batch', sip: 4, written: 1 });
      expect(await detect(TICK, lambdaContext())).toMatchObject({
        kind: 'tick',
        bans: 1,
      });
      expect(await enforce(TICK, lambdaContext())).toEqual({ applied: true });
    });
    expect(error).toBeUndefined();
    const { entries } = cloud.embedded.networkAcls.get(cloud.deployment.networkAcls[0]?.id ?? '');
    expect(entries).toContainEqual(
      expect.objectContaining({ ruleNumber: 1, cidrBlock: '198.51.100.7/32', ruleAction: 'deny' }),
    );
  });

  it('ban a scanner from an object in a bucket, where flow logs go to S3', async () => {
    const store = await ObjectStore.start();
    Object.assign(process.env, {
      AWS_ENDPOINT_URL_S3: store.settings.endpoint,
      RINGFENCE_DELIVERY_SECONDS: '900',
    });
    const window = Math.floor(Date.now() / 60_000) * 60 - 3600;
    const text = [DEPLOYED_FORMAT, ...sweep('198.51.100.7', window), ''].join('\n');
    const body = store.put('AWSLogs/x.log.gz', gzipSync(text));
    const detect = coldStart(require.resolve('../../lambda/handlers/detect-objects'));
    const { lines, error } = await linesOf(async () => {
      expect(await detect(queueEvent(body, 'hello'), lambdaContext())).toEqual({
        batchItemFailures: [{ itemIdentifier: 'm1' }],
      });
      expect(await detect(TICK, lambdaContext())).toMatchObject({ kind: 'tick', bans: 1 });
    });
    await store.stop();
    expect(error).toBeUndefined();
    expect(metricsIn(lines)[0]).toMatchObject({ ObjectsRead: 1, ObjectsFailed: 1, SipRecords: 4 });
    expect(lines).toContainEqual(
      expect.objectContaining({ level: 'ERROR', messageId: 'm1', error: expect.anything() as unknown }),
    );
  });

  it('print metrics in the namespace Ringfence by environment, once for each invocation', async () => {
    const detect = coldStart(DETECT);
    const enforce = coldStart(ENFORCE);
    const { lines } = await linesOf(async () => {
      await detect(oldSweep(), lambdaContext());
      await detect(TICK, lambdaContext());
      await enforce(TICK, lambdaContext());
    });
    const metrics = metricsIn(lines);
    expect(metrics).toHaveLength(3);
    for (const line of metrics) {
      expect(directive(line)).toMatchObject({ Namespace: 'Ringfence', Dimensions: [['environment']] });
      expect(line['environment']).toBe('dev');
    }
    expect(metrics[0]).toMatchObject({
      RecordsRead: 4,
      SipRecords: 4,
      MalformedRecords: 0,
      LateContributions: 1,
    });
    expect(metrics[1]).toMatchObject({ NewBans: 1, ProbeSources: 1, WindowsJudged: 1 });
    expect(metrics[2]).toMatchObject({ ReconcileSucceeded: 1, NetworkAclChanges: 1, BreakerTripped: 0 });
    expect(directive(metrics[2]).names).toContain('SlotsOverflow');
  });

  it('log what they did and why, one JSON object a line', async () => {
    const detect = coldStart(DETECT);
    const { lines } = await linesOf(async () => {
      await detect(oldSweep(), lambdaContext());
      await detect(TICK, lambdaContext());
    });
    expect(lines).toContainEqual(
      expect.objectContaining({
        level: 'INFO',
        message: 'ban',
        service: 'detect',
        environment: 'dev',
        source: '198.51.100.7',
        reasons: ['dark-addresses: 4 own addresses that never answered SIP in 1 h'],
      }),
    );
  });

  it('print nothing for the probe of the destination', async () => {
    const { lines, error } = await linesOf(() => coldStart(DETECT)(CONTROL, lambdaContext()));
    expect({ lines, error }).toEqual({ lines: [], error: undefined });
  });

  it('log a payload that cannot be read as an error, and reject', async () => {
    const { lines, error } = await linesOf(() =>
      coldStart(DETECT)({ awslogs: { data: '!' } }, lambdaContext()),
    );
    expect(error).toMatchObject({ name: 'PayloadError' });
    expect(lines).toEqual([
      expect.objectContaining({
        level: 'ERROR',
        message: 'detect failed',
        error: expect.objectContaining({ name: 'PayloadError' }) as unknown,
      }),
    ]);
  });

  it('change nothing without the ledger, say that reconciling failed, and reject', async () => {
    await dynamoDbClient(cloud.dynamoDb).send(
      new DeleteTableCommand({ TableName: cloud.deployment.ledgerTable }),
    );
    cloud.embedded.clearCalls();
    const { lines, error } = await linesOf(() => coldStart(ENFORCE)({}, lambdaContext()));
    expect(error).toMatchObject({ name: 'LedgerUnavailableError' });
    expect(metricsIn(lines)).toEqual([
      expect.objectContaining({ ReconcileSucceeded: 0, environment: 'dev' }),
    ]);
    expect(lines).toContainEqual(expect.objectContaining({ level: 'ERROR', message: 'enforce failed' }));
    expect(cloud.embedded.changingCalls()).toEqual([]);
  });

  it('reject at every event while a variable is missing, and name it', async () => {
    delete process.env['RINGFENCE_LEDGER_TABLE'];
    const detect = coldStart(DETECT);
    for (const event of [CONTROL, {}]) {
      await expect(detect(event, lambdaContext())).rejects.toMatchObject({
        name: 'EnvironmentError',
        message: expect.stringContaining('RINGFENCE_LEDGER_TABLE') as string,
      });
    }
  });
});
