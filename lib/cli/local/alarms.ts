import { plural } from '../support/table';

/** An alarm as the monitoring stack has it, for a run without CloudWatch: a metric over its bound. */
interface AlarmRule {
  readonly metric: string;
  readonly bound: number;
  readonly meaning: (value: number) => string;
}

const RULES: readonly AlarmRule[] = [
  { metric: 'ProbeSources', bound: 5, meaning: (value) => `probe spike: ${plural(value, 'source')} probing` },
  {
    metric: 'SlotsOverflow',
    bound: 1,
    meaning: (value) => `slots exhausted: ${plural(value, 'ban')} in the IP sets only`,
  },
  {
    metric: 'BreakerTripped',
    bound: 1,
    meaning: () => 'breaker tripped: new bans are recorded, not enforced',
  },
  {
    metric: 'EnforcementErrors',
    bound: 1,
    meaning: (value) => `enforcement failing: ${plural(value, 'error')}`,
  },
  {
    metric: 'Strangers',
    bound: 1,
    meaning: (value) => `${plural(value, 'rule')} of others among our rule numbers`,
  },
  {
    metric: 'SkippedRecords',
    bound: 1,
    meaning: (value) => `AWS lost flow-log records in ${plural(value, 'interval')}`,
  },
  {
    metric: 'MalformedRecords',
    bound: 1,
    meaning: (value) => `${plural(value, 'record')} that cannot be read`,
  },
  {
    metric: 'LateContributions',
    bound: 1,
    meaning: (value) => `${plural(value, 'contribution')} after the window was judged`,
  },
];

/** Raises an alarm when a metric reaches its bound, and again only after it was below. */
export class LocalAlarms {
  readonly #raised = new Set<string>();

  /** @returns what to tell, or undefined where nothing changed */
  observe(metric: string, value: number): string | undefined {
    const rule = RULES.find((each) => each.metric === metric);
    if (rule === undefined) return undefined;
    if (value < rule.bound) {
      this.#raised.delete(metric);
      return undefined;
    }
    if (this.#raised.has(metric)) return undefined;
    this.#raised.add(metric);
    return rule.meaning(value);
  }
}
