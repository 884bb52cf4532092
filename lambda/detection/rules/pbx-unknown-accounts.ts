import { DAY, DECISIVE, lookBack, points } from './common';
import { MAX_PBX_REMEMBERED, PBX_NAME_SECONDS } from '../pbx-state';
import { sourceRule } from './rule';

/**
 * Registrations for accounts that do not exist: a list of extensions being tried (svwar, svcrack on a range). A phone has
 * its own accounts, and of those one or two may have been removed.
 */
export const pbxUnknownAccounts = sourceRule({
  id: 'pbx-unknown-accounts',
  about: 'registrations for several accounts that the PBX does not have: a list of extensions being tried',
  thresholds: {
    accounts: {
      default: 6,
      least: 2,
      most: MAX_PBX_REMEMBERED,
      unit: 'accounts',
      about:
        'that do not exist. A desk phone has one to four lines, whose accounts may all have been removed',
    },
    seconds: lookBack(DAY, 'in which they are counted', PBX_NAME_SECONDS),
    score: points(DECISIVE, 'for it'),
  },
  evaluate({ state, activity, context }, values) {
    if (activity.pbx === undefined || activity.pbx.unknown.length === 0) return undefined;
    const since = context.windowEnd - values.seconds;
    const tried = (state.pbx?.unknown ?? []).filter(([, , last]) => last > since);
    if (tried.length < values.accounts) return undefined;
    const proven = tried.filter(([, , , isProven]) => isProven === 1).length;
    return {
      detail: `${tried.length === MAX_PBX_REMEMBERED ? 'at least ' : ''}${tried.length} accounts tried that the PBX does not have`,
      score: values.score,
      forgeable: proven < values.accounts,
    };
  },
});
