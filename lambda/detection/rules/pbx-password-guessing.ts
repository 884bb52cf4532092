import { DECISIVE, MANY, points } from './common';
import { sourceRule } from './rule';

/** The most challenges for each hundred wrong passwords of somebody who answers refusals instead of starting anew. */
const FEW_CHALLENGES = 0.2;

/**
 * Wrong passwords faster than phones try again. They are counted for each account that the source tries, because an
 * office has many phones behind one address.
 *
 * A phone that was refused waits, and then begins anew with a request without a password, which is challenged (RFC 3261
 * section 22.1: not again with the same credentials). A guesser answers the refusal itself with the next password: the
 * challenge in it will do. Where a log has the challenges too, wrong passwords without any tell the two apart at a lower
 * rate. Once there was a challenge: a log that leaves them out says nothing.
 */
export const pbxPasswordGuessing = sourceRule({
  id: 'pbx-password-guessing',
  about: 'wrong passwords for one account faster than a phone tries again',
  thresholds: {
    refusals: {
      default: 120,
      least: 10,
      most: MANY,
      unit: 'wrong passwords',
      about:
        'in 5 minutes for each account. Measured: the fastest phones try every 3 s, at two requests a try; svcrack of 30 a minute makes 150',
    },
    unchallenged: {
      default: 30,
      least: 5,
      most: MANY,
      unit: 'wrong passwords',
      about:
        'in 5 minutes for each account, without asking for challenges. Phones that keep the last challenge wait 20 s and more',
    },
    score: points(DECISIVE, 'for it'),
  },
  evaluate({ state, activity, context }, values) {
    if (activity.pbx === undefined || activity.pbx.refused === 0 || state.pbx === undefined) return undefined;
    const { tries, accounts } = state.pbx;
    const [bucket = 0, refused = 0, proven = 0] = tries.at(-1) ?? [];
    const tried = Math.max(1, accounts.filter(([, , last]) => last > bucket).length);
    const isFast = refused >= values.refusals * tried;
    if (!isFast && !(refused >= values.unchallenged * tried && isUnchallenged(tries))) return undefined;
    const minutes = Math.max(1, (context.windowEnd - bucket) / 60);
    return {
      detail: `${refused} wrong passwords in ${minutes} min for ${tried === 1 ? 'one account' : `${tried} accounts`}${isFast ? '' : ', each in answer to a refusal'}`,
      score: values.score,
      forgeable: proven < (isFast ? values.refusals : values.unchallenged) * tried,
    };
  },
});

function isUnchallenged(tries: readonly (readonly [number, number, number, number])[]): boolean {
  const refused = tries.reduce((sum, [, count]) => sum + count, 0);
  const challenges = tries.reduce((sum, [, , , count]) => sum + count, 0);
  return challenges > 0 && challenges <= FEW_CHALLENGES * refused;
}
