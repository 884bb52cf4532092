import { setTimeout as wait } from 'node:timers/promises';
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  DeleteCommand,
  type DynamoDBDocumentClient,
  PutCommand,
  QueryCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { type BackoffPolicy, DEFAULT_BACKOFF, backoffMs } from './backoff';
import { ITEM_SCHEMA, type RawItem, storable } from './dynamodb-items';
import type { ItemKey } from './dynamodb-keys';
import { LedgerUnavailableError } from './ledger';

/** Most keys in one BatchGetItem (Amazon DynamoDB API reference). */
const BATCH_GET_KEYS = 100;

/** What the table is reached with; time and chance are injected for tests. */
export interface TableOptions {
  readonly client: DynamoDBDocumentClient;
  readonly tableName: string;
  /** Most items in one page of a query. @default as many as fit in 1 MB */
  readonly pageSize?: number;
  /** @default DEFAULT_BACKOFF */
  readonly backoff?: BackoffPolicy;
  /** @default waits by timer */
  readonly sleep?: (ms: number) => Promise<unknown>;
  /** In [0, 1). @default Math.random */
  readonly random?: () => number;
  /** Epoch milliseconds; only TTLs depend on it. @default Date.now */
  readonly now?: () => number;
}

/** A condition or an update: names and values are given plainly and get their `#` and `:` in the expression. */
export interface Expression {
  readonly text: string;
  readonly names: readonly string[];
  readonly values?: Readonly<Record<string, unknown>>;
}

/**
 * The few calls the ledger makes, always consistent and complete: a read pages to the end or throws, nothing is ever
 * skipped, and whatever goes wrong after the SDK's own retries is a {@link LedgerUnavailableError} with its cause.
 */
export class DynamoDbTable {
  readonly #options: TableOptions;

  constructor(options: TableOptions) {
    this.#options = options;
  }

  /**
   * The item, or undefined where there is none. One request, of a batch: GetItem answers `{}` where there is no item, and
   * that is also what the SDK makes of an answer without a body. A batch says what it has read (invariant I6).
   */
  async get(key: ItemKey): Promise<RawItem | undefined> {
    const [item] = await this.#getBatch([key]);
    return item;
  }

  /** The items that exist among the keys, in no order. One request per 100 keys; equal keys are read once. */
  async getAll(keys: readonly ItemKey[]): Promise<RawItem[]> {
    const distinct = [...new Map(keys.map((key) => [show(key), key])).values()];
    const items: RawItem[] = [];
    for (let i = 0; i < distinct.length; i += BATCH_GET_KEYS) {
      items.push(...(await this.#getBatch(distinct.slice(i, i + BATCH_GET_KEYS))));
    }
    return items;
  }

  /**
   * All items of a partition in the order of their sort keys, or those after a sort key, or with a prefix.
   * One request per page of 1 MB.
   */
  async query(
    pk: string,
    range: { after?: string; prefix?: string; limit?: number } = {},
  ): Promise<RawItem[]> {
    const items: RawItem[] = [];
    let start: RawItem | undefined;
    do {
      const command = new QueryCommand({
        ...this.#table,
        ...keyCondition(pk, range),
        ConsistentRead: true,
        Limit: range.limit ?? this.#options.pageSize,
        ExclusiveStartKey: start,
      });
      const page = await this.#call(`read partition ${pk}`, () => this.#options.client.send(command));
      items.push(...complete(page.Items, `partition ${pk}`));
      start = page.LastEvaluatedKey;
    } while (start !== undefined && items.length < (range.limit ?? Infinity));
    return items;
  }

  /**
   * Writes a whole item. One request. @returns false when the condition does not hold
   * @param attributes with a `schema` where the item's kind has another one than {@link ITEM_SCHEMA}
   */
  async put(key: ItemKey, attributes: object, condition?: Expression): Promise<boolean> {
    const command = new PutCommand({
      ...this.#table,
      Item: { schema: ITEM_SCHEMA, ...(storable(attributes) as object), ...key },
      ...(condition && { ConditionExpression: condition.text, ...placeholders(condition) }),
    });
    return this.#conditional(`write ${show(key)}`, () => this.#options.client.send(command));
  }

  /** Sets attributes of an item. One request. @returns false when the condition does not hold */
  async set(
    key: ItemKey,
    attributes: Readonly<Record<string, unknown>>,
    condition: Expression,
  ): Promise<boolean> {
    const all = { schema: ITEM_SCHEMA, ...(storable(attributes) as object) };
    const names = Object.keys(all);
    const command = new UpdateCommand({
      ...this.#table,
      Key: { ...key },
      UpdateExpression: `SET ${names.map((name) => `#${name} = :${name}`).join(', ')}`,
      ConditionExpression: condition.text,
      ...placeholders({
        ...condition,
        names: [...names, ...condition.names],
        values: { ...all, ...condition.values },
      }),
    });
    return this.#conditional(`update ${show(key)}`, () => this.#options.client.send(command));
  }

  /** Removes an item, if it is there. One request. @returns false when the condition does not hold */
  async delete(key: ItemKey, condition?: Expression): Promise<boolean> {
    const command = new DeleteCommand({
      ...this.#table,
      Key: { ...key },
      ...(condition && { ConditionExpression: condition.text, ...placeholders(condition) }),
    });
    return this.#conditional(`delete ${show(key)}`, () => this.#options.client.send(command));
  }

  /** A TTL: `seconds` after the event, but never after less than that from now, so that old logs can be backfilled. */
  ttl(eventSeconds: number, seconds: number): number {
    const now = Math.floor((this.#options.now ?? Date.now)() / 1000);
    return Math.max(Math.ceil(eventSeconds), now) + seconds;
  }

  get #table(): { TableName: string } {
    return { TableName: this.#options.tableName };
  }

  async #getBatch(keys: readonly ItemKey[]): Promise<RawItem[]> {
    const { tableName, backoff = DEFAULT_BACKOFF, sleep = wait, random = Math.random } = this.#options;
    const items: RawItem[] = [];
    const what =
      keys.map(show).slice(0, 3).join(', ') + (keys.length > 3 ? ` and ${keys.length - 3} more` : '');
    let left: readonly RawItem[] = keys.map((key) => ({ ...key }));
    for (let attempt = 0; attempt < backoff.attempts; attempt++) {
      if (attempt > 0) await sleep(backoffMs(backoff, attempt - 1, random()));
      const command = new BatchGetCommand({
        RequestItems: { [tableName]: { Keys: [...left], ConsistentRead: true } },
      });
      const output = await this.#call(`read ${what}`, () => this.#options.client.send(command));
      // Where all of it was left unprocessed, the table may not be named.
      items.push(...(complete(output.Responses, what)[tableName] ?? []));
      left = output.UnprocessedKeys?.[tableName]?.Keys ?? [];
      if (left.length === 0) return items;
    }
    throw new LedgerUnavailableError(
      `${left.length} of ${keys.length} items were still unread after ${backoff.attempts} calls: the table is throttled`,
    );
  }

  async #conditional(what: string, call: () => Promise<unknown>): Promise<boolean> {
    return this.#call(what, async () => {
      try {
        await call();
        return true;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return false;
        throw error;
      }
    });
  }

  async #call<T>(what: string, call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      throw new LedgerUnavailableError(`the ledger could not ${what}: ${reason}`, { cause: error });
    }
  }
}

/** DynamoDB always has this member, also where there are no items: an answer without it was cut off. */
function complete<T>(member: T | undefined, what: string): T {
  if (member !== undefined) return member;
  throw new LedgerUnavailableError(`the ledger could not read ${what}: the answer is not complete`);
}

function keyCondition(pk: string, range: { after?: string; prefix?: string }) {
  const { after, prefix } = range;
  const bound = after ?? prefix;
  const onSortKey = after === undefined ? ' AND begins_with(#sk, :sk)' : ' AND #sk > :sk';
  return {
    KeyConditionExpression: `#pk = :pk${bound === undefined ? '' : onSortKey}`,
    ...placeholders(
      bound === undefined
        ? { text: '', names: ['pk'], values: { pk } }
        : { text: '', names: ['pk', 'sk'], values: { pk, sk: bound } },
    ),
  };
}

/** Every name gets a placeholder: many of ours (`key`, `source`, `window`) are reserved words. */
function placeholders(expression: Expression) {
  const values = Object.entries(expression.values ?? {});
  return {
    ExpressionAttributeNames: Object.fromEntries(expression.names.map((name) => [`#${name}`, name])),
    ...(values.length > 0 && {
      ExpressionAttributeValues: Object.fromEntries(values.map(([name, value]) => [`:${name}`, value])),
    }),
  };
}

function show(key: ItemKey): string {
  return `${key.pk} / ${key.sk}`;
}
