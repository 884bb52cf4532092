import { PayloadError } from '../../lambda/flow-log';
import { DEPLOYED_FORMAT } from '../../lambda/flow-log';
import { DynamoDbForTests } from '../blacklist/dynamodb';
import { DetectorWorld } from './support/detector-world';
import { CONTROL, encoded, JUDGED_FROM, probe, START, subscription, sweep } from './support/traffic';

const database = new DynamoDbForTests();
let world: DetectorWorld;

beforeAll(() => database.start());
afterAll(() => database.stop());
beforeEach(async () => {
  world = await DetectorWorld.start(database);
});

const SCANNER = '198.51.100.7';
const OTHER = '198.51.100.99';

describe('a payload of CloudWatch Logs', () => {
  it('delivered three times leaves the ledger as once', async () => {
    const lines = [...sweep(SCANNER), ...sweep(OTHER, START + 60)];
    const once = await DetectorWorld.start(database);
    await once.deliver(lines);
    const outcomes = [await world.deliver(lines), await world.deliver(lines), await world.deliver(lines)];
    expect(outcomes).toMatchObject([
      { kind: 'batch', written: 2, duplicates: 0 },
      { kind: 'batch', written: 0, duplicates: 2 },
      { kind: 'batch', written: 0, duplicates: 2 },
    ]);
    expect(await world.dump()).toEqual(await once.dump());

    await once.tick(JUDGED_FROM + 60);
    await world.tick(JUDGED_FROM + 60);
    expect(await world.dump()).toEqual(await once.dump());
    expect((await world.bans()).map(({ source }) => source)).toEqual([SCANNER, OTHER]);
  });

  it('delivered to three detectors at the same time leaves the ledger as once', async () => {
    const once = await DetectorWorld.start(database);
    await once.deliver(sweep(SCANNER));
    await Promise.all([1, 2, 3].map(() => world.deliver(sweep(SCANNER))));
    expect(await world.dump()).toEqual(await once.dump());
  });

  it('delivered again after its window was judged changes nothing, and is not late', async () => {
    await world.deliver(sweep(SCANNER));
    await world.tick(JUDGED_FROM);
    const before = await world.dump();
    expect(await world.deliver(sweep(SCANNER))).toMatchObject({ written: 0, duplicates: 1, late: 0 });
    expect(await world.tick(JUDGED_FROM + 60)).toMatchObject({ windows: 0, bans: 0 });
    expect(await world.dump()).toEqual(before);
  });

  it('that only probes the destination is answered and writes nothing', async () => {
    expect(await world.handle(CONTROL)).toEqual({ kind: 'control' });
    expect(await world.dump()).toEqual([]);
    expect(world.telemetry.takeMetrics()).toEqual({});
  });

  it.each([
    ['is no base64 of gzip', { awslogs: { data: '!!!' } }],
    ['is empty', { awslogs: { data: '' } }],
    ['has no data', { awslogs: {} }],
    ['is cut off', { awslogs: { data: subscription(sweep(SCANNER)).awslogs.data.slice(0, 80) } }],
    ['is not what a subscription sends', encoded({ hello: 'world' })],
    ['is of an unknown kind', subscription(sweep(SCANNER), 'NEWS_MESSAGE')],
  ])('that %s rejects, so that Lambda retries and the failure queue gets it', async (_what, event) => {
    await expect(world.handle(event)).rejects.toThrow(PayloadError);
    expect(await world.dump()).toEqual([]);
  });
});

describe('records of a batch', () => {
  it('that cannot be read are counted by cause, and warned of with the configured format', async () => {
    const lines = [
      'not a record',
      'neither is this',
      probe('198.51.100.256', '10.20.1.10'),
      probe(SCANNER, '10.20.1.10', START, { dstport: '99999' }),
      probe(SCANNER, '10.20.1.10'),
    ];
    expect(await world.deliver(lines)).toMatchObject({
      records: {
        read: 5,
        parsed: 1,
        malformed: 4,
        malformedByCause: { 'field-count': 2, address: 1, port: 1 },
      },
      sip: 1,
      written: 1,
    });
    expect(world.telemetry.takeMetrics()).toMatchObject({
      RecordsRead: 5,
      MalformedRecords: 4,
      SipRecords: 1,
    });
    expect(world.telemetry.warnings).toEqual([
      {
        message: expect.stringContaining('does the log have the format that was configured?') as string,
        fields: {
          logStream: 'eni-0a1b2c3d4e5f60718-all',
          causes: { 'field-count': 2, address: 1, port: 1 },
          format: DEPLOYED_FORMAT,
        },
      },
    ]);
  });

  it('that AWS lost are counted and warned of; an interval without traffic is only counted', async () => {
    const without = (status: string) =>
      probe('-', '-', START, {
        ...Object.fromEntries(
          ['srcport', 'dstport', 'protocol', 'packets', 'bytes', 'action'].map((f) => [f, '-']),
        ),
        'log-status': status,
      });
    expect(await world.deliver([without('SKIPDATA'), without('SKIPDATA'), without('NODATA')])).toMatchObject({
      records: { read: 3, parsed: 0, skipData: 2, noData: 1, malformed: 0 },
    });
    expect(world.telemetry.takeMetrics()).toMatchObject({ SkippedRecords: 2, MalformedRecords: 0 });
    expect(world.telemetry.warnings).toEqual([
      {
        message: 'AWS lost flow-log records: blind, not quiet',
        fields: expect.objectContaining({ intervals: 2 }) as object,
      },
    ]);
  });

  it('that come after their window may have been judged are kept and counted as late', async () => {
    await world.deliver(sweep(SCANNER));
    await world.tick(JUDGED_FROM);
    world.telemetry.takeMetrics();
    expect(await world.deliver(sweep(OTHER))).toMatchObject({ written: 1, late: 1 });
    expect(await world.deliver(sweep(OTHER, START + 60))).toMatchObject({ written: 1, late: 0 });
    expect(world.telemetry.takeMetrics()).toMatchObject({ LateContributions: 1 });
    expect(await world.ledger().contributionsOf(START)).toHaveLength(2);
  });
});
