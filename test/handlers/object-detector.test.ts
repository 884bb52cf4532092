import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { DEPLOYED_FORMAT } from '../../lambda/flow-log';
import { UnknownEventError } from '../../lambda/handlers/detector';
import { ObjectDetector } from '../../lambda/handlers/object-detector';
import { DynamoDbForTests } from '../blacklist/dynamodb';
import { DetectorWorld, TICK } from './support/detector-world';
import { BUCKET, ObjectStore, queueEvent, stored } from './support/object-store';
import { JUDGED_FROM, START, subscription, sweep } from './support/traffic';

const FOLDER =
  'AWSLogs/aws-account-id=111111111111/aws-service=vpcflowlogs/aws-region=ap-southeast-2/year=2026/';
const SCANNERS = ['198.51.100.7', '198.51.100.8', '198.51.100.9'] as const;

const database = new DynamoDbForTests();
let store: ObjectStore;
let world: DetectorWorld;

beforeAll(async () => {
  await database.start();
  store = await ObjectStore.start();
});
afterAll(async () => {
  await store.stop();
  await database.stop();
});
beforeEach(async () => {
  world = await DetectorWorld.start(database);
});

/** A gzip object as AWS writes it: a header line, then the records. */
const textObject = (lines: readonly string[]) => gzipSync([DEPLOYED_FORMAT, ...lines, ''].join('\n'));

function detectorOf(of: DetectorWorld, recordsPerBatch?: number): ObjectDetector {
  return new ObjectDetector({
    detector: of.detector(),
    objects: store.objects(),
    telemetry: of.telemetry,
    ...(recordsPerBatch !== undefined && { recordsPerBatch }),
  });
}

const handle = (event: unknown, remainingMs = () => 60_000) => detectorOf(world).handle(event, remainingMs);
const NONE_FAILED = { batchItemFailures: [] };
const failed = (...ids: string[]) => ({
  batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })),
});

/** The ledger's dump without what names the batch, which differs between a log group and a bucket. */
const withoutDigests = (items: readonly Record<string, unknown>[]) =>
  items.filter(({ pk }) => !String(pk).startsWith('C#'));

/** Every contribution, by window and key, without what names its batch. */
async function contributionsIn(of: DetectorWorld): Promise<object[]> {
  const ledger = of.ledger();
  const found: object[] = [];
  let window = await ledger.nextPendingWindow(undefined);
  while (window !== undefined) {
    const all = await ledger.contributionsOf(window);
    found.push(...all.map((contribution) => ({ ...contribution, digest: '' })));
    window = await ledger.nextPendingWindow(window);
  }
  return found;
}

describe('flow-log objects named in a queue', () => {
  it('lead to the bans that the same records lead to from a log group', async () => {
    const lines = SCANNERS.flatMap((source) => sweep(source));
    const body = store.put(`${FOLDER}same.log.gz`, textObject(lines));
    expect(await handle(queueEvent(body))).toEqual(NONE_FAILED);
    await handle(TICK);
    await world.tick(JUDGED_FROM);

    const fromLogGroup = await DetectorWorld.start(database);
    await fromLogGroup.handle(subscription(lines));
    await fromLogGroup.tick(JUDGED_FROM);
    expect((await world.bans()).map(({ source }) => source)).toEqual(SCANNERS);
    expect(withoutDigests(await world.dump())).toEqual(withoutDigests(await fromLogGroup.dump()));
  });

  it('may be Parquet: the same log as text leads to the same contributions', async () => {
    const data = (name: string) => readFileSync(join(__dirname, '..', 'data', 'flow-log', name));
    const asParquet = store.put(`${FOLDER}lab.log.parquet`, data('lab_sweeps_P1.v5.parquet'));
    const asText = store.put(`${FOLDER}lab.log.gz`, gzipSync(data('lab_sweeps_P1.v5.log')));
    const ofText = await DetectorWorld.start(database);
    expect(await handle(queueEvent(asParquet))).toEqual(NONE_FAILED);
    expect(await detectorOf(ofText).handle(queueEvent(asText), () => 60_000)).toEqual(NONE_FAILED);

    const metrics = world.telemetry.takeMetrics();
    expect(metrics).toEqual(ofText.telemetry.takeMetrics());
    expect(metrics).toMatchObject({ ObjectsRead: 1, MalformedRecords: 0 });
    expect(metrics['SipRecords']).toBeGreaterThan(100);
    const [one, other] = [await contributionsIn(world), await contributionsIn(ofText)];
    expect(one.length).toBeGreaterThan(20);
    expect(one).toEqual(other);
  });

  it('delivered three times leave the ledger as once', async () => {
    const body = store.put(`${FOLDER}thrice.log.gz`, textObject(sweep(SCANNERS[0])));
    await handle(queueEvent(body));
    const once = await world.dump();
    await handle(queueEvent(body, body));
    expect(await world.dump()).toEqual(once);
    expect(once.length).toBeGreaterThan(0);
  });

  it.each([1, 3, 7, 12, 1000])(
    'cut into batches of %i records: the same verdicts, and again the same cuts',
    async (size) => {
      const lines = SCANNERS.flatMap((source) => sweep(source));
      const body = store.put(`${FOLDER}cut-${size}.log.gz`, textObject(lines));
      await detectorOf(world, size).handle(queueEvent(body), () => 60_000);
      const once = await world.dump();
      await detectorOf(world, size).handle(queueEvent(body), () => 60_000);
      expect(await world.dump()).toEqual(once);
      await world.tick(JUDGED_FROM);
      expect((await world.bans()).map(({ source }) => source)).toEqual(SCANNERS);
      expect(world.telemetry.takeMetrics()).toMatchObject({ RecordsRead: 24, SipRecords: 24 });
    },
  );

  it('that only hold a header are read, and nothing is written', async () => {
    const body = store.put(`${FOLDER}empty.log.gz`, textObject([]));
    expect(await handle(queueEvent(body))).toEqual(NONE_FAILED);
    expect(await world.dump()).toEqual([]);
    expect(world.telemetry.takeMetrics()).toEqual({ ObjectsRead: 1 });
  });
});

describe('a message fails alone', () => {
  const good = (i: number) =>
    store.put(`${FOLDER}good-${i}.log.gz`, textObject(sweep(SCANNERS[0], START + i * 60)));

  it.each([
    [
      'its object is gone',
      () => stored(`${FOLDER}gone.log.gz`),
      /NoSuchKey: it was deleted before it was read/,
    ],
    [
      'its object may not be read',
      () => {
        store.forbidden.add(`${FOLDER}secret.log.gz`);
        return store.put(`${FOLDER}secret.log.gz`, textObject([]));
      },
      /AccessDenied: allow detect's role s3:GetObject/,
    ],
    [
      'its gzip is truncated',
      () => store.put(`${FOLDER}cut.log.gz`, textObject(sweep(SCANNERS[1])).subarray(0, 60)),
      /the gzip data ends early/,
    ],
    [
      'it is no flow log',
      () => store.put(`${FOLDER}other.log.gz`, gzipSync('hello\n')),
      /not a VPC flow log/,
    ],
    [
      'its Parquet is none',
      () => store.put(`${FOLDER}no.log.parquet`, 'hello, this is no Parquet'),
      /Parquet/,
    ],
    ['it is about no object', () => '{"hello":"world"}', /not about a stored object/],
  ])('when %s', async (_, bad, message) => {
    expect(await handle(queueEvent(good(0), bad(), good(1)))).toEqual(failed('m1'));
    expect(String(world.telemetry.causes[0])).toMatch(message);
    expect(world.telemetry.takeMetrics()).toMatchObject({ ObjectsRead: 2, ObjectsFailed: 1, SipRecords: 8 });
  });

  it('when the connection breaks in the middle, and comes again without counting twice', async () => {
    const key = `${FOLDER}broken.log.gz`;
    const body = store.put(
      key,
      textObject(Array.from({ length: 400 }, (_, i) => sweep(`198.51.100.${i % 250}`)).flat()),
    );
    store.broken.add(key);
    expect(await detectorOf(world, 100).handle(queueEvent(body), () => 60_000)).toEqual(failed('m0'));
    store.broken.delete(key);
    expect(await detectorOf(world, 100).handle(queueEvent(body), () => 60_000)).toEqual(NONE_FAILED);
    const whole = await DetectorWorld.start(database);
    await detectorOf(whole, 100).handle(queueEvent(body), () => 60_000);
    expect(await world.dump()).toEqual(await whole.dump());
  });

  it('when there is no time left for it: it is left to another run, before it is begun', async () => {
    // 60 s at first; the first object takes 40 of them.
    const times = [60_000, 20_000];
    const remainingMs = () => times.shift() ?? 20_000;
    expect(await handle(queueEvent(good(2), good(3)), remainingMs)).toEqual(failed('m1'));
    expect(world.telemetry.takeMetrics()).toMatchObject({ ObjectsRead: 1 });
  });
});

describe('other events', () => {
  it('of the schedule are ticks', async () => {
    expect(await handle(TICK)).toMatchObject({ kind: 'tick', windows: 0 });
  });

  it.each([
    [{}],
    [null],
    [subscription(sweep(SCANNERS[0]))],
    [{ Records: [] }],
    [{ Records: [{ eventSource: 'aws:s3' }] }],
  ])('are refused: %j', async (event) => {
    await expect(handle(event)).rejects.toThrow(UnknownEventError);
  });
});

it('an object is named by its bucket, key and content in the digest', async () => {
  const read = async (key: string) => (await store.objects().open({ bucket: BUCKET, key })).digest;
  store.put('a.log.gz', 'one');
  store.put('b.log.gz', 'one');
  const [a, again, b] = [await read('a.log.gz'), await read('a.log.gz'), await read('b.log.gz')];
  store.put('a.log.gz', 'two');
  const changed = await read('a.log.gz');
  expect(again).toBe(a);
  expect(new Set([a, b, changed]).size).toBe(3);
  expect(a).toMatch(/^[\w-]{22}$/);
});
