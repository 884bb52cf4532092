import { plural } from '../support/table';
import type { StatusDocument } from './status-document';
import { shortIdentity, span } from './words';

/** Without a run for so long enforcement counts as late, seconds: as the alarm Late has it. */
const LATE_SECONDS = 300;

/** What needs a person, the most urgent first. */
export function problemsOf(status: Omit<StatusDocument, 'problems' | 'healthy'>): string[] {
  return [
    ...pauseProblem(status),
    ...runProblem(status),
    ...status.errors.map(({ target, message }) => `${target} cannot be read: ${message}`),
    ...breakerProblem(status),
    ...capacityProblem(status),
    ...status.networkAcls.flatMap(({ id, strangers }) =>
      strangers.map(
        ({ ruleNumber, reason }) =>
          `${id} rule ${ruleNumber} takes one of our numbers and is left alone: ${reason}`,
      ),
    ),
  ];
}

type Facts = Parameters<typeof problemsOf>[0];

function pauseProblem({ paused, at }: Facts): string[] {
  if (paused === null) return [];
  return [
    `changes are paused for ${span(at - paused.at)} by ${shortIdentity(paused.by)} (${paused.because}): ringfence resume`,
  ];
}

function runProblem({ lastRun, at }: Facts): string[] {
  if (lastRun === null) return ['the enforcer has never run: is the Automation stack deployed?'];
  if (!lastRun.ok) return [`the last run of the enforcer failed: ${lastRun.detail ?? 'see its log'}`];
  const late = at - lastRun.at;
  if (late <= LATE_SECONDS) return [];
  return [`the enforcer has not run for ${span(late)}: see the alarm EnforcementLate in the runbook`];
}

function breakerProblem({ breaker }: Facts): string[] {
  if (!breaker.tripped) return [];
  return [`the breaker is open: ${plural(breaker.held, 'new ban')} recorded, not enforced`];
}

function capacityProblem({ overflow }: Facts): string[] {
  if (overflow.capacity === 0) return [];
  const rest =
    overflow.deniedByNothing === 0
      ? 'the IP sets hold them, which SIP does not pass'
      : `${overflow.deniedByNothing} of them are denied by nothing`;
  return [`${plural(overflow.capacity, 'ban')} found no slot: ${rest}`];
}
