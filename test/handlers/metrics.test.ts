import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { RingfenceMetrics } from '../../lib/constructs/ringfence-metrics';
import { type EmbeddedCloud, startEmbeddedCloud } from '../../lib/cli/local/embedded-cloud';
import { TICK } from './support/detector-world';
import { coldStart, functionVariables, lambdaContext, linesOf, metricsIn } from './support/lambda';
import { SITE } from './support/site';
import { subscription, sweep } from './support/traffic';

const before = process.env;
let cloud: EmbeddedCloud;

beforeAll(async () => {
  cloud = await startEmbeddedCloud(SITE, Date.now);
  process.env = {
    ...before,
    ...functionVariables(cloud),
    RINGFENCE_FEEDS: '[]',
    RINGFENCE_PROVISIONING: '{"phoneSecrets":[]}',
  };
});
afterAll(async () => {
  process.env = before;
  await cloud.close();
});

/** A request of nobody in particular, as API Gateway passes it on. */
const REQUEST = {
  httpMethod: 'GET',
  path: '/blacklist.txt',
  pathParameters: null,
  headers: {},
  queryStringParameters: null,
  requestContext: { identity: { sourceIp: '198.51.100.8' } },
};

/** Every metric that alarms and dashboard read. */
function watched(): Metric[] {
  const metrics = new RingfenceMetrics('dev');
  return Object.getOwnPropertyNames(RingfenceMetrics.prototype).flatMap((name) => {
    const member: unknown = Reflect.get(metrics, name);
    if (name === 'constructor' || name === 'metric' || typeof member !== 'function') return [];
    const metric: unknown = Reflect.apply(member, metrics, []);
    return metric instanceof Metric ? [metric] : [];
  });
}

describe('every metric that alarms and dashboard read', () => {
  it('is printed by the functions at a quiet time too, under its namespace and dimensions', async () => {
    const detect = coldStart(require.resolve('../../lambda/handlers/detect'));
    const enforce = coldStart(require.resolve('../../lambda/handlers/enforce'));
    const feeds = coldStart(require.resolve('../../lambda/handlers/feeds'));
    const provision = coldStart(require.resolve('../../lambda/handlers/provision'));
    const { lines } = await linesOf(async () => {
      await detect(subscription(sweep('198.51.100.7')), lambdaContext());
      await detect(TICK, lambdaContext());
      await enforce(TICK, lambdaContext());
      await feeds(TICK, lambdaContext());
      await provision(REQUEST, lambdaContext());
    });
    const printed = new Set(metricsIn(lines).flatMap((line) => Object.keys(line)));
    const metrics = watched();
    expect(metrics.length).toBeGreaterThan(8);
    for (const { metricName, namespace, dimensions } of metrics) {
      expect({ metricName, isPrinted: printed.has(metricName) }).toEqual({ metricName, isPrinted: true });
      expect({ namespace, dimensions }).toEqual({
        namespace: 'Ringfence',
        dimensions: { environment: 'dev' },
      });
    }
  });
});
