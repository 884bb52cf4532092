import { DeleteCommand, PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { DynamoDbLedger } from '../../lambda/blacklist/dynamodb-ledger';
import { ownedItem, readItem, versioned } from '../../lambda/blacklist/dynamodb-items';
import { LedgerUnavailableError } from '../../lambda/blacklist/ledger';
import { MAX_FLOWS } from '../../lambda/detection/contribution';
import { MAX_MEMBERS } from '../../lambda/detection/network-state';
import { MAX_REMEMBERED } from '../../lambda/detection/source-state';
import * as z from 'zod';
import { DynamoDbForTests } from './dynamodb';
import { T0, ban, contribution, networkState, sourceState } from './values';

const dynamoDb = new DynamoDbForTests();
beforeAll(() => dynamoDb.start());
afterAll(() => dynamoDb.stop());

const DAY = 86_400;
const KEY = '198.51.100.7';

/** A ledger at a time, epoch seconds, with its table. */
async function at(now: () => number = () => T0) {
  const table = await dynamoDb.table();
  const ledger = new DynamoDbLedger({ ...table, now: () => now() * 1000 });
  const put = (Item: Record<string, unknown>) =>
    table.client.send(new PutCommand({ TableName: table.tableName, Item }));
  const scan = async () => {
    const { Items = [] } = await table.client.send(new ScanCommand({ TableName: table.tableName }));
    return Items as Record<string, unknown>[];
  };
  /** What the time to live takes by then: DynamoDB may do it days late, never early. */
  const expire = async (by: number) => {
    for (const { pk, sk, ttl } of await scan()) {
      if (typeof ttl !== 'number' || ttl > by) continue;
      await table.client.send(new DeleteCommand({ TableName: table.tableName, Key: { pk, sk } }));
    }
  };
  return { ledger, put, scan, expire };
}

describe('items of an older schema', () => {
  test('are read as what they would be now, and written in the new one', async () => {
    const { ledger, put, scan } = await at();
    const old = { networkAclId: 'acl-1', ruleNumber: 7, cidr: '198.51.100.7/32' };
    await put({ pk: 'E#acl-1', sk: '00007', schema: 1, ...old });
    const read = { ...old, fence: 0, recordedAt: 0 };
    expect(await ledger.ownedEntries('acl-1')).toEqual([read]);
    await ledger.recordOwnedEntry({ ...read, fence: 4, recordedAt: T0 });
    expect(await scan()).toMatchObject([{ schema: ownedItem.schema, fence: 4 }]);
  });

  test('a writer with any lease may take one over: nobody is behind it', async () => {
    const { ledger, put } = await at();
    await put({
      pk: 'E#acl-1',
      sk: '00007',
      schema: 1,
      networkAclId: 'acl-1',
      ruleNumber: 7,
      cidr: '198.51.100.7/32',
    });
    await ledger.forgetOwnedEntry('acl-1', 7, 1);
    expect(await ledger.ownedEntries('acl-1')).toEqual([]);
  });

  test('go through every schema between theirs and this one', () => {
    const kind = versioned(
      z.object({ count: z.number(), unit: z.string() }),
      (raw) => ({ ...raw, count: raw['amount'] }),
      (raw) => ({ ...raw, unit: `${String(raw['count'])} packets` }),
    );
    const key = { pk: 'p', sk: 's' };
    expect(readItem(kind, { ...key, schema: 1, amount: 2 })).toEqual({ count: 2, unit: '2 packets' });
    expect(readItem(kind, { ...key, schema: 2, count: 3 })).toEqual({ count: 3, unit: '3 packets' });
    expect(readItem(kind, { ...key, schema: 3, count: 4, unit: 'x' })).toEqual({ count: 4, unit: 'x' });
    expect(() => readItem(kind, { ...key, schema: 4, count: 4, unit: 'x' })).toThrow(LedgerUnavailableError);
    expect(() => readItem(kind, { ...key, schema: 1.5, amount: 2 })).toThrow('has no schema');
  });
});

describe('an item that cannot be meant', () => {
  test.each([
    ['a ban of no CIDR', { pk: 'B#00', sk: KEY, ...ban(), cidr: '198.51.100.7/99' }],
    ['a ban until never', { pk: 'B#00', sk: KEY, ...ban(), expiresAt: 'never' }],
    ['an allow item of no CIDR', { pk: 'ALLOW', sk: 'x', schema: 1, cidr: 'everything' }],
  ])('%s: the read fails as a whole', async (_, item) => {
    const { ledger, put } = await at();
    await put(item);
    const read = item.pk === 'ALLOW' ? ledger.allowedCidrs() : ledger.bansInForce(T0);
    await expect(read).rejects.toThrow(LedgerUnavailableError);
  });
});

describe('items at their largest fit into what DynamoDB takes', () => {
  const own = (i: number) => `2001:db8:ffff:ffff:ffff:ffff:ffff:${(0xf000 + i).toString(16)}`;
  const evidence = Array.from({ length: 16 }, (_, i) => ({
    ...{ rule: `rule-${i}`, at: T0, score: 10, forgeable: true },
    detail: 'x'.repeat(2_000),
  }));

  test('the state of a source and of a neighbourhood', async () => {
    const { ledger } = await at();
    const full = Array.from({ length: MAX_REMEMBERED }, (_, i) => i);
    const state = sourceState({
      touches: full.map((i) => [own(i), T0, T0, 65_535, 15] as const),
      unfinished: full.map((i) => [65_535 - i, T0] as const),
      ports: full.map((i) => [5060 + i, own(i), T0] as const),
      exchange: full.map((i) => [T0 + 300 * i, Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER] as const),
      evidence,
      weight: 0.125,
    });
    await ledger.putSourceState(state, 0);
    expect((await ledger.sourceStates([state.key])).get(state.key)?.value).toEqual(state);
    const network = networkState({
      dark: full.map((i) => [own(i), T0] as const),
      members: Array.from({ length: MAX_MEMBERS }, (_, i) => ({
        ...{ key: own(i), source: own(i), at: T0, darkAt: T0, unfinished: 9, accusedAt: T0 },
      })),
    });
    await ledger.putNetworkState(network, 0);
    expect((await ledger.networkStates([network.key])).get(network.key)?.value).toEqual(network);
  });

  test('a ban with its evidence and its line of history', async () => {
    const { ledger } = await at();
    const large = ban({ evidence, because: 'x'.repeat(5_000) });
    await ledger.putBan(large, 'x'.repeat(1_000));
    expect(await ledger.bansInForce(T0)).toEqual([large]);
    expect(await ledger.history(large.key)).toHaveLength(1);
  });

  test('the contributions of a thousand sources with all flows that are kept, in as many items as it takes', async () => {
    const { ledger } = await at();
    const flow = {
      protocol: 17,
      ownPort: 5060,
      remotePort: 5060,
      inPackets: 1,
      inBytes: 441,
      inRate: 1,
      inMost: 1,
    };
    const flows = Array.from({ length: MAX_FLOWS }, (_, i) => ({
      ...flow,
      ...{ own: own(i), outPackets: 1, outBytes: 1, rejectedPackets: 1 },
    }));
    const all = Array.from({ length: 200 }, (_, i) => contribution({ key: `198.51.${i}.7`, flows }));
    expect(await ledger.recordContributions(all)).toEqual({ written: 200, duplicates: 0 });
    expect(await ledger.contributionsOf(all[0]?.window ?? 0)).toHaveLength(200);
  }, 60_000);
});

describe('numbers beyond what DynamoDB keeps exactly', () => {
  test('are kept as the greatest it does, so that no record can stop the judging of its window', async () => {
    const { ledger } = await at();
    const state = sourceState({ weight: 1e300, exchange: [[T0, 9e15, Infinity]] });
    await ledger.putSourceState(state, 0);
    const most = Number.MAX_SAFE_INTEGER;
    expect((await ledger.sourceStates([state.key])).get(state.key)?.value).toEqual({
      ...state,
      weight: most,
      exchange: [[T0, 9e15, most]],
    });
    await ledger.putBan(ban({ weight: 1e300 }), 'detector');
    await ledger.updateBanWeight(ban(), 1e200, T0 + 60);
    expect(await ledger.bansInForce(T0)).toEqual([ban({ weight: most, weightAt: T0 + 60 })]);
  });
});

describe('the time to live', () => {
  test('that comes late changes nothing: what is over is passed over', async () => {
    const { ledger } = await at();
    await ledger.putBan(ban(), 'detector');
    await ledger.recordLegitimate(new Map([[KEY, T0 + 60]]));
    const { expiresAt } = ban();
    expect(await ledger.bansInForce(expiresAt)).toEqual([]);
    expect(await ledger.legitimateSources(T0 + 60)).toEqual([]);
  });

  test('by a clock that is ahead by half a day takes nothing that still counts', async () => {
    const { ledger, expire } = await at();
    const entry = { networkAclId: 'acl-1', ruleNumber: 7, cidr: '198.51.100.7/32', fence: 1, recordedAt: T0 };
    await ledger.putBan(ban(), 'detector');
    await ledger.recordLegitimate(new Map([[KEY, T0 + 7 * DAY]]));
    await ledger.putSourceState(sourceState({ key: KEY }), 0);
    await ledger.recordContributions([contribution()]);
    await ledger.allow('203.0.113.0/24', 'alice', 'carrier', T0);
    await ledger.recordOwnedEntry(entry);
    await ledger.setPaused({ by: 'alice', because: 'test', at: T0 });
    await expire(ban().expiresAt - 1 + DAY / 2);
    expect(await ledger.bansInForce(ban().expiresAt - 1)).toHaveLength(1);
    expect(await ledger.legitimateSources(T0)).toEqual([KEY]);
    expect((await ledger.sourceStates([KEY])).size).toBe(1);
    expect(await ledger.contributionsOf(contribution().window)).toHaveLength(1);
    // What operators said and what we own has no end.
    await expire(T0 + 10_000 * DAY);
    expect(await ledger.allowedCidrs()).toEqual(['203.0.113.0/24']);
    expect(await ledger.ownedEntries('acl-1')).toEqual([entry]);
    expect(await ledger.paused()).toMatchObject({ by: 'alice' });
  });

  test('that took the latest ban leaves a source a first offence again, once every offence has decayed', async () => {
    const { ledger, expire } = await at();
    await ledger.putBan(ban(), 'detector');
    await expire(ban().expiresAt + 6 * DAY);
    expect((await ledger.latestBans([KEY])).size).toBe(1);
    await expire(T0 + 400 * DAY);
    expect((await ledger.latestBans([KEY])).size).toBe(0);
    await ledger.putBan(ban({ bannedAt: T0 + 400 * DAY, expiresAt: T0 + 401 * DAY }), 'detector');
    expect(await ledger.bansInForce(T0 + 400 * DAY)).toHaveLength(1);
  });
});
