import type { Evidence } from './evidence';

/**
 * What is remembered of one source between windows: constant size, whatever it sends. Times are epoch seconds.
 * Lists are bounded and hold the newest.
 */
export interface SourceState {
  /** Version of this shape. A reader that finds a newer one changes nothing and alarms. */
  readonly schema: 1;
  readonly key: string;
  /** The address last seen, canonical text. */
  readonly source: string;
  /** Start of the last window folded in; folding it again changes nothing. */
  readonly foldedThrough: number;
  readonly firstSeen: number;
  readonly lastSeen: number;
  /** Own addresses touched by SIP requests that had never answered SIP, each with the window end of the last touch. */
  readonly dark: readonly (readonly [own: string, at: number])[];
  /** SIP-like ports tried where no service answers, each with the own address and the time of the last touch. */
  readonly ports: readonly (readonly [port: number, own: string, at: number])[];
  /** SIP packets from and to the source, in buckets of 5 minutes over the last hour. */
  readonly exchange: readonly (readonly [bucket: number, inPackets: number, outPackets: number])[];
  /** Last window end in which media flowed both ways, 0 for never. */
  readonly mediaAt: number;
  /** Ordinary, answered SIP before the source first looked bad: distinct 5-minute buckets, and the last of them. */
  readonly history: { readonly buckets: number; readonly lastBucket: number };
  /** Evidence in force: at most one entry a rule, the newest. */
  readonly evidence: readonly Evidence[];
  /**
   * SIP packets from the source, decayed exponentially to {@link lastSeen}: what a filter entry would block. While the
   * source is banned and heard, never less than before (docs/filter-set.md, *What a closed door shows*).
   */
  readonly weight: number;
}

/** Own addresses that answer SIP, each with the window end of its last answer, epoch seconds. */
export type AnsweringAddresses = ReadonlyMap<string, number>;

/** Most entries of each list in a {@link SourceState}: several times what any rule needs to decide. */
export const MAX_REMEMBERED = 16;

/** At most {@link MAX_REMEMBERED} touches, the newest first and then in text order. */
export function newestTouches(
  touches: readonly (readonly [what: string, at: number])[],
): (readonly [what: string, at: number])[] {
  return [...touches].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, MAX_REMEMBERED);
}
