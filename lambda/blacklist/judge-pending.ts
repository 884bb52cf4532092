import {
  type AnsweringAddresses,
  type DetectionPolicy,
  type JudgeContext,
  decisionTime,
  judgeWindow,
  networkKey,
  type Verdict,
  type WindowOutcome,
} from '../detection';
import { activities, type Activities } from '../detection/activity';
import { type Ban, isInForce } from './ban';
import { type BanPolicy, decideBan } from './ban-policy';
import { type Hold, holdAgainst } from './hold';
import { forEachLimited } from './concurrency';
import type { BanLedger, DetectionLedger, LegitimacyLedger, OperatorLedger, Versioned } from './ledger';

/** What judging needs. */
export interface JudgePendingOptions {
  readonly ledger: DetectionLedger &
    BanLedger &
    Pick<LegitimacyLedger, 'recordLegitimate'> &
    Pick<OperatorLedger, 'holds'>;
  readonly judge: JudgeContext;
  readonly ban: BanPolicy;
  /** Windows whose verdicts count from this time or earlier are judged, epoch seconds. */
  readonly until: number;
  /** Asked before each window: false stops cleanly, and the next run goes on from there. @default never stops */
  readonly mayGoOn?: () => boolean;
  /** Told of each verdict, with the ban it led to. */
  readonly onVerdict?: (verdict: Verdict, ban: Ban | undefined) => void;
}

/** What one run did. */
export interface JudgeReport {
  readonly windows: number;
  readonly bans: number;
  readonly suspects: number;
  /** Distinct sources judged probes, or knocking while banned: each window is judged once, so none counts twice. */
  readonly probeSources: number;
  /** SIP packets from those sources that the judged windows hold. */
  readonly probePackets: number;
  /** Whether windows are left that could be judged already. */
  readonly unfinished: boolean;
}

/**
 * Writes under way at a time, as in `DynamoDbDetectionLedger`: a flood from a hundred thousand sources must neither wait
 * for each of its writes nor have them all in memory at once.
 */
const PARALLEL = 16;

/** Who is written into the history as the maker of automatic bans. */
export const DETECTOR = 'detector';

/**
 * Judges every closed window that has not been judged yet, oldest first, and writes what follows from it.
 *
 * Order of writes within a window: bans, neighbourhoods, answers, trust, sources, and the mark last. A source whose
 * state is written is not judged again, so its ban and its trust have to be there before; everything before the mark
 * can be repeated, and repeating it changes nothing (invariant I7).
 * @throws LedgerConflictError when another judge is at work on the same window: it will finish, or the next run will
 * @throws LedgerUnavailableError when the ledger cannot be read or written
 */
export async function judgePending(options: JudgePendingOptions): Promise<JudgeReport> {
  const { ledger, judge, until } = options;
  const total = { windows: 0, bans: 0, suspects: 0, probePackets: 0 };
  const probes = new Set<string>();
  const report = (unfinished: boolean) => ({ ...total, probeSources: probes.size, unfinished });
  const reads = new RunReads(ledger, 1 + 2 * graceWindows(judge.policy));
  let judged = await ledger.judgedThrough();
  let since = judged === undefined ? undefined : await ledger.watchingSince();
  for (;;) {
    const window = await ledger.nextPendingWindow(judged);
    if (window === undefined || decisionTime(window, judge.policy) > until) return report(false);
    if (options.mayGoOn?.() === false) return report(true);
    since ??= await startWatching(window, ledger);
    const found = await judgeOne(window, since, reads, options);
    await ledger.advanceJudgedThrough(window);
    judged = window;
    total.windows += 1;
    total.bans += found.bans;
    total.suspects += found.suspects;
    total.probePackets += found.probePackets;
    for (const key of found.probes) probes.add(key);
  }
}

/** Remembers the first window ever judged. @returns it, or an earlier one that is remembered already */
async function startWatching(window: number, ledger: DetectionLedger): Promise<number> {
  await ledger.startWatching(window);
  return (await ledger.watchingSince()) ?? window;
}

async function judgeOne(
  window: number,
  watchingSince: number,
  reads: RunReads,
  options: JudgePendingOptions,
) {
  const { ledger, judge } = options;
  const seen = await reads.activitiesOf([window]);
  const keys = [...seen.keys()];
  const networkKeys = new Set([...seen.values()].map(({ source }) => networkKey(source)));
  const [before, grace, states, networks, answering] = await Promise.all([
    reads.activitiesOf(windowsAround(window, -1, judge.policy)),
    reads.activitiesOf(windowsAround(window, 1, judge.policy)),
    ledger.sourceStates(keys),
    ledger.networkStates([...networkKeys]),
    reads.answeringAddresses(),
  ]);
  // A neighbourhood accuses members that are not in this window too: those that are banned already are spared it.
  const members = [...networks.values()].flatMap(({ value }) => value.members.map(({ key }) => key));
  const latest = await ledger.latestBans([...new Set([...keys, ...members])]);
  const outcome = judgeWindow(
    {
      window,
      watchingSince,
      seen,
      before,
      grace,
      states: { get: (key) => states.get(key)?.value },
      networks: values(networks),
      answering,
      bans: latest,
    },
    judge,
  );
  const bans = await writeBans(outcome, latest, () => reads.holds(), options);
  await writeWeights(outcome, latest, options);
  await forEachLimited(outcome.networks, PARALLEL, (network) =>
    ledger.putNetworkState(network, networks.get(network.key)?.version ?? 0),
  );
  await ledger.recordAnswers(outcome.answers);
  reads.learn(outcome.answers);
  await ledger.recordLegitimate(outcome.legitimate);
  await forEachLimited(outcome.states, PARALLEL, (state) =>
    ledger.putSourceState(state, states.get(state.key)?.version ?? 0),
  );
  const suspects = outcome.verdicts.filter(({ kind }) => kind === 'suspect').length;
  return { bans, suspects, ...probing(seen, outcome, latest, decisionTime(window, judge.policy)) };
}

/**
 * What one run reads once. A window is read as the grace of the one before it and again as itself, and the answering
 * addresses change only by what this run learns: another judge at work would make its state writes fail.
 */
class RunReads {
  readonly #windows = new Map<number, Activities>();
  #answering: Map<string, number> | undefined;
  #holds: Promise<readonly Hold[]> | undefined;

  /** @param kept windows to keep: the one at hand and those that are looked at with it */
  constructor(
    private readonly ledger: DetectionLedger & Pick<OperatorLedger, 'holds'>,
    private readonly kept: number,
  ) {}

  /** What was seen in the windows together. */
  async activitiesOf(windows: readonly number[]): Promise<Activities> {
    const all = await Promise.all(windows.map((window) => this.#activitiesOf(window)));
    const [only] = all;
    if (only !== undefined && all.length === 1) return only;
    return activities(all.flatMap((one) => [...one.values()]));
  }

  async #activitiesOf(window: number): Promise<Activities> {
    const known = this.#windows.get(window);
    if (known !== undefined) return known;
    const seen = activities(await this.ledger.contributionsOf(window));
    this.#windows.set(window, seen);
    for (const old of this.#windows.keys()) if (this.#windows.size > this.kept) this.#windows.delete(old);
    return seen;
  }

  async answeringAddresses(): Promise<AnsweringAddresses> {
    this.#answering ??= new Map(await this.ledger.answeringAddresses());
    return this.#answering;
  }

  /** Read when the first ban is about to be made: most runs make none. */
  holds(): Promise<readonly Hold[]> {
    this.#holds ??= this.ledger.holds();
    return this.#holds;
  }

  learn(answers: AnsweringAddresses): void {
    for (const [own, at] of answers) this.#answering?.set(own, Math.max(at, this.#answering.get(own) ?? 0));
  }
}

/** How many windows the grace reaches into. */
function graceWindows({ graceSeconds, windowSeconds }: DetectionPolicy): number {
  return Math.ceil(graceSeconds / windowSeconds);
}

/** The windows that the grace reaches into, after the window or (`way` −1) before it. */
function windowsAround(window: number, way: 1 | -1, policy: DetectionPolicy): number[] {
  return Array.from(
    { length: graceWindows(policy) },
    (_, i) => window + way * (i + 1) * policy.windowSeconds,
  );
}

/** The probes of a window, those that are banned already included, and their SIP packets. */
function probing(
  seen: Activities,
  { verdicts }: WindowOutcome,
  latest: ReadonlyMap<string, Ban>,
  at: number,
): { probes: ReadonlySet<string>; probePackets: number } {
  const judged = verdicts.filter(({ kind }) => kind === 'probe').map(({ key }) => key);
  const banned = [...latest.values()].filter((ban) => isInForce(ban, at)).map(({ key }) => key);
  const probes = new Set([...judged, ...banned].filter((key) => seen.has(key)));
  const flows = [...probes].flatMap((key) => seen.get(key)?.flows ?? []);
  return { probes, probePackets: flows.reduce((sum, { inPackets }) => sum + inPackets, 0) };
}

async function writeBans(
  outcome: WindowOutcome,
  latest: ReadonlyMap<string, Ban>,
  holds: () => Promise<readonly Hold[]>,
  options: JudgePendingOptions,
): Promise<number> {
  const judged = new Set(outcome.verdicts.map(({ key }) => key));
  const weights = new Map(
    outcome.states
      .filter(({ key }) => judged.has(key))
      .map(({ key, weight, lastSeen }) => [key, { value: weight, at: lastSeen }]),
  );
  const made = new Map<Verdict, Ban>();
  await forEachLimited(outcome.verdicts, PARALLEL, async (verdict) => {
    const weight = weights.get(verdict.key);
    const decided = decideBan({
      verdict,
      latestBan: latest.get(verdict.key),
      policy: options.ban,
      ...(weight && { weight }),
    });
    // An operator's hold is a decision about this source, made by somebody who knows more than the records.
    if (decided === undefined || holdAgainst(decided, await holds())) return;
    await options.ledger.putBan(decided, DETECTOR);
    made.set(verdict, decided);
  });
  for (const verdict of outcome.verdicts) options.onVerdict?.(verdict, made.get(verdict));
  return made.size;
}

/** A banned source that goes on knocking keeps its weight, and so its slot; its ban does not grow longer. */
async function writeWeights(
  outcome: WindowOutcome,
  latest: ReadonlyMap<string, Ban>,
  { ledger }: JudgePendingOptions,
): Promise<void> {
  const knocking = outcome.states.flatMap((state) => {
    const ban = latest.get(state.key);
    const isBanned = ban !== undefined && ban.bannedAt < state.lastSeen && state.lastSeen < ban.expiresAt;
    return isBanned ? [{ ban, state }] : [];
  });
  await forEachLimited(knocking, PARALLEL, ({ ban, state }) =>
    ledger.updateBanWeight(ban, state.weight, state.lastSeen),
  );
}

function values<T>(versioned: ReadonlyMap<string, Versioned<T>>): Map<string, T> {
  return new Map([...versioned].map(([key, { value }]) => [key, value]));
}
