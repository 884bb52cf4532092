import { mergePbx } from './pbx-state';
import type { SourceState } from './source-state';
import { decayWeight } from './weight';

/**
 * What is known of a source by two who watched it at different times: one live, one in a log read later. It speaks for
 * the source only: when it was first seen, its media, its ordinary past, what it weighs. What accuses is the later
 * one's alone, because a ban may have been made of the other's since. Merging again changes nothing, so that a backfill
 * can be broken off anywhere and done again.
 * @param a a state, @param b another one of the same source
 */
export function mergeStates(a: SourceState, b: SourceState): SourceState {
  const [later, earlier] = a.foldedThrough >= b.foldedThrough ? [a, b] : [b, a];
  const pbx = mergePbx(later.pbx, earlier.pbx);
  return {
    ...later,
    firstSeen: Math.min(later.firstSeen, earlier.firstSeen),
    lastSeen: Math.max(later.lastSeen, earlier.lastSeen),
    mediaAt: Math.max(later.mediaAt, earlier.mediaAt),
    contactAt: Math.max(later.contactAt, earlier.contactAt),
    serviceAt: Math.max(later.serviceAt, earlier.serviceAt),
    convictedAt: Math.max(later.convictedAt, earlier.convictedAt),
    provenAt: Math.max(later.provenAt, earlier.provenAt),
    conversed: bothConversed(later.conversed, earlier.conversed),
    ...(pbx !== undefined && { pbx }),
    history: {
      buckets: Math.max(later.history.buckets, earlier.history.buckets),
      lastBucket: Math.max(later.history.lastBucket, earlier.history.lastBucket),
    },
    weight: Math.max(later.weight, decayWeight(earlier.weight, earlier.lastSeen, later.lastSeen)),
  };
}

function bothConversed(a: SourceState['conversed'], b: SourceState['conversed']): SourceState['conversed'] {
  if (a.first === 0 || b.first === 0) return a.first === 0 ? b : a;
  return { first: Math.min(a.first, b.first), last: Math.max(a.last, b.last) };
}
