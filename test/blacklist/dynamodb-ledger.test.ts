import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { createLedgerTable } from '../../lambda/blacklist/dynamodb-create-table';
import { DynamoDbLedger } from '../../lambda/blacklist/dynamodb-ledger';
import { DynamoDbForTests, interceptedClient } from './dynamodb';
import { ledgerContract } from './ledger-contract';
import { DAY, HOUR, T0, ban, contribution, networkState, sourceState } from './values';

const dynamoDb = new DynamoDbForTests();
beforeAll(() => dynamoDb.start());
afterAll(() => dynamoDb.stop());

describe('DynamoDbLedger', () => {
  ledgerContract(async () => new DynamoDbLedger(await dynamoDb.table()));
});

describe('DynamoDbLedger, three items a page', () => {
  ledgerContract(async () => new DynamoDbLedger({ ...(await dynamoDb.table()), pageSize: 3 }));
});

test('making the table again leaves it as it is', async () => {
  const { client, tableName } = await dynamoDb.table();
  const ledger = new DynamoDbLedger({ client, tableName });
  await ledger.advanceJudgedThrough(T0);
  await createLedgerTable(dynamoDb.rawClient, tableName);
  expect(await ledger.judgedThrough()).toBe(T0);
});

test('a process that sees many windows announces each, and remembers the last of them', async () => {
  const table = await dynamoDb.table();
  const ledger = new DynamoDbLedger(table);
  const windows = Array.from({ length: 80 }, (_, i) => T0 + 300 * i);
  await ledger.recordContributions(windows.map((window) => contribution({ window })));
  const pending = await Promise.all(windows.map((window) => ledger.nextPendingWindow(window - 1)));
  expect(pending).toEqual(windows);
});

describe('times to live', () => {
  /** The TTL of each item, by its keys, after writing one of each kind at `now`. */
  async function ttls(now: number): Promise<Record<string, unknown>> {
    const { client, tableName } = await dynamoDb.table();
    const ledger = new DynamoDbLedger({ client, tableName, now: () => now * 1000 });
    await ledger.recordContributions([contribution()]);
    await ledger.putSourceState(sourceState({ lastSeen: T0 }), 0);
    await ledger.putNetworkState(networkState({ lastSeen: T0 }), 0);
    await ledger.putBan(ban({ offence: 2 }), 'detector');
    await ledger.recordAnswers(new Map([['203.0.113.10', T0]]));
    await ledger.allow('203.0.113.0/24', 'alice', 'carrier', T0);
    await ledger.recordOwnedEntry({
      networkAclId: 'acl-1',
      ruleNumber: 1,
      cidr: '198.51.100.7/32',
      fence: 0,
      recordedAt: T0,
    });
    const { Items = [] } = await client.send(new ScanCommand({ TableName: tableName }));
    return Object.fromEntries(
      Items.map(({ pk, sk, ttl }) => [
        `${String(pk).replace(/\d{2,}/, 'n')} ${String(sk).split('#')[0]}`,
        ttl as unknown,
      ]),
    );
  }

  test('count from the event', async () => {
    expect(await ttls(T0)).toEqual({
      'B#n 198.51.100.7': T0 + HOUR + DAY,
      'C#n#0 batch-1': T0 + 2 * DAY,
      [`PENDING ${String(T0).padStart(12, '0')}`]: T0 + 2 * DAY,
      'S#n.51.100.7 H': T0 + 365 * DAY,
      'S#n.51.100.7 ban': T0 + HOUR + 60 * DAY,
      'S#n.51.100.7 state': T0 + 30 * DAY,
      'N#n.51.100.0/24 state': T0 + 30 * DAY,
      'S#n.0.113.0/24 H': T0 + 365 * DAY,
      'OWN 203.0.113.10': undefined,
      'ALLOW 203.0.113.0/24': undefined,
      'E#acl-1 00001': undefined,
    });
  });

  test('count from now where the event is long past: a backfill must not lose its own work', async () => {
    const ofBackfill = Object.values(await ttls(T0 + 400 * DAY)).filter((ttl) => ttl !== undefined);
    for (const ttl of ofBackfill) expect(ttl).toBeGreaterThan(T0 + 401 * DAY - 1);
  });
});

describe('requests', () => {
  /** The commands that `use` needs, on a ledger that `before` has worked on. */
  async function commands(
    use: (ledger: DynamoDbLedger) => Promise<unknown>,
    before: (ledger: DynamoDbLedger) => Promise<unknown> = async () => undefined,
  ): Promise<Record<string, number>> {
    const table = await dynamoDb.table();
    const counts: Record<string, number> = {};
    const client = interceptedClient(table.client, (name) => (counts[name] = (counts[name] ?? 0) + 1));
    const ledger = new DynamoDbLedger({ ...table, client });
    await before(ledger);
    for (const name of Object.keys(counts)) counts[name] = 0;
    await use(ledger);
    return Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
  }

  const hundred = Array.from({ length: 100 }, (_, i) => contribution({ key: `203.0.113.${i}` }));
  const nextBatch = hundred.map((one) => ({ ...one, digest: 'batch-2' }));

  test('a batch of any number of sources takes one, and one more for each window not seen before', async () => {
    expect(await commands((ledger) => ledger.recordContributions(hundred))).toEqual({ PutCommand: 2 });
    expect(
      await commands(
        (ledger) => ledger.recordContributions(nextBatch),
        (ledger) => ledger.recordContributions(hundred),
      ),
    ).toEqual({ PutCommand: 1 });
  });

  test('a window takes four to read', async () => {
    expect(await commands((ledger) => ledger.contributionsOf(T0))).toEqual({ QueryCommand: 4 });
  });

  test('states and latest bans take one for each hundred', async () => {
    const keys = hundred.map(({ key }) => key);
    expect(await commands((ledger) => ledger.sourceStates([...keys, '198.51.100.7']))).toEqual({
      BatchGetCommand: 2,
    });
    expect(await commands((ledger) => ledger.latestBans([...keys, ...keys]))).toEqual({ BatchGetCommand: 1 });
  });

  test('a ban takes four, the same ban again one', async () => {
    const put = (ledger: DynamoDbLedger) => ledger.putBan(ban(), 'detector');
    expect(await commands(put)).toEqual({ BatchGetCommand: 1, PutCommand: 3 });
    expect(await commands(put, put)).toEqual({ BatchGetCommand: 1 });
  });

  test('the bans in force take sixteen to read, a weight one to write', async () => {
    expect(await commands((ledger) => ledger.bansInForce(T0))).toEqual({ QueryCommand: 16 });
    expect(await commands((ledger) => ledger.updateBanWeight(ban(), 1, T0))).toEqual({ UpdateCommand: 1 });
  });

  test('the lease takes two, refused one, given back one', async () => {
    const acquire = (ledger: DynamoDbLedger) => ledger.acquireLease('a', T0 * 1000, 1000);
    expect(await commands(acquire)).toEqual({ BatchGetCommand: 1, PutCommand: 1 });
    expect(await commands((ledger) => ledger.acquireLease('b', T0 * 1000, 1000), acquire)).toEqual({
      BatchGetCommand: 1,
    });
  });
});
