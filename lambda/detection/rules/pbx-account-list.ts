import { MAX_PBX_REMEMBERED } from '../pbx-state';
import { DECISIVE, MINUTE, points } from './common';
import { sourceRule } from './rule';

/**
 * Accounts tried with a wrong password one after the other, and each given up: a list of accounts, however slow. A phone
 * with a wrong password never gives up, and an office of them shows no new account after its first round.
 */
export const pbxAccountList = sourceRule({
  id: 'pbx-account-list',
  about:
    'wrong passwords for one account after the other, each given up after a while: a list being worked off',
  thresholds: {
    accounts: {
      default: 4,
      least: 2,
      most: MAX_PBX_REMEMBERED - 1,
      unit: 'accounts',
      about: 'given up, besides a new one',
    },
    quietSeconds: {
      default: 30 * MINUTE,
      least: 5 * MINUTE,
      most: 12 * 60 * MINUTE,
      unit: 'seconds',
      about:
        'after which an account counts as given up. Phones try again after 20 s to 5 min, some after a 403 only in 20 min (Grandstream, SIP Registration Failure Retry Wait Time upon 403 Forbidden: 1200 s)',
    },
    score: points(DECISIVE, 'for it'),
  },
  evaluate({ state, activity, context: { windowEnd } }, values) {
    if (activity.pbx === undefined || activity.pbx.accounts.length === 0) return undefined;
    const accounts = state.pbx?.accounts ?? [];
    const isNew = accounts.some(([, first]) => first === windowEnd);
    const givenUp = accounts.filter(([, , last]) => windowEnd - last >= values.quietSeconds);
    if (!isNew || givenUp.length < values.accounts) return undefined;
    return {
      detail: `${givenUp.length} accounts tried with wrong passwords and given up, and then another`,
      score: values.score,
      forgeable: givenUp.filter(([, , , proven]) => proven === 1).length < values.accounts,
    };
  },
});
