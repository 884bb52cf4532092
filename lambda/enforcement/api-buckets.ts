/** The API actions that enforcement uses. */
export type ApiAction =
  | 'DescribeNetworkAcls'
  | 'CreateNetworkAclEntry'
  | 'ReplaceNetworkAclEntry'
  | 'DeleteNetworkAclEntry'
  | 'GetIPSet'
  | 'UpdateIPSet';

/** A token bucket: at most `burst` calls at once, `rate` a second on the long run. */
export interface BucketLimits {
  readonly rate: number;
  readonly burst: number;
}

/**
 * Half of what EC2 grants an account and Region for each action (bucket 50, refill 5 for changes; 100 and 20 for reads:
 * EC2 developer guide, *Request throttling for the Amazon EC2 API*), for whatever else runs in the account; but the full
 * refill, so that a run is not drawn out.
 */
const EC2_CHANGE: BucketLimits = { rate: 5, burst: 25 };
const EC2_READ: BucketLimits = { rate: 20, burst: 50 };

/** WAFv2 takes one request a second of any update action (AWS WAF developer guide, *AWS WAF quotas*). */
const LIMITS: Readonly<Partial<Record<ApiAction, BucketLimits>>> = {
  DescribeNetworkAcls: EC2_READ,
  CreateNetworkAclEntry: EC2_CHANGE,
  ReplaceNetworkAclEntry: EC2_CHANGE,
  DeleteNetworkAclEntry: EC2_CHANGE,
  UpdateIPSet: { rate: 1, burst: 1 },
};

/** What is left of the limits. EC2 and WAFv2 count each action by itself. */
export class ApiBuckets {
  readonly #buckets = new Map<ApiAction, { tokens: number; at: number }>();

  /**
   * Takes a token, on credit if there is none.
   * @param nowMs epoch milliseconds; a clock that goes back fills nothing
   * @returns milliseconds to wait before the call
   */
  take(action: ApiAction, nowMs: number): number {
    const limits = LIMITS[action];
    if (limits === undefined) return 0;
    const { tokens, at } = this.#buckets.get(action) ?? { tokens: limits.burst, at: nowMs };
    const filled = Math.min(limits.burst, tokens + (Math.max(0, nowMs - at) / 1000) * limits.rate);
    this.#buckets.set(action, { tokens: filled - 1, at: nowMs });
    return Math.max(0, ((1 - filled) / limits.rate) * 1000);
  }
}
