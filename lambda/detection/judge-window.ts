import type { JudgeContext, WindowInput, WindowOutcome } from './window-input';
import type { Activities, WindowActivity } from './activity';
import type { SipFlow } from './contribution';
import { MANY_PORTS } from './flows';
import { isAnswered, sipFlows } from './flow-shape';
import { fold, type FoldContext, newSourceState } from './fold';
import type { WindowContext } from './window-context';
import { isBanned, judgeSources, type FoldedSource } from './judge-sources';
import { newlyLegitimate } from './legitimate';
import { networkKey } from './network-state';
import { pbxWindow } from './pbx-state';
import type { DetectionPolicy } from './policy';
import type { AnsweringAddresses, SourceState } from './source-state';

/** Media, answers and contacts are remembered to this precision, seconds, so that a long call is not written every minute. */
const MEMORY_PRECISION_SECONDS = 3600;

/**
 * Judges one closed window. Pure and deterministic: the same input gives the same outcome, and what has the window
 * folded in already stays as it is, so a judgement that was cut off can simply be made again.
 */
export function judgeWindow(input: WindowInput, context: JudgeContext): WindowOutcome {
  const { seen, before, grace } = input;
  const answers = answersIn([seen, grace], input.window + context.policy.windowSeconds, context);
  const shared = windowContextOf(input, answers, context);
  const folded: FoldedSource[] = [];
  for (const activity of seen.values()) {
    const { key } = activity;
    const banned = isBanned(input, key, context.policy);
    const around = new SourceContext(shared, activity, before.get(key), grace.get(key), banned);
    const source = foldSource(activity, around, input);
    if (source !== undefined) folded.push(source);
  }
  const { verdicts, states, networks } = judgeSources(folded, shared, input, context);
  return {
    verdicts,
    states,
    networks,
    answers: newsOf(answers, input.answering),
    legitimate: newlyLegitimate(
      folded.map(({ state }) => state),
      input.states,
      context,
    ),
  };
}

function windowContextOf(
  { window, watchingSince, answering }: WindowInput,
  answers: AnsweringAddresses,
  { policy, topology }: JudgeContext,
): WindowContext {
  const windowEnd = window + policy.windowSeconds;
  const since = windowEnd - policy.answeringSeconds;
  return {
    policy,
    topology,
    windowEnd,
    isWarm: window - watchingSince >= policy.learningSeconds,
    answers: (own) => answers.has(own) || (answering.get(own) ?? -Infinity) > since,
  };
}

/** What is known of one source's window, looked up when it is asked. */
class SourceContext implements FoldContext {
  readonly policy: DetectionPolicy;
  readonly topology: WindowContext['topology'];
  readonly windowEnd: number;
  readonly isWarm: boolean;
  readonly answers: WindowContext['answers'];
  readonly media: boolean;
  readonly pbx: FoldContext['pbx'];

  /**
   * @param shared what is known whoever the source
   * @param before what the source did just before the window, @param after in the grace after it
   */
  constructor(
    shared: WindowContext,
    private readonly activity: WindowActivity,
    private readonly before: WindowActivity | undefined,
    private readonly after: WindowActivity | undefined,
    readonly banned: boolean,
  ) {
    this.policy = shared.policy;
    this.topology = shared.topology;
    this.windowEnd = shared.windowEnd;
    this.isWarm = shared.isWarm;
    this.answers = shared.answers;
    this.media = this.#isHeard('in') && this.#isHeard('out');
    this.pbx = pbxWindow(activity.pbx, before?.pbx);
  }

  repliedFrom(own: string, ownPort: number): boolean {
    return (
      hasReplied(this.activity, own, ownPort, this.policy) ||
      (this.after !== undefined && hasReplied(this.after, own, ownPort, this.policy))
    );
  }

  isWhole(flow: SipFlow): boolean {
    return !hasPart(this.before, flow) && !hasPart(this.after, flow);
  }

  #isHeard(way: 'in' | 'out'): boolean {
    const { packets } = this.policy.mediaTrust;
    return (
      this.activity.media[way] >= packets || (this.after !== undefined && this.after.media[way] >= packets)
    );
  }
}

/** A source has a few flows: looking through them costs less than any key made of them. */
function hasReplied(
  { flows }: WindowActivity,
  own: string,
  ownPort: number,
  policy: DetectionPolicy,
): boolean {
  return flows.some((flow) => flow.ownPort === ownPort && flow.own === own && isAnswered(flow, policy));
}

function hasPart(other: WindowActivity | undefined, flow: SipFlow): boolean {
  return other?.flows.some((part) => part.inPackets > 0 && isPartOf(part, flow)) ?? false;
}

/** Whether they have one 5-tuple, or the first is the sum of many remote ports to the same place. */
function isPartOf(part: SipFlow, flow: SipFlow): boolean {
  return (
    (part.remotePort === flow.remotePort || part.remotePort === MANY_PORTS) &&
    part.ownPort === flow.ownPort &&
    part.protocol === flow.protocol &&
    part.own === flow.own
  );
}

function foldSource(
  activity: WindowActivity,
  context: FoldContext,
  input: WindowInput,
): FoldedSource | undefined {
  const known = input.states.get(activity.key);
  if (known !== undefined && known.foldedThrough >= input.window) return undefined;
  const isSilent = activity.flows.length === 0 && activity.pbx === undefined;
  if (isSilent && !addsToMemory(known, activity, context)) return undefined;
  const before = known ?? newSourceState(activity.key, activity.source, input.window);
  const state = fold(before, activity, input.window, context);
  return { state, activity, context, network: networkKey(state.source) };
}

function addsToMemory(
  known: SourceState | undefined,
  activity: WindowActivity,
  { media, windowEnd }: FoldContext,
): boolean {
  const isOld = (at = 0) => windowEnd - at >= MEMORY_PRECISION_SECONDS;
  return (
    (media && isOld(known?.mediaAt)) ||
    (activity.contacted && isOld(known?.contactAt)) ||
    (activity.service !== undefined && isOld(known?.serviceAt))
  );
}

function newsOf(answers: AnsweringAddresses, known: AnsweringAddresses): AnsweringAddresses {
  return new Map([...answers].filter(([own, at]) => at - (known.get(own) ?? 0) >= MEMORY_PRECISION_SECONDS));
}

function answersIn(
  windows: readonly Activities[],
  windowEnd: number,
  { policy, topology }: JudgeContext,
): Map<string, number> {
  const answers = new Map<string, number>();
  for (const window of windows) {
    for (const activity of window.values()) {
      for (const flow of sipFlows(activity, topology)) {
        if (isAnswered(flow, policy)) answers.set(flow.own, windowEnd);
      }
    }
  }
  return answers;
}
