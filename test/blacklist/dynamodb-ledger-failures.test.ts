import { BatchGetCommand, type DynamoDBDocumentClient, PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { DynamoDbLedger } from '../../lambda/blacklist/dynamodb-ledger';
import { type Ledger, LedgerUnavailableError } from '../../lambda/blacklist/ledger';
import { DynamoDbForTests, interceptedClient } from './dynamodb';
import { T0, ban, contribution, networkState, sourceState } from './values';

const dynamoDb = new DynamoDbForTests();
beforeAll(() => dynamoDb.start());
afterAll(() => dynamoDb.stop());

const KEY = '198.51.100.7';

/** One item behind each read, at least. */
async function fill(ledger: Ledger): Promise<void> {
  await ledger.recordContributions([contribution()]);
  await ledger.putSourceState(sourceState(), 0);
  await ledger.putNetworkState(networkState(), 0);
  await ledger.recordAnswers(new Map([['203.0.113.10', T0]]));
  await ledger.advanceJudgedThrough(T0);
  await ledger.recordLegitimate(new Map([[KEY, T0 + 60]]));
  await ledger.putBan(ban(), 'detector');
  await ledger.allow('203.0.113.0/24', 'alice', 'carrier', T0);
  for (const ruleNumber of [1, 2, 3]) {
    await ledger.recordOwnedEntry({
      networkAclId: 'acl-1',
      ruleNumber,
      cidr: '198.51.100.7/32',
      fence: 0,
      recordedAt: T0,
    });
  }
  await ledger.acquireLease('b', T0 * 1000, 1000);
  await ledger.setPaused({ by: 'alice', because: 'test', at: T0 });
}

const READS: [string, (ledger: Ledger) => Promise<unknown>][] = [
  ['contributionsOf', (ledger) => ledger.contributionsOf(T0)],
  ['sourceStates', (ledger) => ledger.sourceStates([KEY])],
  ['networkStates', (ledger) => ledger.networkStates(['198.51.100.0/24'])],
  ['answeringAddresses', (ledger) => ledger.answeringAddresses()],
  ['judgedThrough', (ledger) => ledger.judgedThrough()],
  ['nextPendingWindow', (ledger) => ledger.nextPendingWindow(undefined)],
  ['latestBans', (ledger) => ledger.latestBans([KEY])],
  ['bansInForce', (ledger) => ledger.bansInForce(T0)],
  ['legitimateSources', (ledger) => ledger.legitimateSources(T0)],
  ['history', (ledger) => ledger.history(KEY)],
  ['allowedCidrs', (ledger) => ledger.allowedCidrs()],
  ['ownedEntries', (ledger) => ledger.ownedEntries('acl-1')],
  ['acquireLease', (ledger) => ledger.acquireLease('a', T0 * 1000, 1000)],
  ['paused', (ledger) => ledger.paused()],
  ['endBan', (ledger) => ledger.endBan(KEY, T0, 'alice', 'test')],
];

/** A filled table after `change` was made to every item in it. */
async function damagedTable(change: (item: Record<string, unknown>) => Record<string, unknown>) {
  const table = await dynamoDb.table();
  await fill(new DynamoDbLedger(table));
  const { Items = [] } = await table.client.send(new ScanCommand({ TableName: table.tableName }));
  for (const item of Items as Record<string, unknown>[]) {
    const { pk, sk } = item;
    await table.client.send(
      new PutCommand({ TableName: table.tableName, Item: { ...change(item), pk, sk } }),
    );
  }
  return new DynamoDbLedger(table);
}

describe('a read that fails is never "empty"', () => {
  test.each(READS)('%s, when the table cannot be reached', async (_, read) => {
    const { client } = await dynamoDb.table();
    const failed = read(new DynamoDbLedger({ client, tableName: 'no-such-table' }));
    await expect(failed).rejects.toThrow(LedgerUnavailableError);
    await expect(failed).rejects.toMatchObject({ cause: { name: 'ResourceNotFoundException' } });
  });

  test('a second page that fails fails the whole read', async () => {
    const table = await dynamoDb.table();
    await fill(new DynamoDbLedger(table));
    const client = interceptedClient(table.client, (_, count) => {
      if (count === 2) throw new Error('connection reset');
    });
    const ledger = new DynamoDbLedger({ ...table, client, pageSize: 1 });
    await expect(ledger.ownedEntries('acl-1')).rejects.toThrow(
      'the ledger could not read partition E#acl-1: Error: connection reset',
    );
  });

  describe('when items have a newer schema', () => {
    let ledger: Ledger;
    beforeAll(async () => (ledger = await damagedTable((item) => ({ ...item, schema: 99 }))));
    test.each(READS)('%s', async (_, read) => {
      await expect(read(ledger)).rejects.toThrow(LedgerUnavailableError);
      await expect(read(ledger)).rejects.toThrow(
        /has schema 99, and this version reads up to [12]: deploy the newer/,
      );
    });
  });

  describe('when items lack what they should have', () => {
    let ledger: Ledger;
    beforeAll(async () => (ledger = await damagedTable(() => ({ schema: 1 }))));
    test.each(READS)('%s', async (_, read) => {
      await expect(read(ledger)).rejects.toThrow(LedgerUnavailableError);
      await expect(read(ledger)).rejects.toThrow('cannot be read');
    });
  });

  test('when somebody else wrote them', async () => {
    const ledger = await damagedTable(() => ({}));
    await expect(ledger.paused()).rejects.toThrow('ledger item "PAUSE" / "PAUSE" has no schema');
  });

  test('when contributions are not what was packed', async () => {
    const ledger = await damagedTable((item) => ({ ...item, packed: Buffer.from('not gzip') }));
    await expect(ledger.contributionsOf(T0)).rejects.toThrow(LedgerUnavailableError);
  });
});

test('a write that fails says so', async () => {
  const { client } = await dynamoDb.table();
  const ledger = new DynamoDbLedger({ client, tableName: 'no-such-table' });
  for (const written of [
    ledger.recordContributions([contribution()]),
    ledger.putSourceState(sourceState(), 0),
    ledger.recordAnswers(new Map([['203.0.113.10', T0]])),
    ledger.recordLegitimate(new Map([[KEY, T0]])),
    ledger.putBan(ban(), 'detector'),
    ledger.forgetOwnedEntry('acl-1', 1, 0),
    ledger.setPaused(undefined),
  ]) {
    await expect(written).rejects.toThrow(LedgerUnavailableError);
  }
});

describe('what a batch leaves unread', () => {
  const keys = Array.from({ length: 10 }, (_, i) => `203.0.113.${i}`);

  /** A client whose batches return at most `most` items and leave the rest unprocessed. */
  function throttled(client: DynamoDBDocumentClient, tableName: string, most: number) {
    const send = async (command: BatchGetCommand) => {
      if (!(command instanceof BatchGetCommand)) return client.send(command);
      const wanted = command.input.RequestItems?.[tableName]?.Keys ?? [];
      const UnprocessedKeys = { [tableName]: { Keys: wanted.slice(most) } };
      if (most === 0) return { Responses: {}, UnprocessedKeys };
      const RequestItems = { [tableName]: { Keys: wanted.slice(0, most), ConsistentRead: true } };
      return { ...(await client.send(new BatchGetCommand({ RequestItems }))), UnprocessedKeys };
    };
    return Object.assign(Object.create(client) as DynamoDBDocumentClient, { send });
  }

  async function throttledLedger(most: number) {
    const table = await dynamoDb.table();
    const waits: number[] = [];
    const ledger = new DynamoDbLedger({
      ...table,
      client: throttled(table.client, table.tableName, most),
      backoff: { attempts: 4, baseMs: 100, capMs: 150 },
      sleep: async (ms) => waits.push(ms),
      random: () => 0.5,
    });
    await Promise.all(keys.map((key) => ledger.putSourceState(sourceState({ key }), 0)));
    return { ledger, waits };
  }

  test('is asked for again, after waits with full jitter', async () => {
    const { ledger, waits } = await throttledLedger(3);
    expect([...(await ledger.sourceStates(keys)).keys()].sort()).toEqual(keys);
    expect(waits).toEqual([50, 75, 75]);
  });

  test('is an error in the end, never left out', async () => {
    const { ledger, waits } = await throttledLedger(0);
    await expect(ledger.sourceStates(keys)).rejects.toThrow(LedgerUnavailableError);
    await expect(ledger.sourceStates(keys)).rejects.toThrow('10 of 10 items were still unread after 4 calls');
    expect(waits).toHaveLength(6);
  });
});

describe('after a crash between any two requests, a retry gives what one run gives', () => {
  /** Everything stored, without TTLs. */
  async function content(client: DynamoDBDocumentClient, tableName: string): Promise<unknown[]> {
    const { Items = [] } = await client.send(new ScanCommand({ TableName: tableName }));
    const items: Record<string, unknown>[] = (Items as Record<string, unknown>[]).map((item) => ({
      ...item,
      ttl: undefined,
    }));
    return items.sort((a, b) =>
      JSON.stringify([a['pk'], a['sk']]) < JSON.stringify([b['pk'], b['sk']]) ? -1 : 1,
    );
  }

  const second = ban({ bannedAt: T0 + 7200, expiresAt: T0 + 9000, offence: 2 });
  const operations: [string, (ledger: Ledger) => Promise<unknown>][] = [
    [
      'recordContributions',
      (ledger) => ledger.recordContributions([contribution(), contribution({ window: T0 + 300 })]),
    ],
    ['putBan', (ledger) => ledger.putBan(second, 'detector')],
    ['endBan', (ledger) => ledger.endBan(KEY, T0 + 60, 'alice', 'our own monitor')],
    ['allow', (ledger) => ledger.allow('203.0.113.0/24', 'alice', 'carrier', T0)],
    ['disallow', (ledger) => ledger.disallow('192.0.2.0/24', 'alice', 'moved', T0)],
    [
      'recordAnswers',
      (ledger) =>
        ledger.recordAnswers(
          new Map([
            ['203.0.113.10', T0],
            ['203.0.113.11', T0],
          ]),
        ),
    ],
  ];

  test.each(operations)('%s', async (_, operate) => {
    const prepared = async () => {
      const table = await dynamoDb.table();
      const ledger = new DynamoDbLedger(table);
      await ledger.putBan(ban(), 'detector');
      await ledger.allow('192.0.2.0/24', 'alice', 'test lab', T0);
      return { table, ledger };
    };
    const once = await prepared();
    await operate(once.ledger);
    const expected = await content(once.table.client, once.table.tableName);

    for (let fatal = 1, crashed = true; crashed; fatal++) {
      const { table, ledger } = await prepared();
      const dying = interceptedClient(table.client, (_name, count) => {
        if (count >= fatal) throw new Error('crash');
      });
      crashed = await operate(new DynamoDbLedger({ ...table, client: dying })).then(
        () => false,
        () => true,
      );
      await operate(ledger);
      expect(await content(table.client, table.tableName)).toEqual(expected);
    }
  });

  test('an operator’s unban stands, although the ban’s own retry comes after it', async () => {
    const table = await dynamoDb.table();
    const dying = interceptedClient(table.client, (_, count) => {
      if (count >= 3) throw new Error('crash');
    });
    const broken = new DynamoDbLedger({ ...table, client: dying }).putBan(ban(), 'detector');
    await expect(broken).rejects.toThrow(LedgerUnavailableError);
    const ledger = new DynamoDbLedger(table);
    expect(await ledger.bansInForce(T0 + 60)).toHaveLength(1);
    expect(await ledger.latestBans([KEY])).toEqual(new Map());
    await ledger.endBan(KEY, T0 + 60, 'alice', 'our own monitor');
    await ledger.putBan(ban(), 'detector');
    expect(await ledger.bansInForce(T0 + 60)).toEqual([]);
  });
});

describe('a write whose answer is lost, and that the SDK repeats', () => {
  /** A ledger all of whose writes arrive twice, and whose callers hear of the second. */
  async function echoing() {
    const table = await dynamoDb.table();
    const send = async (command: Parameters<DynamoDBDocumentClient['send']>[0]) => {
      if (command instanceof PutCommand) await table.client.send(command);
      return table.client.send(command);
    };
    const client = Object.assign(Object.create(table.client) as DynamoDBDocumentClient, { send });
    return new DynamoDbLedger({ ...table, client });
  }

  test('gives the lease to whom it was written for', async () => {
    const ledger = await echoing();
    expect(await ledger.acquireLease('a', T0 * 1000, 1000)).toMatchObject({ holder: 'a', fence: 1 });
    expect(await ledger.acquireLease('b', T0 * 1000, 1000)).toBeUndefined();
  });

  test('makes one ban, and ends it', async () => {
    const ledger = await echoing();
    await ledger.putBan(ban(), 'detector');
    expect(await ledger.bansInForce(T0)).toEqual([ban()]);
    expect(await ledger.endBan(KEY, T0 + 60, 'alice', 'our own monitor')).toEqual(ban());
    expect(await ledger.bansInForce(T0 + 60)).toEqual([]);
    expect(await ledger.history(KEY)).toHaveLength(2);
  });
});

describe('two who write at the same time', () => {
  /** A ledger before whose n-th request somebody else does something. */
  async function interrupted(n: number, other: (ledger: Ledger) => Promise<unknown>) {
    const table = await dynamoDb.table();
    const ledger = new DynamoDbLedger(table);
    let count = 0;
    const send = async (command: Parameters<DynamoDBDocumentClient['send']>[0]) => {
      if (++count === n) await other(ledger);
      return table.client.send(command);
    };
    const client = Object.assign(Object.create(table.client) as DynamoDBDocumentClient, { send });
    return { ledger, late: new DynamoDbLedger({ ...table, client }) };
  }

  const newer = ban({ bannedAt: T0 + 60, expiresAt: T0 + 7200, origin: 'operator', because: 'by hand' });

  test.each([1, 2, 3, 4])('a newer ban that comes before request %i of an older one stands', async (n) => {
    const { ledger, late } = await interrupted(n, (other) => other.putBan(newer, 'alice'));
    await expect(late.putBan(ban(), 'detector')).rejects.toMatchObject({ name: 'LedgerConflictError' });
    expect(await ledger.bansInForce(T0 + 60)).toEqual([newer]);
    expect((await ledger.latestBans([KEY])).get(KEY)).toEqual(newer);
  });

  test.each([2, 3, 4])('a ban that comes before request %i of an unban is not lost', async (n) => {
    const { ledger, late } = await interrupted(n, (other) => other.putBan(newer, 'alice'));
    await ledger.putBan(ban(), 'detector');
    await expect(late.endBan(KEY, T0 + 60, 'bob', 'ours')).rejects.toMatchObject({
      name: 'LedgerConflictError',
    });
    expect(await ledger.bansInForce(T0 + 60)).toEqual([newer]);
    expect((await ledger.latestBans([KEY])).get(KEY)).toEqual(newer);
  });
});
