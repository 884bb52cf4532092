import type { Ban } from '../../../../lambda/blacklist/ban';
import { isInForce } from '../../../../lambda/blacklist/ban';
import { parseBanPolicy } from '../../../../lambda/blacklist/ban-policy';
import { judgePending } from '../../../../lambda/blacklist/judge-pending';
import { type Contribution, judgeContextOf, type Verdict } from '../../../../lambda/detection';
import type { Connection } from '../connect';
import { BackfillLedger } from './backfill-ledger';

/** What judging past windows came to. */
export interface PastJudged {
  readonly windows: number;
  /** Every ban made, in the order in which they were. */
  readonly bans: readonly Ban[];
  /** Of those, the ones in force now. */
  readonly inForce: readonly Ban[];
  /** Sources that looked bad and were not banned. */
  readonly suspects: number;
  /** Sources whose state was written. */
  readonly sources: number;
}

/**
 * Judges what happened in windows that may be judged already, as the detect function would have then: bans by event
 * time, trust and history of the sources into the ledger. Doing it again changes nothing.
 * @param by who is written into the history beside the detector
 */
export async function judgePast(
  connection: Connection,
  contributions: readonly Contribution[],
  by: string,
): Promise<PastJudged> {
  const { ledger, deployment } = connection;
  const now = connection.now();
  const past = new BackfillLedger(ledger, `detector, in a log read by ${by}`, now);
  await past.recordContributions(contributions);
  const bans: Ban[] = [];
  const suspects = new Set<string>();
  const { windows } = await judgePending({
    ledger: past,
    judge: judgeContextOf(deployment, await ledger.allowedCidrs()),
    ban: parseBanPolicy(deployment.ban),
    until: now,
    onVerdict: (verdict: Verdict, ban: Ban | undefined) => {
      if (ban !== undefined) bans.push(ban);
      else if (verdict.kind === 'suspect') suspects.add(verdict.key);
    },
  });
  const sources = await past.mergeIntoReal();
  for (const { key } of bans) suspects.delete(key);
  return {
    windows,
    bans,
    inForce: bans.filter((ban) => isInForce(ban, now)),
    suspects: suspects.size,
    sources,
  };
}
