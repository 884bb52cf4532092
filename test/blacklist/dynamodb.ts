import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { createLedgerTable } from '../../lambda/blacklist/dynamodb-create-table';
import { type EmbeddedDynamoDb, startEmbeddedDynamoDb } from '../../lib/local/aws/embedded-dynamodb';

/** dynalite in this process, with a table of its own for whoever asks. */
export class DynamoDbForTests {
  #server: EmbeddedDynamoDb | undefined;
  #client: DynamoDBClient | undefined;
  #tables = 0;

  async start(): Promise<void> {
    this.#server = await startEmbeddedDynamoDb();
    this.#client = new DynamoDBClient({
      endpoint: this.#server.endpoint,
      region: 'ap-southeast-2',
      credentials: { accessKeyId: 'testing', secretAccessKey: 'testing' },
    });
  }

  async stop(): Promise<void> {
    this.#client?.destroy();
    await this.#server?.close();
  }

  get endpoint(): string {
    return this.#server?.endpoint ?? '';
  }

  get rawClient(): DynamoDBClient {
    if (this.#client === undefined) throw new Error('start() first');
    return this.#client;
  }

  /** A new empty table, and a client to reach it with. */
  async table(): Promise<{ client: DynamoDBDocumentClient; tableName: string }> {
    const tableName = `ledger-${++this.#tables}`;
    await createLedgerTable(this.rawClient, tableName);
    return { client: DynamoDBDocumentClient.from(this.rawClient), tableName };
  }
}

/** A client that calls `before` ahead of each command (the number of it counts from 1); what that throws, the caller sees. */
export function interceptedClient(
  client: DynamoDBDocumentClient,
  before: (command: string, count: number) => void,
): DynamoDBDocumentClient {
  let count = 0;
  return new Proxy(client, {
    get(target, property, receiver) {
      if (property !== 'send') return Reflect.get(target, property, receiver) as unknown;
      return async (command: Parameters<DynamoDBDocumentClient['send']>[0]) => {
        before(command.constructor.name, ++count);
        return target.send(command);
      };
    },
  });
}
