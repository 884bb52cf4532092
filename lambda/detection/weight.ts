/**
 * Half-life of weights, seconds: 6 h. A filter slot should go to who knocks now, and most scanners come back within a
 * day or never, so what was seen a day ago counts a sixteenth. Choice, not measured.
 */
export const DEFAULT_HALF_LIFE_SECONDS = 6 * 3600;

/**
 * Weights below this are nothing. DynamoDB numbers end at 1e-130 (an item with a smaller one is rejected), which a
 * weight reaches after some 100 days without a SIP packet: media alone can keep a source's state alive for longer.
 */
const NEGLIGIBLE = 1e-9;

/** A sum of packets that fades: `value` is what it is worth at `at` (epoch seconds). Never mutated. */
export interface DecayedWeight {
  /** Packets, ≥ 0. */
  readonly value: number;
  /** Epoch seconds. */
  readonly at: number;
}

/**
 * What a weight known at `fromSeconds` is worth at `toSeconds` (epoch seconds). Where the clock goes backwards the
 * weight stays as it is: it never grows by itself.
 */
export function decayWeight(
  weight: number,
  fromSeconds: number,
  toSeconds: number,
  halfLifeSeconds: number = DEFAULT_HALF_LIFE_SECONDS,
): number {
  const faded = Math.max(0, weight) * 2 ** (Math.min(0, fromSeconds - toSeconds) / halfLifeSeconds);
  return faded < NEGLIGIBLE ? 0 : faded;
}
