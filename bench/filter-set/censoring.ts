/**
 * What it costs to take the silence of a denied source for its rate: node bench/run.mjs filter-set/censoring. Half of the
 * actors need answers and send a twentieth while they are denied; the ledger sees that twentieth. Means over five worlds.
 */
import { machine } from './machine';
import { type Censoring, simulate } from './simulate';
import { optimum } from './strategies';
import { world } from './world';

const SEEDS = [1, 2, 3, 4, 5];
const worlds = SEEDS.map((seed) => world(125, seed, 0.5));
const ways: (Censoring | undefined)[] = [undefined, 'ignored', 'held where denied', 'held'];
const rows = ways.map((censoring) => {
  const outcomes = worlds.map((windows) =>
    simulate(windows, optimum('relative'), 18, censoring && { censoring }),
  );
  const mean = (of: (outcome: (typeof outcomes)[number]) => number) =>
    outcomes.reduce((sum, outcome) => sum + of(outcome), 0) / outcomes.length;
  return {
    weights: censoring ?? 'nobody needs answers',
    'blocked %': Math.round(1000 * mean((o) => o.blockedShare)) / 10,
    'calls a window': Math.round(100 * mean((o) => o.callsPerWindow)) / 100,
  };
});
console.table(rows);
console.log(JSON.stringify({ machine: machine(), seeds: SEEDS, rows }));
