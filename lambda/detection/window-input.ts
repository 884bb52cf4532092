import type { CidrSet } from '../address';
import type { Activities } from './activity';
import type { Verdict } from './evidence';
import type { NetworkState } from './network-state';
import type { DetectionPolicy } from './policy';
import type { AnsweringAddresses, SourceState } from './source-state';
import type { Topology } from './topology';

/** A closed window with all that is needed to judge it. */
export interface WindowInput {
  /** Window start, epoch seconds. */
  readonly window: number;
  /** Start of the first window ever judged, epoch seconds: what was before that nobody watched. */
  readonly watchingSince: number;
  /** Everything seen in the window. */
  readonly seen: Activities;
  /** Everything seen just before it, for as long as the grace: tells the later half of an exchange from a whole one. */
  readonly before: Activities;
  /** Everything seen in the grace after it: may excuse (answers, media), never accuse. */
  readonly grace: Activities;
  /** States of the sources seen, by key, as far as there are any. */
  readonly states: Pick<ReadonlyMap<string, SourceState>, 'get'>;
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
  /** Neighbourhoods that changed, ordered by key. */
  readonly networks: readonly NetworkState[];
  /** Own addresses that answered and were not known to, or not lately, with the window end of the answer. */
  readonly answers: AnsweringAddresses;
  /** Sources trusted by behaviour, for longer than before: key and end of the trust, epoch seconds. */
  readonly legitimate: ReadonlyMap<string, number>;
}
