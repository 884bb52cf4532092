/** An alarm as the monitoring stack has it, for a run without CloudWatch: a metric over its bound. */
interface AlarmRule {
  readonly metric: string;
  readonly bound: number;
  readonly meaning: (value: number) => string;
}

const RULES: readonly AlarmRule[] = [
  { metric: 'ProbeSources', bound: 5, meaning: (value) => `probe spike: ${value} sources probing` },
  {
    metric: 'SlotsOverflow',
    bound: 1,
    meaning: (value) => `slots exhausted: ${value} bans stand in the IP sets only`,
  },
  {
    metric: 'BreakerTripped',
    bound: 1,
    meaning: () => 'breaker tripped: new bans are recorded, not enforced',
  },
  { metric: 'EnforcementErrors', bound: 1, meaning: (value) => `enforcement failing: ${value} errors` },
  { metric: 'Strangers', bound: 1, meaning: (value) => `${value} rules of others among our rule numbers` },
  {
    metric: 'SkippedRecords',
    bound: 1,
    meaning: (value) => `AWS lost flow-log records in ${value} intervals`,
  },
  { metric: 'MalformedRecords', bound: 1, meaning: (value) => `${value} records cannot be read` },
  {
    metric: 'LateContributions',
    bound: 1,
    meaning: (value) => `${value} contributions came after their window was judged`,
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
