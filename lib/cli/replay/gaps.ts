/** A stretch of time in which no SIP or media record came. Epoch seconds. */
export interface Gap {
  readonly from: number;
  readonly to: number;
}

/**
 * The shortest silence that is told, seconds. Where anybody probes, hardly five minutes pass without a packet on a SIP
 * port (recorded days: at most four), and AWS delivers within ten; what is shorter is the pause between two callers.
 */
export const SHORTEST_GAP = 600;

/**
 * Silences within a log. A flow log that stopped and a line on which nobody spoke look the same in it, so both are told.
 * @param windows starts of the windows that hold records, in order; @param windowSeconds how long each is
 */
export function gapsBetween(
  windows: readonly number[],
  windowSeconds: number,
  span: { readonly from: number; readonly to: number },
): Gap[] {
  if (span.from > span.to) return [];
  const ends = [span.from, ...windows.map((window) => window + windowSeconds)];
  const starts = [...windows, span.to];
  return starts.flatMap((to, i) => {
    const from = ends[i] ?? to;
    return to - from >= SHORTEST_GAP ? [{ from, to }] : [];
  });
}
