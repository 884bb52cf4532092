import { MANY, points, SLIGHT } from './common';
import { sourceRule } from './rule';

/**
 * A password that is refused again and again, no faster than phones try: a phone that was not told of a new password, or
 * somebody who guesses with patience. Nobody can tell from outside, so it only shows the operator a suspect; with one
 * more supporting finding it is still none too many.
 */
export const pbxWrongPassword = sourceRule({
  id: 'pbx-wrong-password',
  about: 'a password that is refused again and again: a phone with a wrong one, or a patient guesser',
  thresholds: {
    refusals: {
      default: 10,
      least: 2,
      most: MANY,
      unit: 'wrong passwords',
      about:
        'within an hour. Somebody who types it wrong gives up sooner; a phone that tries every 5 min makes 12',
    },
    score: points(SLIGHT, 'for it'),
  },
  evaluate({ state, activity }, values) {
    if (activity.pbx === undefined || activity.pbx.refused === 0) return undefined;
    const tries = state.pbx?.tries ?? [];
    const refused = tries.reduce((sum, [, count]) => sum + count, 0);
    if (refused < values.refusals) return undefined;
    const proven = tries.reduce((sum, [, , count]) => sum + count, 0);
    return {
      detail: `${refused} wrong passwords in an hour`,
      score: values.score,
      forgeable: proven < values.refusals,
    };
  },
});
