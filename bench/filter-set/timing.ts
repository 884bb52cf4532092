/**
 * Time and memory of one choice: node bench/run.mjs filter-set/timing [sizes…]. Warm: the median of the runs after the
 * first ones, each on the same problem; K = 18, an allowlist and what the last choice left in the slots.
 */
import { type Cidr, CidrSet, cidrOf } from '../../lambda/address';
import { type FilterSetProblem, chooseFilterSet, defaultFilterSetPolicy } from '../../lambda/filter-set';
import { machine } from './machine';
import { population } from './population';

const TARGET_MS: Readonly<Record<number, number>> = { 10_000: 15, 100_000: 150, 1_000_000: 1200 };
const WARM_UP = 5;
const RUNS = 11;

function problemOf(size: number, current: readonly Cidr[]): FilterSetProblem {
  return {
    family: 4,
    slots: 18,
    candidates: population(size, size).map(({ address, rate }) => ({
      cidr: cidrOf({ family: 4, value: BigInt(address) }, 32),
      weight: rate,
      forgeable: false,
      pinned: false,
    })),
    legitimate: [],
    allowlist: CidrSet.parse(['103.55.116.0/24', '10.20.0.0/16', '203.0.113.0/24']),
    current,
    policy: defaultFilterSetPolicy,
  };
}

function measure(size: number) {
  const cold = chooseFilterSet(problemOf(size, []));
  const problem = problemOf(
    size,
    cold.entries.map((entry) => entry.cidr),
  );
  const times: number[] = [];
  let resident = 0;
  for (let run = 0; run < WARM_UP + RUNS; run++) {
    const started = performance.now();
    chooseFilterSet(problem);
    if (run >= WARM_UP) times.push(performance.now() - started);
    resident = Math.max(resident, process.memoryUsage().rss);
  }
  times.sort((a, b) => a - b);
  return {
    sources: size,
    slots: 18,
    medianMs: Math.round((times[RUNS >> 1] ?? NaN) * 10) / 10,
    worstMs: Math.round((times.at(-1) ?? NaN) * 10) / 10,
    targetMs: TARGET_MS[size],
    residentMiB: Math.round(resident / 2 ** 20),
  };
}

const sizes = process.argv.slice(2).map(Number);
const results = (sizes.length > 0 ? sizes : [10_000, 100_000, 1_000_000]).map(measure);
console.table(results);
console.log(JSON.stringify({ machine: machine(), results }));
