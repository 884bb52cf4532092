import type { WindowActivity } from '../activity';
import type { Evidence } from '../evidence';
import type { FoldContext } from '../fold';
import type { NetworkState } from '../network-state';
import type { SourceState } from '../source-state';

/** What a rule looks at: the state with the window folded in, and the window. */
export interface RuleInput {
  readonly state: SourceState;
  readonly activity: WindowActivity;
  readonly context: FoldContext;
  /** The source's neighbourhood with the window folded in. */
  readonly network?: NetworkState;
}

/** One reason to call a source a probe. */
export interface Rule {
  readonly id: string;
  /** @returns what the window completed, or undefined; only a window that adds to the evidence returns any */
  evaluate(input: RuleInput): Evidence | undefined;
}
