import type { WidgetFacts } from './facts';
import { counted, spanText } from './words';

/** Without a run for so long enforcement counts as late, seconds: as the alarm EnforcementLate has it. */
const LATE_SECONDS = 300;

/** What needs a person, a sentence each, the most urgent first. */
export function alertsOf(facts: WidgetFacts): string[] {
  return [
    ...pauseAlert(facts),
    ...runAlert(facts),
    ...facts.report.errors.map(({ target, message }) => `${target} could not be read: ${message}`),
    ...breakerAlert(facts),
    ...facts.report.networkAcls.flatMap(({ id, strangers }) =>
      strangers.map(
        ({ ruleNumber, reason }) => `${id} rule ${ruleNumber} is not ours and takes a slot: ${reason}`,
      ),
    ),
  ];
}

function pauseAlert({ report: { paused }, now }: WidgetFacts): string[] {
  if (paused === undefined) return [];
  const { by, because, at } = paused;
  return [`Changes are paused for ${spanText(now - at)} by ${by} (${because}): ringfence resume`];
}

function runAlert({ lastRun, now }: WidgetFacts): string[] {
  if (lastRun === undefined) return ['The enforcer has never run.'];
  if (!lastRun.ok)
    return [`The last reconcile failed: ${lastRun.detail ?? 'see the log of the enforce function'}`];
  const late = now - lastRun.at;
  return late > LATE_SECONDS ? [`The enforcer has not run for ${spanText(late)}.`] : [];
}

function breakerAlert({ report: { breaker } }: WidgetFacts): string[] {
  if (!breaker.tripped) return [];
  return [`The breaker is open: ${counted(breaker.held, 'new ban')} recorded, not enforced.`];
}
