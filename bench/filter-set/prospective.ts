/**
 * What each way of filling the slots would block of the traffic that comes *next*: node bench/run.mjs
 * filter-set/prospective. Means over five generated worlds of 100 measured windows each, with the lowest and highest of
 * the five. With --plot it writes docs/filter-set.svg.
 */
import { writeFileSync } from 'node:fs';
import { machine } from './machine';
import { plot } from './plot';
import { type Outcome, simulate } from './simulate';
import { type Strategy, greedyMerge, newest, optimum, topAddresses, topNetworks } from './strategies';
import { type Window, clustering, world } from './world';

const MEASURED_WINDOWS = 100;
const WARM_UP = 24;
const SEEDS = [1, 2, 3, 4, 5];
const SLOTS = [4, 9, 18, 38];
const LIKENESS = [0.5, 0];
const NEWEST_THRESHOLDS = [1, 10, 30, 100, 300, 1000, 3000, 10_000];

const STRATEGIES: Readonly<Record<string, Strategy>> = {
  'top K addresses': topAddresses,
  'top K /24': topNetworks,
  'greedy merge': greedyMerge,
  'optimum, σ = 0': optimum(0),
  'optimum, σ of 1 point': optimum('relative'),
};

/** One strategy in all worlds. */
interface Summary extends Outcome {
  readonly lowest: number;
  readonly highest: number;
}

function bestNewest(windows: readonly Window[], slots: number): Outcome {
  const tried = NEWEST_THRESHOLDS.map((threshold) => simulate(windows, newest, slots, { threshold }));
  return tried.reduce((best, next) => (next.blockedShare > best.blockedShare ? next : best));
}

function summarise(outcomes: readonly Outcome[]): Summary {
  const mean = (of: (outcome: Outcome) => number) =>
    outcomes.reduce((sum, outcome) => sum + of(outcome), 0) / outcomes.length;
  const shares = outcomes.map((outcome) => outcome.blockedShare);
  return {
    blockedShare: mean((o) => o.blockedShare),
    collateral: mean((o) => o.collateral),
    legitimateBlocked: mean((o) => o.legitimateBlocked),
    callsPerWindow: mean((o) => o.callsPerWindow),
    lowest: Math.min(...shares),
    highest: Math.max(...shares),
  };
}

function compare(worlds: readonly Window[][], slots: number): Record<string, Summary> {
  const summaries = Object.entries(STRATEGIES).map(([name, strategy]) => {
    return [name, summarise(worlds.map((windows) => simulate(windows, strategy, slots)))] as const;
  });
  return Object.fromEntries([
    ['newest K, best threshold', summarise(worlds.map((windows) => bestNewest(windows, slots)))],
    ...summaries,
  ]);
}

function print(slots: number, likeness: number, summaries: Record<string, Summary>): void {
  console.log(`K = ${slots}, likeness of rates within an actor ${likeness}`);
  const percent = (share: number) => Math.round(share * 1000) / 10;
  const rows = Object.entries(summaries).map(([name, s]) => [
    name,
    {
      'blocked %': percent(s.blockedShare),
      range: `${percent(s.lowest)} to ${percent(s.highest)}`,
      'other addresses': Math.round(s.collateral),
      'legitimate packets': Math.round(s.legitimateBlocked * 10) / 10,
      'calls a window': Math.round(s.callsPerWindow * 100) / 100,
    },
  ]);
  console.table(Object.fromEntries(rows));
}

const results = LIKENESS.flatMap((likeness) => {
  const worlds = SEEDS.map((seed) => world(MEASURED_WINDOWS + WARM_UP + 1, seed, likeness));
  const all = worlds.flat();
  const sourcesPerWindow = Math.round(all.reduce((sum, { probes }) => sum + probes.length, 0) / all.length);
  console.log(JSON.stringify({ likeness, sourcesPerWindow, clustering: clustering(worlds[0] ?? []) }));
  return (likeness === 0 ? [18] : SLOTS).map((slots) => {
    const summaries = compare(worlds, slots);
    print(slots, likeness, summaries);
    return { slots, likeness, summaries };
  });
});
console.log(JSON.stringify({ machine: machine(), seeds: SEEDS, windows: MEASURED_WINDOWS, results }));

if (process.argv.includes('--plot')) {
  const shown = results.filter(({ likeness }) => likeness > 0);
  const names = Object.keys(shown[0]?.summaries ?? {}).filter((name) => !name.includes('1 point'));
  const lines = names.map((name) => ({
    name,
    points: shown.map(({ slots, summaries }) => ({
      x: slots,
      y: 100 * (summaries[name]?.blockedShare ?? 0),
    })),
  }));
  writeFileSync('docs/filter-set.svg', plot(lines));
}
