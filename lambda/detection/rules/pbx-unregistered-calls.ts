import { MAX_PBX_REMEMBERED } from '../pbx-state';
import { DAY, DECISIVE, HOUR, lookBack, MANY, points, SUPPORTING } from './common';
import { sourceRule } from './rule';

/**
 * Calls by somebody without an account to numbers that the PBX does not have, as ghost calls go to 100, 1000 and on.
 * One is a wrong number through a trunk that is not set up; several are a list. Requests that belong to no account
 * without saying to whom only add to others: a carrier that calls from a new address makes them too.
 */
export const pbxUnregisteredCalls = sourceRule({
  id: 'pbx-unregistered-calls',
  about: 'calls without an account to numbers that the PBX does not have',
  thresholds: {
    numbers: {
      default: 2,
      least: 1,
      most: MAX_PBX_REMEMBERED,
      unit: 'numbers',
      about: 'that were dialled. Two are a list being worked off',
    },
    seconds: lookBack(DAY, 'in which they are counted', DAY),
    score: points(DECISIVE, 'for that many'),
    strangers: {
      default: 5,
      least: 1,
      most: MANY,
      unit: 'requests',
      about: 'of no account within an hour that count like a single number. Choice, not measured',
    },
    lesserScore: points(SUPPORTING, 'for a single number, or requests of no account'),
  },
  evaluate({ state, activity, context: { windowEnd } }, values) {
    const { pbx } = activity;
    if (pbx === undefined || (pbx.dialled.length === 0 && pbx.strangers === 0)) return undefined;
    const dialled = (state.pbx?.dialled ?? []).filter(([, , last]) => last > windowEnd - values.seconds);
    const proven = dialled.filter(([, , , isProven]) => isProven === 1).length;
    if (dialled.length >= values.numbers) {
      const count = `${dialled.length === MAX_PBX_REMEMBERED ? 'at least ' : ''}${dialled.length}`;
      const detail = `calls without an account to ${count} numbers that the PBX does not have`;
      return { detail, score: values.score, forgeable: proven < values.numbers };
    }
    const strangers = (state.pbx?.strangers ?? [])
      .filter(([, at]) => at > windowEnd - HOUR)
      .reduce((sum, [count]) => sum + count, 0);
    if (pbx.dialled.length === 0 && strangers < values.strangers) return undefined;
    const detail =
      dialled.length > 0
        ? 'a call without an account to a number that the PBX does not have'
        : `${strangers} requests in an hour that belong to no account`;
    return { detail, score: values.lesserScore, forgeable: proven === 0 };
  },
});
