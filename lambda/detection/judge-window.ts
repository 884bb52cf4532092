import type { CidrSet } from '../address';
import { activities, type WindowActivity } from './activity';
import type { Contribution } from './contribution';
import type { Evidence, Verdict } from './evidence';
import {
  consumeEvidence,
  fold,
  type FoldContext,
  isAnswered,
  newSourceState,
  sipFlows,
  type WindowContext,
} from './fold';
import { newlyLegitimate } from './legitimate';
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
  /** Sources trusted by behaviour, for longer than before: key and end of the trust, epoch seconds. */
  readonly legitimate: ReadonlyMap<string, number>;
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
  const current = activities(input.contributions);
  const grace = activities(input.grace);
  const answers = answersIn([...current.values(), ...grace.values()], input.window, context);
  const shared = windowContextOf(input, answers, context);
  const folded = [...current.values()].flatMap(
    (activity) =>
      foldSource(activity, foldContextOf(activity, grace.get(activity.key), shared, input), input) ?? [],
  );
  const networks = foldNetworks(folded, shared, input, context);
  const judged = folded.map((source) =>
    judgeSource(source, networks.get(networkKey(source.state.source)), context),
  );
  return {
    verdicts: judged.flatMap(({ verdict }) => verdict ?? []),
    states: judged.map(({ state }) => state),
    networks: [...networks.values()],
    answers: newsOf(answers, input.answering),
    legitimate: newlyLegitimate(
      folded.map(({ state }) => state),
      input.states,
      context,
    ),
  };
}

interface FoldedSource {
  readonly state: SourceState;
  readonly activity: WindowActivity;
  readonly context: FoldContext;
}

function windowContextOf(
  { window, answering }: WindowInput,
  answers: AnsweringAddresses,
  { policy, topology }: JudgeContext,
): WindowContext {
  const windowEnd = window + policy.windowSeconds;
  const since = windowEnd - policy.answeringSeconds;
  return {
    policy,
    topology,
    windowEnd,
    answers: (own) => answers.has(own) || (answering.get(own) ?? -Infinity) > since,
  };
}

function foldContextOf(
  activity: WindowActivity,
  grace: WindowActivity | undefined,
  shared: WindowContext,
  input: WindowInput,
): FoldContext {
  const { packets } = shared.policy.mediaTrust;
  const seen = grace === undefined ? [activity] : [activity, grace];
  const replies = new Set(seen.flatMap(({ flows }) => flows.filter(isAnswered).map(placeOf)));
  return {
    ...shared,
    repliedFrom: (own, ownPort) => replies.has(placeOf({ own, ownPort })),
    media: seen.some(({ media }) => media.in >= packets) && seen.some(({ media }) => media.out >= packets),
    banned: isBanned(input, activity.key, shared.policy),
  };
}

function placeOf({ own, ownPort }: { own: string; ownPort: number }): string {
  return `${own} ${ownPort}`;
}

/**
 * Whether a ban was in force in the window. One made at this very moment is the window's own, found again after a crash.
 * Of a window in which a ban ends, nobody can tell what the ban rejected.
 */
function isBanned({ bans, window }: WindowInput, key: string, policy: DetectionPolicy): boolean {
  const ban = bans.get(key);
  return ban !== undefined && ban.bannedAt < decisionTime(window, policy) && window < ban.expiresAt;
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
function foldNetworks(
  folded: readonly FoldedSource[],
  shared: WindowContext,
  input: WindowInput,
  context: JudgeContext,
): Map<string, NetworkState> {
  const members = new Map<string, FoldedSource[]>();
  for (const source of folded) {
    if (!mayBeAccused(source, context)) continue;
    const key = networkKey(source.state.source);
    members.set(key, [...(members.get(key) ?? []), source]);
  }
  return new Map(
    [...members].map(([key, sources]) => {
      const before = input.networks.get(key) ?? newNetworkState(key, input.window);
      const isDone = before.foldedThrough >= input.window;
      return [key, isDone ? before : foldNetwork(before, sources, input.window, shared)];
    }),
  );
}

function mayBeAccused({ state, context: { banned } }: FoldedSource, context: JudgeContext): boolean {
  return !banned && state.dark.length > 0 && trustOf(state, context) === undefined;
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
  window: number,
  { policy, topology }: JudgeContext,
): Map<string, number> {
  const answered = seen.flatMap((activity) => sipFlows(activity, topology).filter(isAnswered));
  return new Map(answered.map(({ own }) => [own, window + policy.windowSeconds]));
}
