import { type CidrSet, parseCidr } from '../address';
import type { DetectionPolicy } from './policy';
import type { SourceState } from './source-state';

/**
 * Why a source is not banned whatever it does, the strongest reason first; undefined where there is none.
 * Trust decays: media and history count only for as long as the policy says.
 */
export function trustOf(
  state: SourceState,
  { policy, allowlist }: { policy: DetectionPolicy; allowlist: CidrSet },
): string | undefined {
  if (isAllowed(state.key, allowlist)) return 'on the allowlist';
  if (state.mediaAt > state.lastSeen - policy.mediaTrust.seconds) {
    return `media within ${policy.mediaTrust.seconds / 86_400} days`;
  }
  const { buckets, lastBucket } = state.history;
  const established =
    buckets >= policy.established.buckets && lastBucket > state.lastSeen - policy.established.seconds;
  return established ? `ordinary SIP in ${buckets} intervals before it first looked bad` : undefined;
}

/** Of an IPv6 /64 any allowlisted address protects all: what its hosts did is one account, and nobody can divide it. */
function isAllowed(key: string, allowlist: CidrSet): boolean {
  return key.includes('/') ? allowlist.overlaps(parseCidr(key)) : allowlist.containsText(key);
}
