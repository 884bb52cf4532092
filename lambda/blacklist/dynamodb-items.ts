import * as z from '../schema';
import { tryParseCidr } from '../address';
import type { Contribution, SipFlow } from '../detection/contribution';
import type { Evidence } from '../detection/evidence';
import type { NetworkMember, NetworkState } from '../detection/network-state';
import type { SourceState } from '../detection/source-state';
import type { Ban } from './ban';
import type { FeedSnapshot } from './feed-snapshot';
import { HISTORY_ACTIONS, type HistoryEntry } from './history';
import type { Hold } from './hold';
import type { Fields } from './item-fields';
import type { Lease } from './lease';
import {
  type EnforcementRunNote,
  LedgerUnavailableError,
  type RecordedEntry,
  type WallsNote,
} from './ledger';
import { pbxActivity, pbxState } from './pbx-items';

/** Schema of the item kinds below that have never changed; {@link versioned} kinds have their own. Written to each item. */
export const ITEM_SCHEMA = 1;

/** Makes an item of one schema into one of the next. */
export type Upgrade = (raw: RawItem) => RawItem;

/** A kind of item whose shape has changed since schema 1. */
export interface VersionedShape<T> {
  /** What is written, and the newest that is read. */
  readonly schema: number;
  readonly shape: z.ZodMiniType<T>;
  /** From schema 1 to 2, from 2 to 3, …: one fewer than {@link schema}. */
  readonly upgrades: readonly Upgrade[];
}

/**
 * A kind of item with its history. Items are upgraded as they are read and stored in the new shape when they are next
 * written: no migration has to be run, and a table may hold every schema at once. A version that knows only an older
 * schema changes nothing when it meets a newer one (invariant I6).
 * @param upgrades one for each schema before the present one, oldest first
 */
export function versioned<T>(shape: z.ZodMiniType<T>, ...upgrades: readonly Upgrade[]): VersionedShape<T> {
  return { schema: upgrades.length + 1, shape, upgrades };
}

/** Text that every reader after this one may parse without a second thought. */
const cidrText = z
  .string()
  .check(z.refine((text) => tryParseCidr(text) !== undefined, { error: 'not a CIDR' }));

const evidence = z.object({
  rule: z.string(),
  at: z.number(),
  detail: z.string(),
  score: z.number(),
  forgeable: z.boolean(),
} satisfies Fields<Evidence>) satisfies z.ZodMiniType<Evidence>;

/** A ban, as the latest of its key or in force. */
export const banItem = z.object({
  schema: z.literal(1),
  key: z.string(),
  source: z.string(),
  cidr: cidrText,
  bannedAt: z.number(),
  expiresAt: z.number(),
  offence: z.number(),
  proven: z.exactOptional(z.number()),
  score: z.number(),
  evidence: z.array(evidence),
  forgeable: z.boolean(),
  weight: z.number(),
  weightAt: z.number(),
  origin: z.enum(['automatic', 'operator']),
  because: z.exactOptional(z.string()),
  endedAt: z.exactOptional(z.number()),
} satisfies Fields<Ban>) satisfies z.ZodMiniType<Ban>;

/** The state of a source, beside its version. */
export const stateItem = z.object({
  schema: z.literal(1),
  key: z.string(),
  source: z.string(),
  foldedThrough: z.number(),
  firstSeen: z.number(),
  lastSeen: z.number(),
  touches: z.array(z.tuple([z.string(), z.number(), z.number(), z.number(), z.number()])),
  discovery: z.object({ seen: z.string(), windows: z.number(), first: z.number(), last: z.number() }),
  ports: z.array(z.tuple([z.number(), z.string(), z.number()])),
  exchange: z.array(z.tuple([z.number(), z.number(), z.number()])),
  unfinished: z.array(z.tuple([z.number(), z.number()])),
  mediaAt: z.number(),
  contactAt: z.number(),
  serviceAt: z.number(),
  history: z.object({ buckets: z.number(), lastBucket: z.number() }),
  conversed: z.object({ first: z.number(), last: z.number() }),
  convictedAt: z.number(),
  provenAt: z.number(),
  pbx: z.exactOptional(pbxState),
  evidence: z.array(evidence),
  weight: z.number(),
} satisfies Fields<SourceState>) satisfies z.ZodMiniType<SourceState>;

/** The state of a neighbourhood, beside its version. */
export const networkItem = z.object({
  schema: z.literal(1),
  key: z.string(),
  foldedThrough: z.number(),
  lastSeen: z.number(),
  dark: z.array(z.tuple([z.string(), z.number()])),
  members: z.array(
    z.object({
      key: z.string(),
      source: z.string(),
      at: z.number(),
      darkAt: z.number(),
      unfinished: z.number(),
      accusedAt: z.number(),
    } satisfies Fields<NetworkMember>),
  ),
} satisfies Fields<NetworkState>) satisfies z.ZodMiniType<NetworkState>;

/** The version beside a state. */
export const versionItem = z.object({ version: z.int().check(z.positive()) });

/** Contributions of one batch in one window: gzip of a JSON array. */
export const contributionsItem = z.object({ packed: z.instanceof(Uint8Array) });

const sipFlow = z.object({
  own: z.string(),
  protocol: z.number(),
  ownPort: z.number(),
  remotePort: z.number(),
  inPackets: z.number(),
  inBytes: z.number(),
  inRate: z.number(),
  inMost: z.number(),
  outPackets: z.number(),
  outBytes: z.number(),
  rejectedPackets: z.number(),
} satisfies Fields<SipFlow>) satisfies z.ZodMiniType<SipFlow>;

const contribution = z.object({
  window: z.number(),
  key: z.string(),
  source: z.string(),
  digest: z.string(),
  flows: z.array(sipFlow),
  droppedFlows: z.number(),
  media: z.object({ in: z.number(), out: z.number() }),
  contacted: z.boolean(),
  span: z.number(),
  service: z.exactOptional(z.string()),
  pbx: z.exactOptional(pbxActivity),
} satisfies Fields<Contribution>) satisfies z.ZodMiniType<Contribution>;

/** What the JSON array holds. */
export const contributionList = z.array(contribution);

/** A window that is pending, or the last one judged. */
export const windowItem = z.object({ window: z.number() });

/** When an own address last answered SIP; the address is the sort key. */
export const answerItem = z.object({ sk: z.string(), at: z.number() });

/** Until when a source is known to be legitimate, epoch seconds; its key is the sort key. */
export const legitimateItem = z.object({ sk: z.string(), until: z.number() });

/** A line of history. */
export const historyItem = z.object({
  at: z.number(),
  action: z.enum(HISTORY_ACTIONS),
  by: z.string(),
  detail: z.string(),
} satisfies Fields<HistoryEntry>) satisfies z.ZodMiniType<HistoryEntry>;

/** A feed without its entries, with how many parts they are in. */
export const feedItem = z.object({
  schema: z.literal(1),
  name: z.string(),
  from: z.string(),
  weight: z.number(),
  fetchedAt: z.number(),
  expiresAt: z.number(),
  listedAt: z.exactOptional(z.number()),
  etag: z.exactOptional(z.string()),
  digest: z.string(),
  parts: z.int().check(z.nonnegative()),
} satisfies Fields<Omit<FeedSnapshot, 'cidrs'> & { readonly parts: number }>);

/** Entries of a feed: gzip of lines. */
export const feedPartItem = z.object({ packed: z.instanceof(Uint8Array) });

/** An allowed CIDR: the sort key, repeated for readers. */
export const allowItem = z.object({ cidr: cidrText });

/** An entry we made in a network ACL. Schema 1 did not say who had recorded it, or when: nobody who is still at work. */
export const ownedItem = versioned<RecordedEntry>(
  z.object({
    networkAclId: z.string(),
    ruleNumber: z.number(),
    cidr: cidrText,
    fence: z.int().check(z.nonnegative()),
    recordedAt: z.number(),
  } satisfies Fields<RecordedEntry>),
  (raw) => ({ ...raw, fence: 0, recordedAt: 0 }),
);

/** The lease. */
export const leaseItem = z.object({
  holder: z.string(),
  expiresAtMs: z.number(),
  fence: z.int().check(z.positive()),
} satisfies Fields<Lease>) satisfies z.ZodMiniType<Lease>;

/** An operator's stop. */
export const pauseItem = z.object({ by: z.string(), because: z.string(), at: z.number() });

/** An operator's hold. */
export const holdItem = z.object({
  cidr: z.string(),
  at: z.number(),
  until: z.number(),
  by: z.string(),
  because: z.string(),
} satisfies Fields<Hold>) satisfies z.ZodMiniType<Hold>;

/** The last run of the enforcer. */
export const runItem = z.object({
  at: z.number(),
  ok: z.boolean(),
  changes: z.number(),
  detail: z.exactOptional(z.string()),
  walls: z.exactOptional(
    z.object({
      slotsUsed: z.number(),
      slots: z.number(),
      overflow: z.number(),
      deniedByNothing: z.number(),
      held: z.exactOptional(z.number()),
    } satisfies Fields<WallsNote>),
  ),
} satisfies Fields<EnforcementRunNote>) satisfies z.ZodMiniType<EnforcementRunNote>;

/**
 * The value with every number within what can be stored and read back exactly (±2^53 − 1). A flow log may claim more
 * packets than were ever sent; refused by DynamoDB's client, one such record would keep its window, and with it all
 * detection, from ever being judged.
 */
export function storable(value: unknown): unknown {
  if (typeof value === 'number') {
    return Math.max(Number.MIN_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, value));
  }
  if (Array.isArray(value)) return value.map(storable);
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, storable(member)]));
}

/** An item as DynamoDB returns it. */
export type RawItem = Record<string, unknown>;

/**
 * Reads an item of a known kind, upgraded where it is older; attributes that belong to the table (keys, ttl) fall away.
 * @throws LedgerUnavailableError when it has another shape or was written by a newer version: skipping it would make
 * "unreadable" look like "not there" (invariant I6)
 */
export function readItem<T>(kind: z.ZodMiniType<T> | VersionedShape<T>, raw: RawItem): T {
  const { schema: newest, shape, upgrades } = 'upgrades' in kind ? kind : versioned(kind);
  const where = `ledger item ${JSON.stringify(raw['pk'])} / ${JSON.stringify(raw['sk'])}`;
  const schema = raw['schema'];
  if (typeof schema !== 'number' || !Number.isInteger(schema) || schema < 1) {
    throw new LedgerUnavailableError(`${where} has no schema: we did not write it`);
  }
  if (schema > newest) {
    throw new LedgerUnavailableError(
      `${where} has schema ${schema}, and this version reads up to ${newest}: deploy the newer version`,
    );
  }
  const current = upgrades.slice(schema - 1).reduce<RawItem>((item, upgrade) => upgrade(item), raw);
  return readShape(shape, current, where);
}

/** Reads a value of a known shape. @throws LedgerUnavailableError naming the place and what is wrong */
export function readShape<T>(shape: z.ZodMiniType<T>, value: unknown, where: string): T {
  const result = shape.safeParse(value);
  if (result.success) return result.data;
  throw new LedgerUnavailableError(`${where} cannot be read: ${z.prettifyError(result.error)}`, {
    cause: result.error,
  });
}
