/* eslint-disable @typescript-eslint/require-await -- the port is asynchronous, the store is not */
import { MemoryLedger } from '../../../lambda/blacklist/memory-ledger';
import { contributionOrder } from '../../../lambda/blacklist/packed-contributions';
import type { Contribution } from '../../../lambda/detection';
import type { WindowStore } from './window-store';

/** The ledger of a replay: contributions come from a store, a window at a time; all else is in memory. */
export class ReplayLedger extends MemoryLedger {
  readonly #pending: number[];

  constructor(private readonly store: WindowStore) {
    super({ forgetPast: true, trusting: true });
    this.#pending = store.windows().reverse();
  }

  override async contributionsOf(window: number): Promise<Contribution[]> {
    return this.store.read(window).sort(contributionOrder);
  }

  override async nextPendingWindow(after = -Infinity): Promise<number | undefined> {
    for (let next = this.#pending.at(-1); next !== undefined; next = this.#pending.at(-1)) {
      if (next > after) return next;
      this.#pending.pop();
    }
    return undefined;
  }
}
