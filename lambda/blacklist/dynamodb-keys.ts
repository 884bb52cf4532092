import { stableHash } from '../address';
import { paddedSeconds } from './history';

/**
 * Where everything lives in the one table: partition key `pk`, sort key `sk`, both text.
 *
 * | pk | sk | item |
 * |---|---|---|
 * | `C#<window>#<shard>` | `<batch digest>#<digest of its keys>` | contributions of one batch in one window, packed |
 * | `PENDING` | `<window>` | contributions of this window were announced |
 * | `JUDGED`, `WATCHING` | the same | the last window judged, and the first |
 * | `OWN` | `<own address>` | when it last answered SIP |
 * | `S#<key>` | `state` | compact state of a source, with its version |
 * | `S#<key>` | `ban` | its latest ban, kept until no offence of it counts any more |
 * | `S#<key>` | `H#<time>#<action>#<digest>` | its history |
 * | `N#<network>` | `state` | compact state of a neighbourhood, with its version |
 * | `B#<shard>` | `<key>` | its ban, as long as it is in force (and until the TTL cleans up) |
 * | `L#<shard>` | `<key>` | until when the source is known to be legitimate |
 * | `ALLOW` | `<cidr>` | a CIDR that operators allowed |
 * | `E#<network ACL>` | `<rule number>` | an entry we made |
 * | `HOLD` | `<cidr>` | an operator's hold: nobody inside is banned automatically for a time |
 * | `S#environment` | `H#<time>#<action>#<digest>` | what operators did to the whole environment |
 * | `FEED` | `<name>` | a feed without its entries |
 * | `FEED#<name>` | `<digest>#<part>` | entries of one version of a feed, packed |
 * | `LEASE`, `PAUSE` | the same | who may write; whether anybody may |
 * | `RUN` | `RUN` | the last run of the enforcer |
 * | `NOTIFY` | `NOTIFY` | what people were told and what they are still to be told |
 *
 * Times in keys are epoch seconds of fixed length. Nothing is ever found by a Scan.
 */
export interface ItemKey {
  readonly pk: string;
  readonly sk: string;
}

/**
 * Partitions of the bans in force: few enough to read them all at each tick, enough for 16 × 12 MB
 * a second of consistent reads.
 */
export const BAN_SHARDS = 16;

/**
 * Partitions of one window's contributions. A partition takes 1,000 write units a second, a new on-demand table 4,000
 * in all (Amazon DynamoDB developer guide, *on-demand throughput*), so more would cost reads and carry nothing.
 */
export const CONTRIBUTION_SHARDS = 4;

/** Partitions of the legitimate sources: one page each, up to some 40,000 phones in all. */
export const LEGITIMATE_SHARDS = 4;

/** The attribute that {@link ENFORCEMENT_STREAM_FILTERS} tells a new weight by. */
export const WEIGHED_ATTRIBUTE = 'weighed';

/**
 * Filters of the table's stream for the enforcer: bans made, ended or expired, and allow items. A ban that was only
 * weighed anew carries `weighed` and can wait for the tick.
 */
export const ENFORCEMENT_STREAM_FILTERS = [
  {
    dynamodb: {
      Keys: { pk: { S: [{ prefix: 'B#' }] } },
      NewImage: { [WEIGHED_ATTRIBUTE]: { N: [{ exists: false }] } },
    },
  },
  { dynamodb: { Keys: { pk: { S: ['ALLOW', 'PAUSE'] } } } },
] as const;

/** Partition of one shard of a window's contributions. */
export function contributionsPk(window: number, shard: number): string {
  return `C#${paddedSeconds(window)}#${shard}`;
}

/** Partition of one shard of the bans in force. */
export function bansPk(shard: number): string {
  return `B#${String(shard).padStart(2, '0')}`;
}

/** Partition of one shard of the legitimate sources. */
export function legitimatePk(shard: number): string {
  return `L#${shard}`;
}

/** Partition of what is known of one source or CIDR. */
export function sourcePk(key: string): string {
  return `S#${key}`;
}

/** Partition of the entries we made in one network ACL. */
export function entriesPk(networkAclId: string): string {
  return `E#${networkAclId}`;
}

/** Prefix of the sort keys of a source's history. */
export const HISTORY_PREFIX = 'H#';

/** The partition whose sort keys are the windows with contributions. */
export const PENDING_PK = 'PENDING';
/** The partition whose sort keys are own addresses. */
export const ANSWERS_PK = 'OWN';
/** The partition whose sort keys are allowed CIDRs. */
export const ALLOW_PK = 'ALLOW';

/** The partition whose sort keys are the CIDRs of holds. */
export const HOLD_PK = 'HOLD';

/** The item of a kind that there is only one of. */
export function singleton(name: 'JUDGED' | 'WATCHING' | 'LEASE' | 'PAUSE' | 'RUN' | 'NOTIFY'): ItemKey {
  return { pk: name, sk: name };
}

/** The source's compact state. */
export function stateKey(key: string): ItemKey {
  return { pk: sourcePk(key), sk: 'state' };
}

/** The neighbourhood's compact state. */
export function networkStateKey(key: string): ItemKey {
  return { pk: `N#${key}`, sk: 'state' };
}

/** The source's latest ban. */
export function latestBanKey(key: string): ItemKey {
  return { pk: sourcePk(key), sk: 'ban' };
}

/** The source's ban among those in force. */
export function banInForceKey(key: string): ItemKey {
  return { pk: bansPk(stableHash(key) % BAN_SHARDS), sk: key };
}

/** Until when the source is legitimate. */
export function legitimateKey(key: string): ItemKey {
  return { pk: legitimatePk(stableHash(key) % LEGITIMATE_SHARDS), sk: key };
}

/** An entry we made. */
export function entryKey(networkAclId: string, ruleNumber: number): ItemKey {
  return { pk: entriesPk(networkAclId), sk: String(ruleNumber).padStart(5, '0') };
}

/** The partition whose sort keys are the names of feeds. */
export const FEEDS_PK = 'FEED';

/** A feed without its entries. */
export function feedKey(name: string): ItemKey {
  return { pk: FEEDS_PK, sk: name };
}

/** Partition of a feed's entries, of all versions. */
export function feedPartsPk(name: string): string {
  return `${FEEDS_PK}#${name}`;
}

/** Entries of one version of a feed. */
export function feedPartKey(name: string, digest: string, part: number): ItemKey {
  return { pk: feedPartsPk(name), sk: `${digest}#${String(part).padStart(4, '0')}` };
}
