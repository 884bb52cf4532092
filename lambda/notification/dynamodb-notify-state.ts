import * as z from '../schema';
import { singleton } from '../blacklist/dynamodb-keys';
import type { DynamoDbTable, Expression } from '../blacklist/dynamodb-table';
import type { Versioned } from '../blacklist/ledger';
import type { NotedBan, NotedBans, NotifyState, NotifyStateStore, Spell } from './notify-state';

type Fields<T> = Record<keyof T, z.ZodMiniType>;

const notedBan = z.object({
  source: z.string(),
  offence: z.number(),
  bannedAt: z.number(),
  expiresAt: z.number(),
  score: z.number(),
  weight: z.number(),
  because: z.string(),
} satisfies Fields<NotedBan>);

const notedBans = z.object({
  first: z.number(),
  again: z.number(),
  heaviest: z.array(notedBan),
} satisfies Fields<NotedBans>);

const spell = z.exactOptional(z.object({ since: z.number(), seen: z.number() } satisfies Fields<Spell>));

const stateItem = z.object({
  cursor: z.number(),
  sentAt: z.number(),
  pending: notedBans,
  told: z.object({ blind: spell, late: spell, breaker: spell, capacity: spell }),
  day: notedBans,
  digestAt: z.number(),
  claimedUntil: z.number(),
} satisfies Fields<NotifyState>) satisfies z.ZodMiniType<NotifyState>;

const versionItem = z.object({ version: z.number() });

/**
 * The state in the ledger's table, an item of its own. One that cannot be read counts as none: it only says what people
 * were told, and a message too many is better than none ever again.
 */
export class DynamoDbNotifyState implements NotifyStateStore {
  #unreadable = false;

  constructor(private readonly table: DynamoDbTable) {}

  async read(): Promise<Versioned<NotifyState> | undefined> {
    const item = await this.table.get(singleton('NOTIFY'));
    const version = versionItem.safeParse(item);
    const state = stateItem.safeParse(item);
    this.#unreadable = item !== undefined && !(version.success && state.success);
    if (!version.success || !state.success) return undefined;
    return { value: state.data, version: version.data.version };
  }

  write(state: NotifyState, expectedVersion: number): Promise<boolean> {
    const condition = this.#unreadable ? undefined : stillVersion(expectedVersion);
    this.#unreadable = false;
    return this.table.put(singleton('NOTIFY'), { ...state, version: expectedVersion + 1 }, condition);
  }
}

function stillVersion(version: number): Expression {
  if (version === 0) return { text: 'attribute_not_exists(#pk)', names: ['pk'] };
  return { text: '#version = :expected', names: ['version'], values: { expected: version } };
}
