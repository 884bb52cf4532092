import { activeRules } from './active-rules';
import type { WindowActivity } from './activity';
import type { Evidence, Verdict } from './evidence';
import { decisionTime } from './decision-time';
import { consumeEvidence, type FoldContext } from './fold';
import type { WindowContext } from './window-context';
import type { JudgeContext, WindowInput } from './window-input';
import {
  type ActiveSource,
  foldNetwork,
  type NetworkMember,
  type NetworkState,
  newNetworkState,
  withAccused,
} from './network-state';
import type { DetectionPolicy } from './policy';
import type { SourceState } from './source-state';
import { isAllowed, isTrusted, isWitness, sparedOf, trustOf } from './trust';

/** A source with a window folded into its state. */
export interface FoldedSource {
  readonly state: SourceState;
  readonly activity: WindowActivity;
  readonly context: FoldContext;
  /** Key of its neighbourhood. */
  readonly network: string;
}

/** What a neighbourhood's rules say of its members, by key. */
type Accusations = ReadonlyMap<string, readonly Evidence[]>;

interface JudgedNetwork {
  readonly network: NetworkState;
  readonly isChanged: boolean;
  readonly accusations: Accusations;
}

/** Judges the sources of a window, alone and by their neighbourhoods. */
export function judgeSources(
  folded: readonly FoldedSource[],
  shared: WindowContext,
  input: WindowInput,
  context: JudgeContext,
): { verdicts: Verdict[]; states: SourceState[]; networks: NetworkState[] } {
  const networks = judgeNetworks(folded, shared, input, context);
  const judged = folded.map((source) =>
    judgeSource(source, networks.get(source.network)?.accusations.get(source.state.key) ?? [], context),
  );
  const here = new Set(folded.map(({ state }) => state.key));
  const others = [...networks.values()].flatMap((network) =>
    absentVerdicts(network, (key) => here.has(key) || isBanned(input, key, context.policy), shared, context),
  );
  return {
    verdicts: [...judged.flatMap(({ verdict }) => verdict ?? []), ...others].sort(byKey),
    states: judged.map(({ state }) => state),
    networks: [...networks.values()]
      .filter(({ isChanged }) => isChanged)
      .map(({ network }) => network)
      .sort(byKey),
  };
}

function byKey(a: { readonly key: string }, b: { readonly key: string }): number {
  return a.key < b.key ? -1 : 1;
}

/** The neighbourhoods of which the window's sources change something or in which somebody is accused, by key. */
function judgeNetworks(
  folded: readonly FoldedSource[],
  shared: WindowContext,
  input: WindowInput,
  context: JudgeContext,
): Map<string, JudgedNetwork> {
  const active = new Map<string, ActiveSource[]>();
  for (const source of folded) {
    const accusable = isAccusable(source, context);
    // Who may not be accused is no member, and leaves a neighbourhood that has members only.
    if (!accusable && !input.networks.has(source.network)) continue;
    const others = active.get(source.network);
    const one = { state: source.state, activity: source.activity, accusable };
    if (others === undefined) active.set(source.network, [one]);
    else others.push(one);
  }
  const judged = new Map<string, JudgedNetwork>();
  for (const key of new Set([...active.keys(), ...input.networks.keys()])) {
    const network = judgeNetwork(key, active.get(key) ?? [], shared, input);
    if (network !== undefined) judged.set(key, network);
  }
  return judged;
}

function isAccusable({ state, context: { banned } }: FoldedSource, context: JudgeContext): boolean {
  return !banned && !isWitness(state, context) && !isTrusted(state, context);
}

function judgeNetwork(
  key: string,
  active: readonly ActiveSource[],
  shared: WindowContext,
  { window, networks }: WindowInput,
): JudgedNetwork | undefined {
  const before = networks.get(key) ?? newNetworkState(key, window);
  // Judged before and cut off: what its rules said then, they say again.
  const isDone = before.foldedThrough >= window;
  const after = isDone ? before : foldNetwork(before, active, window, shared);
  // What a later window says of it is said when that one is judged.
  if (after?.foldedThrough !== window) return undefined;
  const accusations = accusationsIn(after, shared);
  return {
    network: withAccused(after, new Set(accusations.keys()), shared.windowEnd),
    isChanged: !isDone,
    accusations,
  };
}

function accusationsIn(network: NetworkState, context: WindowContext): Accusations {
  const accusations = new Map<string, Evidence[]>();
  for (const { rule, values } of activeRules(context.policy).network) {
    const found = rule.evaluate({ network, context }, values);
    if (found === undefined) continue;
    const { accused, ...finding } = found;
    for (const { key } of accused.filter((member) => isNews(member, context))) {
      accusations.set(key, [
        ...(accusations.get(key) ?? []),
        { rule: rule.id, at: context.windowEnd, ...finding },
      ]);
    }
  }
  return accusations;
}

/** A member is accused once for what it did; in the window at hand again, where its judgement was cut off. */
function isNews({ at, accusedAt }: NetworkMember, { windowEnd }: WindowContext): boolean {
  return at > accusedAt || accusedAt === windowEnd;
}

/** Verdicts on members that were not seen in this window: what makes them suspicious only came out now. */
function absentVerdicts(
  { network, accusations }: JudgedNetwork,
  isSpared: (key: string) => boolean,
  { windowEnd, policy }: WindowContext,
  { allowlist }: JudgeContext,
): Verdict[] {
  return network.members
    .filter(({ key }) => !isSpared(key) && !isAllowed(key, allowlist))
    .flatMap(({ key, source }) => {
      const evidence = accusations.get(key) ?? [];
      const score = scoreOf(evidence);
      if (evidence.length === 0) return [];
      const kind = score >= policy.probeScore ? ('probe' as const) : ('suspect' as const);
      return [{ key, source, kind, decidedAt: windowEnd + policy.graceSeconds, score, evidence }];
    });
}

function judgeSource(
  source: FoldedSource,
  accusations: readonly Evidence[],
  context: JudgeContext,
): { state: SourceState; verdict?: Verdict } {
  const { state, context: here } = source;
  if (here.banned) return { state };
  const found = [...findings(source), ...accusations];
  if (found.length === 0) return { state };
  const kept = { ...state, evidence: newestOfEachRule([...state.evidence, ...found]) };
  const verdict = verdictOf(kept, here.windowEnd + context.policy.graceSeconds, context);
  return { state: verdict.kind === 'probe' ? consumeEvidence(kept) : kept, verdict };
}

function findings({ state, activity, context }: FoldedSource): Evidence[] {
  const input = { state, activity, context };
  const evidence: Evidence[] = [];
  for (const { rule, values } of activeRules(context.policy).source) {
    const found = rule.evaluate(input, values);
    if (found !== undefined) evidence.push({ rule: rule.id, at: context.windowEnd, ...found });
  }
  return evidence;
}

function verdictOf(state: SourceState, decidedAt: number, context: JudgeContext): Verdict {
  const { key, source, evidence } = state;
  const score = scoreOf(evidence);
  const isProbe = score >= context.policy.probeScore;
  const trust = trustOf(state, context) ?? (isProbe ? sparedOf(state, context) : undefined);
  const kind = isProbe && trust === undefined ? 'probe' : 'suspect';
  return { key, source, kind, decidedAt, score, evidence, ...(trust !== undefined && { trust }) };
}

function scoreOf(evidence: readonly Evidence[]): number {
  return evidence.reduce((sum, { score }) => sum + score, 0);
}

function newestOfEachRule(evidence: readonly Evidence[]): Evidence[] {
  return [...new Map(evidence.map((item) => [item.rule, item])).values()];
}

/**
 * Whether a ban was in force in the window. One made at this very moment is the window's own, found again after a crash.
 * Of a window in which a ban ends, nobody can tell what the ban rejected.
 */
export function isBanned({ bans, window }: WindowInput, key: string, policy: DetectionPolicy): boolean {
  const ban = bans.get(key);
  return ban !== undefined && ban.bannedAt < decisionTime(window, policy) && window < ban.expiresAt;
}
