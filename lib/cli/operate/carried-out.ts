import type { Pause } from '../../../lambda/blacklist/ledger';
import type { Deployment } from '../../../lambda/enforcement';

/** When what was written to the ledger will be so in the network ACLs and IP sets. */
export function carriedOutText({ mode }: Pick<Deployment, 'mode'>, paused: Pause | undefined): string {
  if (mode === 'observe') return 'not at all: this environment is in observe mode, it is recorded only';
  if (paused !== undefined) return `not before ringfence resume: changes are paused (${paused.because})`;
  return 'within a minute, by the enforcer; at once with ringfence reconcile';
}
