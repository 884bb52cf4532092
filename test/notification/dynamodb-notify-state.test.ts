import { DynamoDbTable } from '../../lambda/blacklist/dynamodb-table';
import { createLedgerTable } from '../../lambda/blacklist/dynamodb-create-table';
import { dynamoDbClient, ledgerClient } from '../../lambda/handlers/aws-clients';
import { DynamoDbNotifyState } from '../../lambda/notification/dynamodb-notify-state';
import { NO_BANS, type NotifyState, withBans } from '../../lambda/notification/notify-state';
import { startEmbeddedDynamoDb } from '../../lib/local/aws/embedded-dynamodb';
import { NOW } from '../enforcement/support/bans';

const noted = {
  ...{ source: '198.51.100.7', offence: 1, bannedAt: NOW, expiresAt: NOW + 3600, score: 10, weight: 2 },
  because: 'sweep',
};
const state: NotifyState = {
  cursor: NOW,
  sentAt: 0,
  pending: withBans(NO_BANS, [noted]),
  told: { breaker: { since: NOW - 60, seen: NOW } },
  day: NO_BANS,
  digestAt: NOW,
  claimedUntil: 0,
};

describe('the state of what was told, in DynamoDB', () => {
  let database: Awaited<ReturnType<typeof startEmbeddedDynamoDb>>;
  let table: DynamoDbTable;
  beforeEach(async () => {
    database = await startEmbeddedDynamoDb();
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    const settings = { endpoint: database.endpoint, region: 'us-east-1', credentials };
    await createLedgerTable(dynamoDbClient(settings), 'ledger');
    table = new DynamoDbTable({ client: ledgerClient(settings), tableName: 'ledger' });
  });
  afterEach(() => database.close());

  it('is read back as it was written, with its version', async () => {
    const store = new DynamoDbNotifyState(table);
    expect(await store.read()).toBeUndefined();
    expect(await store.write(state, 0)).toBe(true);
    expect(await store.read()).toEqual({ value: state, version: 1 });
    expect(await store.write({ ...state, sentAt: NOW }, 1)).toBe(true);
    expect(await store.read()).toEqual({ value: { ...state, sentAt: NOW }, version: 2 });
  });

  it('is not overwritten by who read an older one, nor by two who found none', async () => {
    const store = new DynamoDbNotifyState(table);
    await store.write(state, 0);
    expect(await store.write({ ...state, sentAt: 1 }, 0)).toBe(false);
    await store.write(state, 1);
    expect(await store.write({ ...state, sentAt: 1 }, 1)).toBe(false);
    expect((await store.read())?.value.sentAt).toBe(0);
  });

  it('that cannot be read counts as none, and is replaced: a message too many is better than none ever again', async () => {
    await table.put({ pk: 'NOTIFY', sk: 'NOTIFY' }, { cursor: 'broken', version: 9 });
    const store = new DynamoDbNotifyState(table);
    expect(await store.read()).toBeUndefined();
    expect(await store.write(state, 0)).toBe(true);
    expect(await store.read()).toEqual({ value: state, version: 1 });
  });
});
