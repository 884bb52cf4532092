/** How often and how long to wait before asking again for what a batch left undone. */
export interface BackoffPolicy {
  /** Calls in all, the first one included. */
  readonly attempts: number;
  /** Longest wait before the second call, milliseconds; it doubles with each call. */
  readonly baseMs: number;
  /** No wait is longer, milliseconds. */
  readonly capMs: number;
}

/**
 * At most 7 waits, 50 ms doubling up to 2 s: 5 s in the worst case, well within one run of a Lambda. What a batch leaves
 * undone is throttled, and throttling by a burst is over in a second or two.
 */
export const DEFAULT_BACKOFF: BackoffPolicy = { attempts: 8, baseMs: 50, capMs: 2000 };

/**
 * Full jitter: uniform between nothing and the exponential bound, so that writers that collided spread out
 * (M. Brooker, *Exponential Backoff And Jitter*, AWS Architecture Blog).
 * @param retry 0 before the second call
 * @param random a number in [0, 1)
 * @returns milliseconds
 */
export function backoffMs(policy: BackoffPolicy, retry: number, random: number): number {
  return random * Math.min(policy.capMs, policy.baseMs * 2 ** retry);
}
