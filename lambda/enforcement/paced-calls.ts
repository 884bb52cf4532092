import { setTimeout as wait } from 'node:timers/promises';
import { type BackoffPolicy, backoffMs } from '../blacklist/backoff';
import { type ApiAction, ApiBuckets } from './api-buckets';
import { DEADLINE_MARGIN_MS } from './change-guard';
import { StoppedError, TransientError } from './enforcement-error';

/** Tries of one call, and the waits between them: 6 s at most together, a tenth of a lease. */
export const CALL_BACKOFF: BackoffPolicy = { attempts: 6, baseMs: 200, capMs: 3_200 };
/** Waits between two plans: time for what EC2 answers to catch up with what was done (*Eventual consistency*). */
export const ROUND_BACKOFF: BackoffPolicy = { attempts: 4, baseMs: 500, capMs: 2_000 };

/** Time and chance, injected. */
export interface PacedCallsOptions {
  /** Epoch milliseconds. */
  readonly clock: () => number;
  /** Epoch milliseconds at which the run is ended from outside. */
  readonly deadlineMs: number;
  /** @default full ones */
  readonly buckets?: ApiBuckets;
  /** @default waits by timer */
  readonly sleep?: (ms: number) => Promise<unknown>;
  /** In [0, 1). @default Math.random */
  readonly random?: () => number;
}

/**
 * Calls to AWS at the pace that AWS grants, and again after transient failures with full jitter, as long as there is
 * time. The SDK's own retries are off: between two tries of a change everything that could forbid it is asked anew.
 */
export class PacedCalls {
  readonly #buckets: ApiBuckets;
  readonly #sleep: (ms: number) => Promise<unknown>;
  readonly #random: () => number;

  constructor(private readonly options: PacedCallsOptions) {
    this.#buckets = options.buckets ?? new ApiBuckets();
    this.#sleep = options.sleep ?? wait;
    this.#random = options.random ?? Math.random;
  }

  /**
   * @param call asks whatever could forbid it, and makes the call
   * @throws what the last try threw, or StoppedError when there is no time for another one
   */
  async make<T>(action: ApiAction, call: () => Promise<T>): Promise<T> {
    for (let retry = 0; ; retry++) {
      await this.#wait(this.#buckets.take(action, this.options.clock()));
      try {
        return await call();
      } catch (error) {
        if (!(error instanceof TransientError) || retry + 1 >= CALL_BACKOFF.attempts) throw error;
      }
      await this.#wait(backoffMs(CALL_BACKOFF, retry, this.#random()));
    }
  }

  /** The wait before planning again. @throws StoppedError when there is no time for it */
  settle(round: number): Promise<void> {
    return this.#wait(backoffMs(ROUND_BACKOFF, round - 1, this.#random()));
  }

  async #wait(ms: number): Promise<void> {
    if (ms <= 0) return;
    const { clock, deadlineMs } = this.options;
    if (clock() + ms >= deadlineMs - DEADLINE_MARGIN_MS) throw new StoppedError('deadline');
    await this.#sleep(ms);
  }
}
