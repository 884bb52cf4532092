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
  if (isWithin(state.serviceAt, state, policy.mediaTrust.seconds)) return 'an AWS service that is trusted';
  if (isWithin(state.mediaAt, state, policy.mediaTrust.seconds)) {
    return `media within ${policy.mediaTrust.seconds / 86_400} days`;
  }
  if (isWithin(state.pbx?.authenticatedAt ?? 0, state, policy.mediaTrust.seconds)) {
    return `the right password within ${policy.mediaTrust.seconds / 86_400} days, before it first looked bad`;
  }
  const { buckets, lastBucket } = state.history;
  const established =
    buckets >= policy.established.buckets && isWithin(lastBucket, state, policy.established.seconds);
  return established ? `ordinary SIP in ${buckets} intervals before it first looked bad` : undefined;
}

/**
 * Why a source is not banned for evidence that somebody could have forged who only wrote its address on packets:
 * undefined where there is no reason, or where some of its evidence cannot be forged. A ban would cut off whoever the
 * address belongs to, and a network ACL drops answers to us as well.
 */
export function sparedOf(state: SourceState, context: TrustContext): string | undefined {
  if (state.evidence.some(({ forgeable }) => !forgeable)) return undefined;
  if (isWithin(state.contactAt, state, context.policy.contactSeconds)) {
    return 'it serves us (DNS, NTP or SIP), and its address can be forged';
  }
  const { minAgeSeconds } = context.policy.acquainted;
  if (isWitness(state, context) && state.lastSeen - state.conversed.first >= minAgeSeconds) {
    return 'it conversed with us before it first looked bad, and its address can be forged';
  }
  return undefined;
}

/** Whether there is something to say for the source: it conversed with us, or serves us. */
export function isWitness(state: SourceState, { policy }: TrustContext): boolean {
  return (
    isWithin(state.conversed.last, state, policy.acquainted.seconds) ||
    isWithin(state.contactAt, state, policy.contactSeconds)
  );
}

/**
 * When the trust that a source has earned by what it did ends, epoch seconds; 0 for none. What is on the allowlist
 * needs none: that is a harder limit, and does not end.
 */
export function trustedUntil(state: SourceState, context: TrustContext): number {
  const { mediaAt, serviceAt, history } = state;
  const { mediaTrust, established } = context.policy;
  const shownAt = Math.max(mediaAt, serviceAt, state.pbx?.authenticatedAt ?? 0);
  const byMedia = shownAt > 0 ? shownAt + mediaTrust.seconds : 0;
  const byHistory = history.buckets >= established.buckets ? history.lastBucket + established.seconds : 0;
  const until = Math.max(byMedia, byHistory);
  return until > 0 && isAllowed(state.key, context.allowlist) ? 0 : until;
}

/** Of an IPv6 /64 any allowlisted address protects all: what its hosts did is one account, and nobody can divide it. */
export function isAllowed(key: string, allowlist: CidrSet): boolean {
  return key.includes('/') ? allowlist.overlaps(parseCidr(key)) : allowlist.containsText(key);
}

function isWithin(at: number, { lastSeen }: SourceState, seconds: number): boolean {
  return at > 0 && at > lastSeen - seconds;
}
