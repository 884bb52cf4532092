import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Contribution } from '../detection/contribution';
import { contributionList, contributionsItem, readItem, readShape, type RawItem } from './dynamodb-items';
import { stableHash } from '../address';
import { CONTRIBUTION_SHARDS, type ItemKey, contributionsPk } from './dynamodb-keys';
import { LedgerUnavailableError } from './ledger';

/** Contributions of one batch in one window, as many as go into one item. */
export interface ContributionPack {
  readonly key: ItemKey;
  readonly window: number;
  readonly contributions: readonly Contribution[];
}

/**
 * JSON in one item, bytes at most, before compression. An item holds 400 KB, and gzip of something incompressible is
 * hardly larger than the thing. One contribution is at most 128 flows of about 200 bytes.
 */
const PACK_BYTES = 256 * 1024;

/**
 * Packs contributions into the fewest items: one for each batch and window, mostly. Records of one batch come from tens
 * or hundreds of sources, and an item of its own for each would cost a request or a write unit each; packed and
 * compressed they cost about one for 30.
 *
 * The same contributions give the same keys in any order, so a batch that is written again lands on the same items.
 * A contribution given twice is packed once.
 */
export function packContributions(contributions: readonly Contribution[]): ContributionPack[] {
  const batches = new Map<string, Batch>();
  for (const contribution of uniqueContributions(contributions)) {
    const { window, digest } = contribution;
    const id = `${window} ${digest}`;
    const batch = batches.get(id);
    if (batch === undefined) batches.set(id, { window, digest, contributions: [contribution] });
    else batch.contributions.push(contribution);
  }
  return [...batches.values()].flatMap((batch) =>
    splitBySize(batch.contributions).map((part) => toPack({ ...batch, contributions: part })),
  );
}

/** The contributions of one batch in one window. */
interface Batch {
  readonly window: number;
  readonly digest: string;
  readonly contributions: Contribution[];
}

/** In the order of {@link contributionOrder}, the first of those with the same window, key and digest. */
export function uniqueContributions(contributions: readonly Contribution[]): Contribution[] {
  const unique = new Map<string, Contribution>();
  for (const contribution of contributions) {
    const id = contributionId(contribution);
    if (!unique.has(id)) unique.set(id, contribution);
  }
  return [...unique.values()].sort(contributionOrder);
}

/** What makes a contribution that one. Neither a number nor a key holds a space, so no two are mistaken. */
export function contributionId({ window, key, digest }: Contribution): string {
  return `${window} ${key} ${digest}`;
}

/** By window, key and digest: the order in which they are judged. */
export function contributionOrder(a: Contribution, b: Contribution): number {
  return a.window - b.window || compareText(a.key, b.key) || compareText(a.digest, b.digest);
}

/** Order by UTF-16 units: the same on every machine, unlike `localeCompare`. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The attribute that holds them: gzip of JSON, because field names are most of it. */
export function packedAttribute(contributions: readonly Contribution[]): { packed: Uint8Array } {
  return { packed: gzipSync(JSON.stringify(contributions)) };
}

/** @throws LedgerUnavailableError when the item cannot be read back in full */
export function unpackContributions(item: RawItem): Contribution[] {
  const where = `contributions in ${JSON.stringify(item['pk'])} / ${JSON.stringify(item['sk'])}`;
  const { packed } = readItem(contributionsItem, item);
  let json: unknown;
  try {
    json = JSON.parse(gunzipSync(packed).toString());
  } catch (error) {
    throw new LedgerUnavailableError(`${where} are not gzip of JSON`, { cause: error });
  }
  return readShape(contributionList, json, where);
}

function splitBySize(batch: readonly Contribution[]): Contribution[][] {
  const packs: Contribution[][] = [];
  let room = 0;
  for (const contribution of batch) {
    const bytes = Buffer.byteLength(JSON.stringify(contribution)) + 1;
    if (bytes > room || packs.length === 0) {
      packs.push([]);
      room = PACK_BYTES;
    }
    packs.at(-1)?.push(contribution);
    room -= bytes;
  }
  return packs;
}

function toPack({ window, digest, contributions }: Batch): ContributionPack {
  // Part of the key, so that two packs of one batch, or what an older version packed otherwise, never overwrite each
  // other; what both hold is counted once when it is read.
  const keys = createHash('sha256').update(JSON.stringify(contributions.map(({ key }) => key)));
  const sk = `${digest}#${keys.digest('hex').slice(0, 16)}`;
  return {
    key: { pk: contributionsPk(window, stableHash(sk) % CONTRIBUTION_SHARDS), sk },
    window,
    contributions,
  };
}
