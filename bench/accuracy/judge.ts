import type { Ban } from '../../lambda/blacklist/ban';
import { DEFAULT_BAN_POLICY } from '../../lambda/blacklist/ban-policy';
import { judgePending } from '../../lambda/blacklist/judge-pending';
import { MemoryLedger } from '../../lambda/blacklist/memory-ledger';
import {
  changedPolicy,
  type Contribution,
  ContributionCollector,
  type DetectionChanges,
  judgeContextOf,
  topologyOf,
} from '../../lambda/detection';
import type { LabelledSet } from './sets';

/** A set whose records are added up, to be judged under several policies. */
export interface CollectedSet extends LabelledSet {
  readonly contributions: readonly Contribution[];
}

/** Adds a set's records up, as one batch. */
export function collected(set: LabelledSet): CollectedSet {
  const collector = new ContributionCollector(topologyOf(set.site), changedPolicy());
  for (const record of set.records) collector.add(record);
  return { ...set, contributions: collector.drain('accuracy') };
}

/** The bans that judging the set makes, in order. */
export async function bansOf(set: CollectedSet, changes: DetectionChanges = {}): Promise<Ban[]> {
  const ledger = new MemoryLedger({ forgetPast: true });
  await ledger.recordContributions(set.contributions);
  const bans: Ban[] = [];
  await judgePending({
    ledger,
    judge: judgeContextOf(set.site, [], changedPolicy(changes)),
    ban: DEFAULT_BAN_POLICY,
    until: Infinity,
    onVerdict: (_, ban) => {
      if (ban !== undefined) bans.push(ban);
    },
  });
  return bans;
}
