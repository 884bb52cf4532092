import type { CidrSet } from '../address';
import { activities, type WindowActivity } from './activity';
import type { Contribution } from './contribution';
import type { Evidence, Verdict } from './evidence';
import { consumeEvidence, fold, type FoldContext, isAnswered, newSourceState, sipFlows } from './fold';
import type { DetectionPolicy } from './policy';
import { RULES } from './rules';
import type { AnsweringAddresses, SourceState } from './source-state';
import type { Topology } from './topology';

/** A closed window with all that is needed to judge it. */
export interface WindowInput {
  /** Window start, epoch seconds. */
  readonly window: number;
  /** Everything seen in the window. */
  readonly contributions: readonly Contribution[];
  /** Everything seen in the grace after it: may excuse (answers, media), never accuse. */
  readonly grace: readonly Contribution[];
  readonly states: ReadonlyMap<string, SourceState>;
  readonly answering: AnsweringAddresses;
  /** Latest bans by key. */
  readonly bans: ReadonlyMap<string, { readonly bannedAt: number; readonly expiresAt: number }>;
}

/** What does not change from window to window. */
export interface JudgeContext {
  readonly policy: DetectionPolicy;
  readonly topology: Topology;
  /** The effective allowlist. */
  readonly allowlist: CidrSet;
}

/** What a window changes. */
export interface WindowOutcome {
  /** Verdicts that are not `clean`, ordered by key. */
  readonly verdicts: readonly Verdict[];
  /** States that changed, ordered by key. */
  readonly states: readonly SourceState[];
  /** Own addresses that answered, with the window end of the answer. */
  readonly answers: AnsweringAddresses;
}

/** Media are remembered to this precision, seconds, so that a long call is not written to the ledger every minute. */
const MEDIA_PRECISION_SECONDS = 3600;

/** When a window's verdicts count from: its end plus the grace, epoch seconds. */
export function decisionTime(window: number, policy: DetectionPolicy): number {
  return window + policy.windowSeconds + policy.graceSeconds;
}

/**
 * Judges one closed window. Pure and deterministic: the same input gives the same outcome, and sources whose state has
 * the window folded in already are left alone, so a judgement that was cut off can simply be made again.
 */
export function judgeWindow(input: WindowInput, context: JudgeContext): WindowOutcome {
  const { policy, topology } = context;
  const current = activities(input.contributions);
  const grace = activities(input.grace);
  const answers = answersIn(
    [...current.values(), ...grace.values()],
    input.window + policy.windowSeconds,
    topology,
  );
  const outcome: { verdicts: Verdict[]; states: SourceState[] } = { verdicts: [], states: [] };
  for (const activity of current.values()) {
    const known = input.states.get(activity.key);
    if (known !== undefined && known.foldedThrough >= input.window) continue;
    const judged = judgeSource(
      activity,
      known,
      foldContext(activity, grace.get(activity.key), input, answers, context),
      input,
      context,
    );
    if (judged === undefined) continue;
    outcome.states.push(judged.state);
    if (judged.verdict !== undefined) outcome.verdicts.push(judged.verdict);
  }
  return { ...outcome, answers };
}

function foldContext(
  activity: WindowActivity,
  grace: WindowActivity | undefined,
  input: WindowInput,
  answers: AnsweringAddresses,
  { policy, topology }: JudgeContext,
): FoldContext {
  const windowEnd = input.window + policy.windowSeconds;
  const ban = input.bans.get(activity.key);
  const decidedAt = decisionTime(input.window, policy);
  return {
    policy,
    topology,
    windowEnd,
    answers: (own) =>
      answers.has(own) || (input.answering.get(own) ?? -Infinity) > windowEnd - policy.answeringSeconds,
    media:
      Math.max(activity.media.in, grace?.media.in ?? 0) >= policy.mediaTrust.packets &&
      Math.max(activity.media.out, grace?.media.out ?? 0) >= policy.mediaTrust.packets,
    // A ban made at this very moment is this window's own, found again after a crash.
    banned: ban !== undefined && ban.bannedAt < decidedAt && decidedAt < ban.expiresAt,
  };
}

function judgeSource(
  activity: WindowActivity,
  known: SourceState | undefined,
  foldContext: FoldContext,
  input: WindowInput,
  context: JudgeContext,
): { state: SourceState; verdict?: Verdict } | undefined {
  if (activity.flows.length === 0 && !changesMedia(known, foldContext)) return undefined;
  const before = known ?? newSourceState(activity.key, activity.source, input.window);
  const state = fold(before, activity, input.window, foldContext);
  const found = foldContext.banned
    ? []
    : RULES.flatMap((rule) => rule.evaluate({ state, activity, context: foldContext }) ?? []);
  if (found.length === 0) return { state };
  const evidence = newestOfEachRule([...state.evidence, ...found]);
  const verdict = verdictOf(state, evidence, decisionTime(input.window, context.policy), context);
  const kept = { ...state, evidence };
  return { state: verdict.kind === 'probe' ? consumeEvidence(kept) : kept, verdict };
}

function changesMedia(known: SourceState | undefined, { media, windowEnd }: FoldContext): boolean {
  return media && windowEnd - (known?.mediaAt ?? 0) >= MEDIA_PRECISION_SECONDS;
}

function verdictOf(
  state: SourceState,
  evidence: readonly Evidence[],
  decidedAt: number,
  context: JudgeContext,
): Verdict {
  const score = evidence.reduce((sum, item) => sum + item.score, 0);
  const trust = trustOf(state, context);
  const kind = trust === undefined && score >= context.policy.probeScore ? 'probe' : 'suspect';
  const verdict: Verdict = { key: state.key, source: state.source, kind, decidedAt, score, evidence };
  return trust === undefined ? verdict : { ...verdict, trust };
}

/** Why the source is not banned whatever it did, strongest reason first. */
function trustOf(state: SourceState, { policy, allowlist }: JudgeContext): string | undefined {
  if (allowlist.containsText(state.source)) return 'on the allowlist';
  if (state.mediaAt > state.lastSeen - policy.mediaTrust.seconds)
    return `media within ${policy.mediaTrust.seconds / 86_400} days`;
  const { buckets, lastBucket } = state.history;
  const established =
    buckets >= policy.established.buckets && lastBucket > state.lastSeen - policy.established.seconds;
  return established ? `ordinary SIP in ${buckets} intervals before it first looked bad` : undefined;
}

function newestOfEachRule(evidence: readonly Evidence[]): Evidence[] {
  return [...new Map(evidence.map((item) => [item.rule, item])).values()];
}

function answersIn(
  seen: readonly WindowActivity[],
  windowEnd: number,
  topology: Topology,
): Map<string, number> {
  const answers = new Map<string, number>();
  for (const activity of seen) {
    for (const flow of sipFlows(activity, topology)) if (isAnswered(flow)) answers.set(flow.own, windowEnd);
  }
  return answers;
}
