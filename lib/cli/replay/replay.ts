import type { Ban } from '../../../lambda/blacklist/ban';
import { judgePending } from '../../../lambda/blacklist/judge-pending';
import type { MemoryLedger } from '../../../lambda/blacklist/memory-ledger';
import type { Contribution, Verdict } from '../../../lambda/detection';
import { banTargets } from '../../../lambda/enforcement/ban-target';
import { legitimateBesides } from '../../../lambda/enforcement/legitimate';
import {
  assignSlots,
  chooseFilterSet,
  defaultFilterSetPolicy,
  type FilterCandidate,
  type FilterEntry,
  type LegitimateSource,
} from '../../../lambda/filter-set';
import type { RecordCounts } from '../../../lambda/flow-log';
import { breakerTrips, type BreakerTrip } from './breaker-trips';
import { type Gap, gapsBetween } from './gaps';
import type { ReadTotals } from './log-reader';
import type { PbxTotals } from './pbx-logs';
import { ReplayLedger } from './replay-ledger';
import type { ReplaySetup } from './setup';
import type { WindowStore } from './window-store';

/** One slot as it would stand at the end of the log. */
export interface ReplaySlot extends FilterEntry {
  readonly ruleNumber: number;
}

/** What a replay found. Times are epoch seconds. */
export interface ReplayResult {
  readonly records: RecordCounts & { readonly sip: number };
  /** What was read of PBX logs, where there are any. */
  readonly pbx?: PbxTotals;
  /** Start of the first and end of the last record, or undefined for an empty log. */
  readonly span?: { readonly from: number; readonly to: number };
  /** Every ban made, in the order in which they were. */
  readonly bans: readonly Ban[];
  /** The newest verdict on each source that was never banned. */
  readonly suspects: readonly Verdict[];
  /** What the slots would hold at the end of the log. */
  readonly slots: readonly ReplaySlot[];
  /** Bans in force at the end of the log that no slot covers, heaviest first. */
  readonly overflow: readonly FilterCandidate[];
  /** Known callers that no entry wider than an address may cover. */
  readonly legitimate?: readonly LegitimateSource[];
  /** SIP packets from each source that was banned or suspect, by window (epoch seconds), in order. */
  readonly activity?: ReadonlyMap<string, readonly { readonly window: number; readonly packets: number }[]>;
  /** When the breaker would have tripped. */
  readonly breaker: readonly BreakerTrip[];
  /** Long silences within the log, where they were looked for. */
  readonly gaps?: readonly Gap[];
}

/**
 * Judges every window of the store, a burst at the end of the log included, with the same code as the detect function.
 * @param withActivity whether to read the store once more for {@link ReplayResult.activity}
 */
export async function judgeReplay(
  store: WindowStore,
  { counts, span, sip, pbx }: ReadTotals,
  setup: ReplaySetup,
  withActivity: boolean,
): Promise<ReplayResult> {
  const { judge, ban: policy, maxNewPerHour } = setup;
  const ledger = new ReplayLedger(store);
  const bans: Ban[] = [];
  const suspects = new Map<string, Verdict>();
  const onVerdict = (verdict: Verdict, ban: Ban | undefined) => {
    if (ban !== undefined) bans.push(ban);
    else if (verdict.kind === 'suspect') suspects.set(verdict.key, verdict);
  };
  await judgePending({ ledger, judge, ban: policy, until: Infinity, onVerdict });
  for (const { key } of bans) suspects.delete(key);
  const end = Math.max(span.to, bans.at(-1)?.bannedAt ?? -Infinity);
  const shown = new Set([...bans.map(({ key }) => key), ...suspects.keys()]);
  return {
    records: { ...counts, sip },
    ...(pbx !== undefined && { pbx }),
    ...(span.from <= span.to && { span }),
    bans,
    suspects: [...suspects.values()].sort((a, b) => b.score - a.score || (a.key < b.key ? -1 : 1)),
    ...(await slotsAt(end, ledger, setup)),
    ...(withActivity && { activity: activityOf(store, shown) }),
    breaker: breakerTrips(bans, maxNewPerHour, end),
    gaps: gapsBetween(store.windows(), judge.policy.windowSeconds, span),
  };
}

function activityOf(store: WindowStore, keys: ReadonlySet<string>): NonNullable<ReplayResult['activity']> {
  const activity = new Map<string, { window: number; packets: number }[]>();
  for (const window of store.windows()) {
    for (const [key, packets] of packetsIn(store.read(window), keys)) {
      const windows = activity.get(key);
      if (windows === undefined) activity.set(key, [{ window, packets }]);
      else windows.push({ window, packets });
    }
  }
  return activity;
}

function packetsIn(contributions: readonly Contribution[], keys: ReadonlySet<string>): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { key, flows } of contributions) {
    if (!keys.has(key)) continue;
    const packets = flows.reduce((sum, flow) => sum + flow.inPackets, 0);
    sums.set(key, (sums.get(key) ?? 0) + packets);
  }
  return sums;
}

/** The filter set for the bans in force, with rule numbers from 1 as an empty network ACL would get them. */
async function slotsAt(
  now: number,
  ledger: MemoryLedger,
  setup: ReplaySetup,
): Promise<Pick<ReplayResult, 'slots' | 'overflow' | 'legitimate'>> {
  const { allowlist } = setup.judge;
  const bans = await ledger.bansInForce(now);
  const candidates = banTargets(bans, now, allowlist).flatMap((target) => target.candidates);
  const legitimate = legitimateBesides(bans, await ledger.legitimateSources(now));
  const sets = ([4, 6] as const).map((family) =>
    chooseFilterSet({
      family,
      slots: setup.slots[family],
      candidates: candidates.filter(({ cidr }) => cidr.family === family),
      legitimate: legitimate.filter(({ cidr }) => cidr.family === family),
      allowlist,
      current: [],
      policy: defaultFilterSetPolicy,
    }),
  );
  const entries = sets.flatMap((set) => set.entries);
  const { assignments } = assignSlots({
    current: [],
    chosen: entries.map(({ cidr }) => cidr),
    free: entries.map((_, i) => i + 1),
  });
  const numbers = new Map(assignments.map(({ ruleNumber, cidr }) => [cidr, ruleNumber]));
  return {
    slots: entries
      .map((entry) => ({ ...entry, ruleNumber: numbers.get(entry.cidr) ?? 0 }))
      .sort((a, b) => a.ruleNumber - b.ruleNumber),
    overflow: sets.flatMap((set) => set.overflow),
    legitimate,
  };
}
