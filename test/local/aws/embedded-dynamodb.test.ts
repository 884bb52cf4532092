import { CreateTableCommand, DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { startEmbeddedDynamoDb } from '../../../lib/local/aws/embedded-dynamodb';
import { clientConfig, refusal } from './support';

const ITEM = { pk: { S: 'ban#198.51.100.7' }, until: { N: '1764003723' } };

test('keeps items, honours conditions, and stops while a client holds its connection', async () => {
  const dynamo = await startEmbeddedDynamoDb();
  const client = new DynamoDBClient(clientConfig(dynamo.endpoint));
  await client.send(
    new CreateTableCommand({
      TableName: 'ledger',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    }),
  );
  const put = () =>
    client.send(
      new PutItemCommand({
        TableName: 'ledger',
        Item: ITEM,
        ConditionExpression: 'attribute_not_exists(pk)',
      }),
    );
  await put();
  expect((await refusal(put())).code).toBe('ConditionalCheckFailedException');
  expect((await client.send(new GetItemCommand({ TableName: 'ledger', Key: { pk: ITEM.pk } }))).Item).toEqual(
    ITEM,
  );
  await dynamo.close();
  expect((await refusal(put())).status).toBe(0);
  client.destroy();
});

test('gives each start its own empty store', async () => {
  const [first, second] = await Promise.all([startEmbeddedDynamoDb(), startEmbeddedDynamoDb()]);
  expect(first.endpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(first.endpoint).not.toBe(second.endpoint);
  await Promise.all([first.close(), second.close()]);
});
