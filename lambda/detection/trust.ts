import { type CidrSet, parseCidr } from '../address';
import type { DetectionPolicy } from './policy';
import type { SourceState } from './source-state';

/** What trust depends on besides the source. */
export interface TrustContext {
  readonly policy: DetectionPolicy;
  /** The effective allowlist. */
  readonly allowlist: CidrSet;
}

/** A reason not to ban a source whatever it does. */
interface Trust {
  holds(state: SourceState, context: TrustContext): boolean;
  reason(state: SourceState, policy: DetectionPolicy): string;
}

/** The strongest first. Trust decays: media and history count only for as long as the policy says. */
const TRUSTS: readonly Trust[] = [
  {
    holds: ({ key }, { allowlist }) => isAllowed(key, allowlist),
    reason: () => 'on the allowlist',
  },
  {
    holds: (state, { policy }) => isWithin(state.serviceAt, state, policy.mediaTrust.seconds),
    reason: () => 'an AWS service that is trusted',
  },
  {
    holds: (state, { policy }) => isWithin(state.mediaAt, state, policy.mediaTrust.seconds),
    reason: (_, { mediaTrust }) => `media within ${mediaTrust.seconds / 86_400} days`,
  },
  {
    holds: (state, { policy }) => isWithin(state.pbx?.authenticatedAt ?? 0, state, policy.mediaTrust.seconds),
    reason: (_, { mediaTrust }) =>
      `the right password within ${mediaTrust.seconds / 86_400} days, before it first looked bad`,
  },
  {
    holds: (state, { policy: { established } }) =>
      state.history.buckets >= established.buckets &&
      isWithin(state.history.lastBucket, state, established.seconds),
    reason: ({ history }) => `ordinary SIP in ${history.buckets} intervals before it first looked bad`,
  },
];

/** Why a source is not banned whatever it does, the strongest reason; undefined where there is none. */
export function trustOf(state: SourceState, context: TrustContext): string | undefined {
  return TRUSTS.find((trust) => trust.holds(state, context))?.reason(state, context.policy);
}

/** Whether there is any reason not to ban a source whatever it does. */
export function isTrusted(state: SourceState, context: TrustContext): boolean {
  return TRUSTS.some((trust) => trust.holds(state, context));
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
  const until = earnedUntil(state, context.policy);
  return until > 0 && isAllowed(state.key, context.allowlist) ? 0 : until;
}

/** The same of a source that is on no allowlist. */
export function earnedUntil(state: SourceState, { mediaTrust, established }: DetectionPolicy): number {
  const { mediaAt, serviceAt, history } = state;
  const shownAt = Math.max(mediaAt, serviceAt, state.pbx?.authenticatedAt ?? 0);
  const byMedia = shownAt > 0 ? shownAt + mediaTrust.seconds : 0;
  const byHistory = history.buckets >= established.buckets ? history.lastBucket + established.seconds : 0;
  return Math.max(byMedia, byHistory);
}

/** Of an IPv6 /64 any allowlisted address protects all: what its hosts did is one account, and nobody can divide it. */
export function isAllowed(key: string, allowlist: CidrSet): boolean {
  return key.includes('/') ? allowlist.overlaps(parseCidr(key)) : allowlist.containsText(key);
}

function isWithin(at: number, { lastSeen }: SourceState, seconds: number): boolean {
  return at > 0 && at > lastSeen - seconds;
}
