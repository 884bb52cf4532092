import type { MemoryLedger } from '../../lambda/blacklist/memory-ledger';
import type { Contribution } from '../../lambda/detection';
import { networkKey } from '../../lambda/detection';

/** All that judging left in a ledger, without the versions that only count writes. */
export async function contentOf(ledger: MemoryLedger, contributions: readonly Contribution[], now: number) {
  const keys = [...new Set(contributions.map(({ key }) => key))].sort();
  const networks = [...new Set(contributions.map(({ source }) => networkKey(source)))].sort();
  const states = await ledger.sourceStates(keys);
  const networkStates = await ledger.networkStates(networks);
  const latest = await ledger.latestBans(keys);
  const history = await Promise.all(keys.map((key) => ledger.history(key)));
  return {
    states: keys.map((key) => states.get(key)?.value),
    networks: networks.map((key) => networkStates.get(key)?.value),
    latestBans: keys.map((key) => latest.get(key)),
    bansInForce: await ledger.bansInForce(now),
    history,
    answers: [...(await ledger.answeringAddresses())],
    judgedThrough: await ledger.judgedThrough(),
  };
}

/** How a call to the ledger may be cut off. */
export type Cut =
  | 'before the call'
  | 'after the call'
  /** This call and all after it, as when the function itself is stopped. */
  | 'from the call on';

/** What a cut-off call is answered with. */
export class CutError extends Error {
  override readonly name = 'CutError';
}

/** The ledger, of which call number `at` (from 0) is cut off. */
export function cutLedger(
  ledger: MemoryLedger,
  at: number,
  cut: Cut,
): { ledger: MemoryLedger; calls: () => number } {
  let calls = 0;
  const answerTo = async (number: number, call: () => unknown): Promise<unknown> => {
    const isCut = cut === 'from the call on' ? number >= at : number === at;
    if (isCut && cut !== 'after the call') throw new CutError(`call ${number}`);
    const result = await call();
    if (isCut) throw new CutError(`the answer to call ${number}`);
    return result;
  };
  const proxy = new Proxy(ledger, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]) => answerTo(calls++, () => Reflect.apply(member, target, args) as unknown);
    },
  });
  return { ledger: proxy, calls: () => calls };
}
