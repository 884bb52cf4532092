import { ScanCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Ban } from '../../../lambda/blacklist/ban';
import { DynamoDbLedger } from '../../../lambda/blacklist/dynamodb-ledger';
import { DEPLOYED_FORMAT, FlowLogFormat } from '../../../lambda/flow-log';
import { ledgerClient } from '../../../lambda/handlers/aws-clients';
import { Detector, type DetectorOutcome } from '../../../lambda/handlers/detector';
import type { DynamoDbForTests } from '../../blacklist/dynamodb';
import { deployment } from '../../enforcement/support/deployment';
import { RecordedTelemetry } from './telemetry';
import { START, subscription } from './traffic';

/** What a Lambda has for one event, milliseconds. */
const PLENTY_MS = 60_000;
/** What the schedule sends (EventBridge user guide, *Scheduled rules*), as far as the functions look at it. */
export const TICK = { source: 'aws.events', 'detail-type': 'Scheduled Event' };

/** A detector with a ledger table of its own, over the wire, and a clock that the test sets. */
export class DetectorWorld {
  readonly telemetry = new RecordedTelemetry();
  /** Epoch seconds. */
  now = START;

  private constructor(
    readonly client: DynamoDBDocumentClient,
    private readonly tableName: string,
  ) {}

  static async start(database: DynamoDbForTests): Promise<DetectorWorld> {
    const { tableName } = await database.table();
    const client = ledgerClient({
      endpoint: database.endpoint,
      region: 'ap-southeast-2',
      credentials: { accessKeyId: 'testing', secretAccessKey: 'testing' },
    });
    return new DetectorWorld(client, tableName);
  }

  ledger(client = this.client): DynamoDbLedger {
    return new DynamoDbLedger({ client, tableName: this.tableName, now: () => this.now * 1000 });
  }

  /** A detector as the handler makes it. @param client for requests that fail */
  detector(client = this.client, deliverySeconds?: number): Detector {
    return new Detector({
      ledger: this.ledger(client),
      deployment: deployment(),
      format: FlowLogFormat.parse(DEPLOYED_FORMAT),
      telemetry: this.telemetry,
      clock: () => this.now * 1000,
      ...(deliverySeconds !== undefined && { deliverySeconds }),
    });
  }

  handle(event: unknown): Promise<DetectorOutcome> {
    return this.detector().handle(event, () => PLENTY_MS);
  }

  deliver(lines: readonly string[]): Promise<DetectorOutcome> {
    return this.handle(subscription(lines));
  }

  /** @param remainingMs asked before each window */
  tick(at: number, remainingMs = (): number => PLENTY_MS): Promise<DetectorOutcome> {
    this.now = at;
    return this.detector().handle(TICK, remainingMs);
  }

  bans(): Promise<Ban[]> {
    return this.ledger().bansInForce(this.now);
  }

  /** Every item of the table, by key, without the times at which DynamoDB may delete them. */
  async dump(): Promise<Record<string, unknown>[]> {
    const { Items = [], LastEvaluatedKey } = await this.client.send(
      new ScanCommand({ TableName: this.tableName, ConsistentRead: true }),
    );
    if (LastEvaluatedKey !== undefined) throw new Error('the dump is not complete: use less data');
    const id = (item: Record<string, unknown>): string => `${String(item['pk'])} ${String(item['sk'])}`;
    return Items.map((item) => ({ ...item, ttl: undefined })).sort((a, b) => (id(a) < id(b) ? -1 : 1));
  }
}
