/** A token bucket: `burst` tokens at most, `rate` new ones a second. */
export interface BucketLimits {
  readonly rate: number;
  readonly burst: number;
}

/** Limits by kind of action; an action's own limits come first. What has no limits is never throttled. */
export interface ThrottleLimits {
  readonly mutating?: BucketLimits;
  readonly nonMutating?: BucketLimits;
  readonly actions?: Readonly<Record<string, BucketLimits>>;
}

/** Fractions of tokens that are added up may fall short of a whole one by this. */
const ROUNDING = 1e-9;

const ONE_PER_SECOND = { rate: 1, burst: 1 } as const;

/**
 * What AWS grants by default. EC2 reads: bucket 100, refill 20 (*Request throttling for the Amazon EC2 API*); EC2
 * changes: 50 and 5 (same page, from memory). WAFv2: one request a second for "any individual Create, Put, or Update
 * action" (*Security Automations for AWS WAF*, *Quotas*).
 */
export const AWS_DEFAULT_LIMITS: ThrottleLimits = {
  mutating: { rate: 5, burst: 50 },
  nonMutating: { rate: 20, burst: 100 },
  actions: { CreateIPSet: ONE_PER_SECOND, UpdateIPSet: ONE_PER_SECOND, DeleteIPSet: ONE_PER_SECOND },
};

interface Bucket {
  tokens: number;
  filledAt: number;
}

/** One bucket per action, as EC2 has: "each API is evaluated individually". */
export class Throttle {
  readonly #buckets = new Map<string, Bucket>();

  /** @param clock Milliseconds since the epoch. */
  constructor(
    private readonly limits: ThrottleLimits,
    private readonly clock: () => number,
  ) {}

  /** Takes a token; `false` when there is none left. */
  admits(action: string, mutating: boolean): boolean {
    const limits =
      this.limits.actions?.[action] ?? (mutating ? this.limits.mutating : this.limits.nonMutating);
    if (limits === undefined) return true;
    const now = this.clock();
    const bucket = this.#buckets.get(action) ?? { tokens: limits.burst, filledAt: now };
    // A clock that goes backwards adds nothing.
    const refill = (Math.max(0, now - bucket.filledAt) / 1000) * limits.rate;
    const tokens = Math.min(limits.burst, bucket.tokens + refill);
    const admitted = tokens >= 1 - ROUNDING;
    this.#buckets.set(action, { tokens: admitted ? Math.max(0, tokens - 1) : tokens, filledAt: now });
    return admitted;
  }
}
