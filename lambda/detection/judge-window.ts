import type { CidrSet } from '../address';
import { activities, type WindowActivity } from './activity';
import type { Contribution } from './contribution';
import type { Evidence, Verdict } from './evidence';
import { consumeEvidence, fold, type FoldContext, isAnswered, newSourceState, sipFlows } from './fold';
import { foldNetwork, networkKey, type NetworkState, newNetworkState } from './network-state';
import type { DetectionPolicy } from './policy';
import { RULES } from './rules';
import type { AnsweringAddresses, SourceState } from './source-state';
import type { Topology } from './topology';
import { trustOf } from './trust';

/** A closed window with all that is needed to judge it. */
export interface WindowInput {
  /** Window start, epoch seconds. */
  readonly window: number;
  /** Everything seen in the window. */
  readonly contributions: readonly Contribution[];
  /** Everything seen in the grace after it: may excuse (answers, media), never accuse. */
  readonly grace: readonly Contribution[];
  readonly states: ReadonlyMap<string, SourceState>;
  readonly networks: ReadonlyMap<string, NetworkState>;
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
  readonly networks: readonly NetworkState[];
  /** Own addresses that answered and were not known to, or not lately, with the window end of the answer. */
  readonly answers: AnsweringAddresses;
}

/** Media and answers are remembered to this precision, seconds, so that a long call is not written every minute. */
const MEMORY_PRECISION_SECONDS = 3600;

/** When a window's verdicts count from: its end plus the grace, epoch seconds. */
export function decisionTime(window: number, policy: DetectionPolicy): number {
  return window + policy.windowSeconds + policy.graceSeconds;
}

/**
 * Judges one closed window. Pure and deterministic: the same input gives the same outcome, and what has the window
 * folded in already stays as it is, so a judgement that was cut off can simply be made again.
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
  const folded: FoldedSource[] = [];
  for (const activity of current.values()) {
    const source = foldSource(
      activity,
      contextOf(activity, grace.get(activity.key), input, answers, context),
      input,
    );
    if (source !== undefined) folded.push(source);
  }
  const networks = foldNetworks(folded, input, context);
  const judged = folded.map((source) =>
    judgeSource(source, networks.get(networkKey(source.state.source)), context),
  );
  return {
    verdicts: judged.flatMap(({ verdict }) => verdict ?? []),
    states: judged.map(({ state }) => state),
    networks: [...networks.values()],
    answers: newsOf(answers, input.answering),
  };
}

interface FoldedSource {
  readonly state: SourceState;
  readonly activity: WindowActivity;
  readonly context: FoldContext;
}

function contextOf(
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

function foldSource(
  activity: WindowActivity,
  context: FoldContext,
  input: WindowInput,
): FoldedSource | undefined {
  const known = input.states.get(activity.key);
  if (known !== undefined && known.foldedThrough >= input.window) return undefined;
  if (activity.flows.length === 0 && !changesMedia(known, context)) return undefined;
  const before = known ?? newSourceState(activity.key, activity.source, input.window);
  return { state: fold(before, activity, input.window, context), activity, context };
}

function changesMedia(known: SourceState | undefined, { media, windowEnd }: FoldContext): boolean {
  return media && windowEnd - (known?.mediaAt ?? 0) >= MEMORY_PRECISION_SECONDS;
}

/** The neighbourhoods of the sources that may be accused at all, with the window folded in. */
function foldNetworks(folded: readonly FoldedSource[], input: WindowInput, context: JudgeContext) {
  const members = new Map<string, FoldedSource[]>();
  for (const source of folded) {
    if (
      source.context.banned ||
      source.state.dark.length === 0 ||
      trustOf(source.state, context) !== undefined
    )
      continue;
    const key = networkKey(source.state.source);
    members.set(key, [...(members.get(key) ?? []), source]);
  }
  const networks = new Map<string, NetworkState>();
  for (const [key, sources] of [...members].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const before = input.networks.get(key) ?? newNetworkState(key, input.window);
    const [first] = sources;
    if (first === undefined) continue;
    const isDone = before.foldedThrough >= input.window;
    networks.set(key, isDone ? before : foldNetwork(before, sources, input.window, first.context));
  }
  return networks;
}

function judgeSource(
  source: FoldedSource,
  network: NetworkState | undefined,
  context: JudgeContext,
): { state: SourceState; verdict?: Verdict } {
  const { state, activity } = source;
  if (source.context.banned) return { state };
  const ruleInput = { state, activity, context: source.context, ...(network && { network }) };
  const found = RULES.flatMap((rule) => rule.evaluate(ruleInput) ?? []);
  if (found.length === 0) return { state };
  const kept = { ...state, evidence: newestOfEachRule([...state.evidence, ...found]) };
  const verdict = verdictOf(kept, source.context.windowEnd + context.policy.graceSeconds, context);
  return { state: verdict.kind === 'probe' ? consumeEvidence(kept) : kept, verdict };
}

function verdictOf(state: SourceState, decidedAt: number, context: JudgeContext): Verdict {
  const { key, source, evidence } = state;
  const score = evidence.reduce((sum, item) => sum + item.score, 0);
  const trust = trustOf(state, context);
  const kind = trust === undefined && score >= context.policy.probeScore ? 'probe' : 'suspect';
  return { key, source, kind, decidedAt, score, evidence, ...(trust !== undefined && { trust }) };
}

function newestOfEachRule(evidence: readonly Evidence[]): Evidence[] {
  return [...new Map(evidence.map((item) => [item.rule, item])).values()];
}

function newsOf(answers: AnsweringAddresses, known: AnsweringAddresses): AnsweringAddresses {
  return new Map([...answers].filter(([own, at]) => at - (known.get(own) ?? 0) >= MEMORY_PRECISION_SECONDS));
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
