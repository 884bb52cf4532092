import type { Ban } from '../../lambda/blacklist/ban';
import { DEFAULT_BAN_POLICY } from '../../lambda/blacklist/ban-policy';
import { judgePending, type JudgePendingOptions } from '../../lambda/blacklist/judge-pending';
import { MemoryLedger } from '../../lambda/blacklist/memory-ledger';
import {
  type Contribution,
  ContributionCollector,
  changedPolicy,
  type DetectionPolicy,
  type JudgeContext,
  judgeContextOf,
  type Site,
  type Verdict,
} from '../../lambda/detection';
import type { FlowLogRecord } from '../../lambda/flow-log';
import { SITE } from './detection-records';

/** What judging some records came to. */
export interface Judged {
  readonly bans: readonly Ban[];
  readonly verdicts: readonly Verdict[];
  readonly ledger: MemoryLedger;
}

export interface JudgingOptions {
  /** @default SITE */
  readonly site?: Site;
  /** What operators allowed. @default nothing */
  readonly allowed?: readonly string[];
  /** Changes to the default policy. */
  readonly policy?: Partial<DetectionPolicy>;
  readonly ledger?: MemoryLedger;
}

/** What the judge works with. */
export function judgeContext({ site = SITE, allowed = [], policy = {} }: JudgingOptions = {}): JudgeContext {
  return judgeContextOf(site, allowed, { ...changedPolicy(site.detection), ...policy });
}

/** What one batch contributes. */
export function contributionsOf(
  records: readonly FlowLogRecord[],
  digest = 'batch',
  { topology, policy }: JudgeContext = judgeContext(),
): Contribution[] {
  const collector = new ContributionCollector(topology, policy);
  for (const record of records) collector.add(record);
  return collector.drain(digest);
}

/** Options of {@link judgePending} with the defaults of the product. */
export function judgeOptions(
  ledger: JudgePendingOptions['ledger'],
  until: number,
  judge = judgeContext(),
): JudgePendingOptions {
  return { ledger, judge, ban: DEFAULT_BAN_POLICY, until };
}

/** Judges records as one batch, to the end, the way `replay` does. */
export async function judged(
  records: readonly FlowLogRecord[],
  options: JudgingOptions = {},
): Promise<Judged> {
  const judge = judgeContext(options);
  const ledger = options.ledger ?? new MemoryLedger();
  await ledger.recordContributions(contributionsOf(records, `batch of ${records[0]?.end ?? 0}`, judge));
  const bans: Ban[] = [];
  const verdicts: Verdict[] = [];
  await judgePending({
    ...judgeOptions(ledger, Infinity, judge),
    onVerdict(verdict, ban) {
      verdicts.push(verdict);
      if (ban !== undefined) bans.push(ban);
    },
  });
  return { bans, verdicts, ledger };
}

/** Who was banned, when and on which rules: what most tests look at. */
export async function bansOf(
  records: readonly FlowLogRecord[],
  options: JudgingOptions = {},
): Promise<{ source: string; bannedAt: number; rules: string[] }[]> {
  const { bans } = await judged(records, options);
  return bans.map(({ source, bannedAt, evidence }) => ({
    source,
    bannedAt,
    rules: evidence.map(({ rule }) => rule),
  }));
}
