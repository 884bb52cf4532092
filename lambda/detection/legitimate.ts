import type { SourceState } from './source-state';
import { earnedUntil, isAllowed, type TrustContext } from './trust';

/**
 * Trust is remembered to this precision, seconds: a phone in use renews it every few minutes, and is written at most
 * once an hour. Rounded up, so that nobody is forgotten while still trusted.
 */
const PRECISION_SECONDS = 3600;

/**
 * The sources that are known to be legitimate for longer than before, each with the end of its trust, epoch seconds.
 * @param states as of now
 * @param before the states of the same keys before, as far as there were any
 */
export function newlyLegitimate(
  states: readonly SourceState[],
  before: Pick<ReadonlyMap<string, SourceState>, 'get'>,
  context: TrustContext,
): Map<string, number> {
  const until = (state: SourceState | undefined): number =>
    state === undefined
      ? 0
      : PRECISION_SECONDS * Math.ceil(earnedUntil(state, context.policy) / PRECISION_SECONDS);
  const longer = new Map<string, number>();
  for (const state of states) {
    const at = until(state);
    if (at > until(before.get(state.key)) && !isAllowed(state.key, context.allowlist))
      longer.set(state.key, at);
  }
  return longer;
}
