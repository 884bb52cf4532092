import { type CidrSet, parseCidr } from '../address';
import type { DetectionPolicy } from './policy';
import type { SourceState } from './source-state';

/** What trust depends on besides the source. */
export interface TrustContext {
  readonly policy: DetectionPolicy;
  /** The effective allowlist. */
  readonly allowlist: CidrSet;
}

/**
 * Why a source is not banned whatever it does, the strongest reason first; undefined where there is none.
 * Trust decays: media and history count only for as long as the policy says.
 */
export function trustOf(state: SourceState, { policy, allowlist }: TrustContext): string | undefined {
  if (isAllowed(state.key, allowlist)) return 'on the allowlist';
  if (state.mediaAt > state.lastSeen - policy.mediaTrust.seconds) {
    return `media within ${policy.mediaTrust.seconds / 86_400} days`;
  }
  const { buckets, lastBucket } = state.history;
  const established =
    buckets >= policy.established.buckets && lastBucket > state.lastSeen - policy.established.seconds;
  return established ? `ordinary SIP in ${buckets} intervals before it first looked bad` : undefined;
}

/**
 * When the trust that a source has earned by what it did ends, epoch seconds; 0 for none. What is on the allowlist
 * needs none: that is a harder limit, and does not end.
 */
export function trustedUntil({ key, mediaAt, history }: SourceState, context: TrustContext): number {
  const { mediaTrust, established } = context.policy;
  if (isAllowed(key, context.allowlist)) return 0;
  const byMedia = mediaAt > 0 ? mediaAt + mediaTrust.seconds : 0;
  const byHistory = history.buckets >= established.buckets ? history.lastBucket + established.seconds : 0;
  return Math.max(byMedia, byHistory);
}

/** Of an IPv6 /64 any allowlisted address protects all: what its hosts did is one account, and nobody can divide it. */
function isAllowed(key: string, allowlist: CidrSet): boolean {
  return key.includes('/') ? allowlist.overlaps(parseCidr(key)) : allowlist.containsText(key);
}
