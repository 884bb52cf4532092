import { CreateTableCommand, DeleteTableCommand, DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { type EmbeddedAws, startEmbeddedAws } from '../../lib/local/aws/embedded-aws';
import { type EmbeddedDynamoDb, startEmbeddedDynamoDb } from '../../lib/local/aws/embedded-dynamodb';
import { type Clients, clientsFor } from './clients';
import type { Dice } from './dice';
import { FaultProxy } from './fault-proxy';
import { Site } from './site';

/** What one process of ours works with: its own connections, through a proxy of its own. */
export interface Seat {
  readonly proxy: FaultProxy;
  readonly clients: Clients;
}

/** Rules a direction and family in the laboratory's account. */
export const QUOTA = 20;

/** The embedded services, and two processes that may be at work at once. Sites come and go in it. */
export class Laboratory {
  #sites = 0;

  private constructor(
    readonly aws: EmbeddedAws,
    private readonly database: EmbeddedDynamoDb,
    /** Past every proxy: for what the laboratory itself sets up and looks at. */
    readonly clean: Clients,
    readonly seats: readonly [Seat, Seat],
  ) {}

  static async start(): Promise<Laboratory> {
    const [aws, database] = await Promise.all([
      startEmbeddedAws({ entryQuota: QUOTA, setsPerScope: 1_000_000 }),
      startEmbeddedDynamoDb(),
    ]);
    const upstream = { aws: aws.endpoint, dynamodb: database.endpoint };
    const seat = async (): Promise<Seat> => {
      const proxy = await FaultProxy.start(upstream);
      return { proxy, clients: clientsFor(proxy.endpoint) };
    };
    return new Laboratory(aws, database, clientsFor(database.endpoint), [await seat(), await seat()]);
  }

  /** An environment with a ledger, a network ACL and IP sets of its own. */
  async site(dice: Dice): Promise<Site> {
    const table = `ledger-${++this.#sites}`;
    await this.#createTable(table);
    for (const { proxy } of this.seats) {
      proxy.reset();
      proxy.forget();
    }
    this.aws.clearCalls();
    return new Site(this, table, dice);
  }

  /** Asks until it is there: the waiter of the SDK would wait a tenth of a second a round. */
  async #createTable(table: string): Promise<void> {
    const { dynamoDb } = this.clean;
    await dynamoDb.send(
      new CreateTableCommand({
        TableName: table,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: ['pk', 'sk'].map((name) => ({
          AttributeName: name,
          AttributeType: 'S' as const,
        })),
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
      }),
    );
    const isThere = async (): Promise<boolean> =>
      (await dynamoDb.send(new DescribeTableCommand({ TableName: table }))).Table?.TableStatus === 'ACTIVE';
    while (!(await isThere()));
  }

  /** Forgets a site. */
  async remove(site: Site): Promise<void> {
    await this.clean.dynamoDb.send(new DeleteTableCommand({ TableName: site.table }));
    site.remove();
  }

  async close(): Promise<void> {
    for (const { proxy, clients } of this.seats) {
      clients.destroy();
      await proxy.close();
    }
    this.clean.destroy();
    await Promise.all([this.aws.close(), this.database.close()]);
  }
}
