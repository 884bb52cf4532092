import { DynamoDbForTests, interceptedClient } from '../blacklist/dynamodb';
import { UnknownEventError } from '../../lambda/handlers/detector';
import { deployment } from '../enforcement/support/deployment';
import { DetectorWorld, TICK } from './support/detector-world';
import { JUDGED_FROM, START, subscription, sweep } from './support/traffic';

const database = new DynamoDbForTests();
let world: DetectorWorld;

beforeAll(() => database.start());
afterAll(() => database.stop());
beforeEach(async () => {
  world = await DetectorWorld.start(database);
});

const SCANNER = '198.51.100.7';
const OTHER = '198.51.100.99';

describe('a tick', () => {
  it('leaves a window alone until its records had time to arrive, and judges it then', async () => {
    await world.deliver(sweep(SCANNER));
    expect(await world.tick(JUDGED_FROM - 1)).toEqual({
      kind: 'tick',
      windows: 0,
      bans: 0,
      suspects: 0,
      probeSources: 0,
      probePackets: 0,
      unfinished: false,
    });
    expect(await world.tick(JUDGED_FROM)).toMatchObject({
      windows: 1,
      bans: 1,
      probeSources: 1,
      probePackets: 4,
    });
    expect(world.telemetry.takeMetrics()).toMatchObject({
      WindowsJudged: 1,
      NewBans: 1,
      ProbeSources: 1,
      ProbePackets: 4,
    });
  });

  it('waits longer where records are longer on their way', async () => {
    await world.deliver(sweep(SCANNER));
    const slow = world.detector(undefined, 900);
    world.now = JUDGED_FROM + 599;
    expect(await slow.handle(TICK, () => 60_000)).toMatchObject({ windows: 0 });
    world.now = JUDGED_FROM + 600;
    expect(await slow.handle(TICK, () => 60_000)).toMatchObject({ windows: 1, bans: 1 });
  });

  it('counts allowlisted sources that probe, and bans none of them', async () => {
    const [allowlisted] = deployment().allowlist;
    const within = allowlisted?.replace(/\.0\/24$/, '.77') ?? '';
    await world.deliver([...sweep(within), ...sweep(SCANNER)]);
    expect(await world.tick(JUDGED_FROM)).toMatchObject({ bans: 1 });
    expect(world.telemetry.takeMetrics()).toMatchObject({ AllowlistedProbes: 1, NewBans: 1 });
    await world.tick(JUDGED_FROM + 60);
    expect(world.telemetry.takeMetrics()).toMatchObject({ AllowlistedProbes: 0 });
  });

  it.each([undefined, {}, { Records: [{ eventSource: 'aws:sqs' }] }, { source: 'aws.s3' }])(
    'is not what an event from elsewhere is taken for (%j): it is refused, so that it is not lost',
    async (event) => {
      await expect(world.detector().handle(event, () => 60_000)).rejects.toThrow(UnknownEventError);
    },
  );

  it('judges a burst that silence follows, as of the time its window closed', async () => {
    await world.deliver(sweep(SCANNER));
    const hoursLater = START + 2400;
    expect(await world.tick(hoursLater)).toMatchObject({ windows: 1, bans: 1 });
    const [ban] = await world.bans();
    expect(ban).toMatchObject({
      source: SCANNER,
      bannedAt: START + 120,
      expiresAt: START + 120 + 3600,
      offence: 1,
    });
  });

  it('bans nobody on the allowlist, of the proxy range or of our own', async () => {
    await world.ledger().allow('198.51.100.0/28', 'admin', 'our monitor', START);
    await world.deliver(['192.0.2.9', '103.55.116.9', SCANNER].flatMap((source) => sweep(source)));
    expect(await world.tick(JUDGED_FROM)).toMatchObject({ windows: 1, bans: 0 });
    expect(await world.bans()).toEqual([]);
  });

  it('out of time stops between windows, says so, and the next one goes on', async () => {
    await world.deliver([...sweep(SCANNER), ...sweep(OTHER, START + 60)]);
    const left = [60_000, 9_999];
    const cutOff = await world.tick(JUDGED_FROM + 60, () => left.shift() ?? 0);
    expect(cutOff).toMatchObject({ windows: 1, bans: 1, unfinished: true });
    expect(world.telemetry.warnings.map(({ message }) => message)).toEqual([
      'out of time: the rest is judged at the next tick',
    ]);
    expect(await world.tick(JUDGED_FROM + 60)).toMatchObject({ windows: 1, bans: 1, unfinished: false });

    const uncut = await DetectorWorld.start(database);
    await uncut.deliver([...sweep(SCANNER), ...sweep(OTHER, START + 60)]);
    await uncut.tick(JUDGED_FROM + 60);
    expect(await world.dump()).toEqual(await uncut.dump());
  });
});

describe('a ledger that fails at any call', () => {
  const at = JUDGED_FROM + 60;
  const lines = [...sweep(SCANNER), ...sweep(OTHER, START + 60), ...sweep(SCANNER, START + 60)];

  /** Handles an event with requests that no longer arrive from the given one on, as after a crash. */
  async function crash(tested: DetectorWorld, event: unknown, from: number) {
    let calls = 0;
    const client = interceptedClient(tested.client, (_command, count) => {
      calls = count;
      if (count >= from) throw new Error('the connection is gone');
    });
    const handled = tested.detector(client).handle(event, () => 60_000);
    const error = await handled.then(
      () => undefined,
      (reason: unknown) => (reason as Error).name,
    );
    return { calls, error };
  }

  /** The dump without the counter of writes, which a state written again counts on. */
  async function content(tested: DetectorWorld): Promise<unknown[]> {
    return (await tested.dump()).map((item) => ({ ...item, version: undefined }));
  }

  it('of a batch rejects, and the retry leaves the ledger as if nothing had happened', async () => {
    const undisturbed = await DetectorWorld.start(database);
    const { calls } = await crash(undisturbed, subscription(lines), Infinity);
    expect(calls).toBeGreaterThan(2);
    for (let from = 1; from <= calls; from++) {
      const tested = await DetectorWorld.start(database);
      expect((await crash(tested, subscription(lines), from)).error).toBe('LedgerUnavailableError');
      await tested.deliver(lines);
      expect({ from, dump: await tested.dump() }).toEqual({ from, dump: await undisturbed.dump() });
    }
  });

  it('of a tick rejects, and the retry makes the same bans and leaves the same state', async () => {
    const undisturbed = await DetectorWorld.start(database);
    await undisturbed.deliver(lines);
    undisturbed.now = at;
    const { calls } = await crash(undisturbed, TICK, Infinity);
    expect(calls).toBeGreaterThan(20);
    const expected = await content(undisturbed);
    for (let from = 1; from <= calls; from++) {
      const tested = await DetectorWorld.start(database);
      await tested.deliver(lines);
      tested.now = at;
      expect((await crash(tested, TICK, from)).error).toBe('LedgerUnavailableError');
      await tested.tick(at);
      expect({ from, dump: await content(tested) }).toEqual({ from, dump: expected });
    }
  });
});
