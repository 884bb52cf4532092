import type { WindowActivity } from '../activity';
import type { FoldContext } from '../fold';
import type { WindowContext } from '../window-context';
import type { NetworkMember, NetworkState } from '../network-state';
import type { SourceState } from '../source-state';

/** One number a rule depends on, with its bounds and where it comes from. */
export interface Threshold {
  readonly default: number;
  readonly least: number;
  readonly most: number;
  /** What it counts: `addresses`, `seconds`, `packets a minute`. */
  readonly unit: string;
  /** What it means, and its source. */
  readonly about: string;
  /** @default whole numbers only */
  readonly fraction?: true;
}

/** A rule's thresholds by name. */
export type Thresholds = Readonly<Record<string, Threshold>>;

/** A number for each threshold. */
export type Values<T extends Thresholds> = { readonly [K in keyof T]: number };

/** What a rule found: {@link Evidence} without what the judge adds. */
export interface Finding {
  /** The numbers, in a sentence an operator understands. */
  readonly detail: string;
  readonly score: number;
  readonly forgeable: boolean;
}

/** What a rule about one source looks at: the state with the window folded in, and the window. */
export interface RuleInput {
  readonly state: SourceState;
  readonly activity: WindowActivity;
  readonly context: FoldContext;
}

/** What a rule about a neighbourhood looks at. */
export interface NetworkRuleInput {
  /** With the window folded in. */
  readonly network: NetworkState;
  readonly context: WindowContext;
}

/** Members of a neighbourhood that a rule accuses, each for the same reason. */
export interface NetworkFinding extends Finding {
  readonly accused: readonly NetworkMember[];
}

interface RuleBase {
  readonly id: string;
  /** What it looks for, in a sentence. */
  readonly about: string;
  readonly thresholds: Thresholds;
}

/** One reason to call a source a probe. */
export interface SourceRule extends RuleBase {
  readonly kind: 'source';
  /** @returns what the window completed, or undefined; only a window that adds to the evidence returns any */
  evaluate(input: RuleInput, values: Readonly<Record<string, number>>): Finding | undefined;
}

/** One reason to call sources of a neighbourhood probes, for what they did together. */
export interface NetworkRule extends RuleBase {
  readonly kind: 'network';
  evaluate(input: NetworkRuleInput, values: Readonly<Record<string, number>>): NetworkFinding | undefined;
}

export type Rule = SourceRule | NetworkRule;

interface Definition<T extends Thresholds, I, F> {
  readonly id: string;
  readonly about: string;
  readonly thresholds: T;
  readonly evaluate: (input: I, values: Values<T>) => F | undefined;
}

/** A rule about one source. The judge gives it a number for each of its thresholds. */
export function sourceRule<T extends Thresholds>(definition: Definition<T, RuleInput, Finding>): SourceRule {
  const { evaluate, ...rest } = definition;
  return { ...rest, kind: 'source', evaluate: (input, values) => evaluate(input, values as Values<T>) };
}

/** A rule about a neighbourhood. */
export function networkRule<T extends Thresholds>(
  definition: Definition<T, NetworkRuleInput, NetworkFinding>,
): NetworkRule {
  const { evaluate, ...rest } = definition;
  return { ...rest, kind: 'network', evaluate: (input, values) => evaluate(input, values as Values<T>) };
}
