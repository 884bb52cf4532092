/** The right to change the world, for one writer at a time (invariant I9). Times are epoch milliseconds. */
export interface Lease {
  readonly holder: string;
  /** Held until before this time; 0 once given back. */
  readonly expiresAtMs: number;
  /** Grows by one each time the lease is taken anew; renewing keeps it. */
  readonly fence: number;
}

/** Who asks for the lease, when, and for how long. */
export interface LeaseRequest {
  readonly holder: string;
  readonly nowMs: number;
  readonly ttlMs: number;
}

/**
 * How far apart the clocks of two writers may be, milliseconds. A lease that ends later than its full length and this
 * much from now was written by a clock that is wrong, or damaged: it must not stop enforcement until then.
 */
export const MAX_CLOCK_SKEW_MS = 300_000;

/**
 * The lease after a request: renewed by its holder, taken when it is free or has run out, or undefined while somebody
 * else holds it. A holder whose lease ran out takes it anew: others may have acted in between. Whoever takes it while
 * the former holder is still at work does no harm: that one sees the fence grow before its next change and stops.
 */
export function nextLease(current: Lease | undefined, request: LeaseRequest): Lease | undefined {
  const { holder, nowMs, ttlMs } = request;
  const isHeld =
    current !== undefined &&
    nowMs < current.expiresAtMs &&
    current.expiresAtMs <= nowMs + ttlMs + MAX_CLOCK_SKEW_MS;
  if (isHeld && current.holder !== holder) return undefined;
  const fence = isHeld ? current.fence : (current?.fence ?? 0) + 1;
  return { holder, expiresAtMs: nowMs + ttlMs, fence };
}

/** A lease given back: free at once, the fence remembered. */
export function released(lease: Lease): Lease {
  return { ...lease, expiresAtMs: 0 };
}
