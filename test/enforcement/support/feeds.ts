import type { FeedSnapshot } from '../../../lambda/blacklist/feed-snapshot';
import { NOW } from './bans';

/** A feed in force for another day. */
export function feed(change: Partial<FeedSnapshot> = {}): FeedSnapshot {
  const cidrs = change.cidrs ?? ['198.51.100.7/32'];
  return {
    schema: 1,
    name: 'apiban',
    from: 'https://apiban.example.com/',
    weight: 0.5,
    fetchedAt: NOW,
    expiresAt: NOW + 86_400,
    digest: cidrs.join(),
    cidrs,
    ...change,
  };
}
