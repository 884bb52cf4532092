/** What one rule found about one source in closed windows. Kept in the ledger and shown by `why` and `replay`. */
export interface Evidence {
  /** The rule's id, for example `dark-addresses`. */
  readonly rule: string;
  /** End of the window that completed the evidence, epoch seconds. */
  readonly at: number;
  /** The numbers, in a sentence an operator understands. */
  readonly detail: string;
  /** Points this evidence adds to the source's score. */
  readonly score: number;
  /**
   * Whether somebody who only forges the source address could have made it: single UDP packets that nobody
   * needed to answer. Such evidence earns a short ban and never widens one to a prefix.
   */
  readonly forgeable: boolean;
}

/** How a source is judged: `probe` is banned, `suspect` is shown to the operator, `clean` is neither. */
export type VerdictKind = 'probe' | 'suspect' | 'clean';

/** A verdict about one source, made when a window closed. */
export interface Verdict {
  /** The key of the source, see `sourceKey`. */
  readonly key: string;
  /** The address, canonical text; of an IPv6 /64 the one that was seen. */
  readonly source: string;
  readonly kind: VerdictKind;
  /** When it was decided: end of the deciding window plus the grace for late records, epoch seconds. */
  readonly decidedAt: number;
  /** Sum of the evidence's scores. */
  readonly score: number;
  readonly evidence: readonly Evidence[];
  /** Why a source over the threshold is not a probe, for example `media within 7 days`. */
  readonly trust?: string;
}
