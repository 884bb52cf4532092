import { RULES } from '../../lambda/detection/rules';
import { bansOf, type CollectedSet, collected } from './judge';
import { naiveBans } from './naive';
import { scored, type SetScore } from './score';
import type { SetFile } from './sets';

/** A set's figures, and how each change of the policy would alter them. */
export interface SetResult {
  readonly name: string;
  readonly records: number;
  readonly score: SetScore;
  /** Without each rule: probes caught and false bans. */
  readonly without: Readonly<Record<string, Tally>>;
  /** By the score from which a source is a probe. */
  readonly byProbeScore: ReadonlyMap<number, Tally>;
  /** The naive detector, by its threshold in records. */
  readonly naive: ReadonlyMap<number, Tally>;
}

/** What counts when sets are added up. */
export interface Tally {
  readonly probes: number;
  readonly caught: number;
  readonly falseBans: number;
}

/** Scores that are tried, the default among them. */
const PROBE_SCORES = [3, 5, 8, 10, 13, 15, 20, 25];
/** Thresholds of the naive detector that are tried, records in 10 minutes. */
const NAIVE_THRESHOLDS = [1, 2, 3, 5, 10, 20, 50, 100, 200, 500];

/** Measures one set. @param ablate whether to try what each change would do, which takes 20 times as long */
export async function measured(file: SetFile, ablate: boolean): Promise<SetResult> {
  const set = collected(await file.read());
  const score = scored(await bansOf(set), set.sources);
  return {
    name: file.name,
    records: set.records.length,
    score,
    without: ablate ? await withoutEach(set) : {},
    byProbeScore: ablate ? await byProbeScore(set) : new Map(),
    naive: new Map(
      NAIVE_THRESHOLDS.map((threshold) => [threshold, tally(scored(naiveBans(set, threshold), set.sources))]),
    ),
  };
}

async function withoutEach(set: CollectedSet): Promise<Record<string, Tally>> {
  const tallies: Record<string, Tally> = {};
  for (const { id } of RULES) {
    tallies[id] = tally(scored(await bansOf(set, { rules: { [id]: { enabled: false } } }), set.sources));
  }
  return tallies;
}

async function byProbeScore(set: CollectedSet): Promise<Map<number, Tally>> {
  const tallies = new Map<number, Tally>();
  for (const probeScore of PROBE_SCORES) {
    tallies.set(probeScore, tally(scored(await bansOf(set, { probeScore }), set.sources)));
  }
  return tallies;
}

/** The figures of one set that add up. */
export function tally({ probes, caught, falseBans }: SetScore): Tally {
  return { probes, caught, falseBans: falseBans.length };
}

/** Tallies added up. */
export function added(tallies: readonly Tally[]): Tally {
  return tallies.reduce(
    (sum, one) => ({
      probes: sum.probes + one.probes,
      caught: sum.caught + one.caught,
      falseBans: sum.falseBans + one.falseBans,
    }),
    { probes: 0, caught: 0, falseBans: 0 },
  );
}
