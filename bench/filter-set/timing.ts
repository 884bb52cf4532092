/**
 * Time and memory of one choice: node bench/run.mjs filter-set/timing [size]. Warm: the median of the runs after the
 * first ones, each on the same problem; K = 18, an allowlist and what the last choice left in the slots.
 */
import { execFileSync } from 'node:child_process';
import { CidrSet, cidrOf } from '../../lambda/address';
import { type FilterSetProblem, chooseFilterSet, defaultFilterSetPolicy } from '../../lambda/filter-set';
import { machine } from './machine';
import { population } from './population';

const TARGET_MS: Readonly<Record<number, number>> = { 10_000: 15, 100_000: 150, 1_000_000: 1200 };
const WARM_UP = 5;
const RUNS = 11;

function problemOf(size: number): FilterSetProblem {
  return {
    family: 4,
    slots: 18,
    candidates: population(size, size, ({ address, rate }) => ({
      cidr: cidrOf({ family: 4, value: BigInt(address) }, 32),
      weight: rate,
      forgeable: false,
      pinned: false,
    })),
    legitimate: [],
    allowlist: CidrSet.parse(['103.55.116.0/24', '10.20.0.0/16', '203.0.113.0/24']),
    current: [],
    policy: defaultFilterSetPolicy,
  };
}

interface Measured {
  readonly sources: number;
  readonly slots: number;
  /** Wall-clock time. */
  readonly medianMs: number;
  readonly bestMs: number;
  /** Processor time, garbage collection included: says more than the clock where the machine is shared. */
  readonly medianCpuMs: number;
  readonly targetMs: number | undefined;
  /**
   * Resident memory of the process at its highest since it began, as the kernel counted it, input included; and with the
   * input alone. MB are 10^6 bytes.
   */
  readonly residentMb: number;
  readonly inputMb: number;
  readonly targetMb: number | undefined;
}

function measure(size: number): Measured {
  const empty = problemOf(size);
  globalThis.gc?.();
  const inputMb = Math.round(process.memoryUsage().rss / 1e6);
  const problem = { ...empty, current: chooseFilterSet(empty).entries.map((entry) => entry.cidr) };
  const times: number[] = [];
  const cpu: number[] = [];
  for (let run = 0; run < WARM_UP + RUNS; run++) {
    // The result before this one, a list of nearly a million sources, is not this one's memory.
    if (size >= 1_000_000) globalThis.gc?.();
    const cpuBefore = process.cpuUsage();
    const started = performance.now();
    chooseFilterSet(problem);
    const took = performance.now() - started;
    const used = process.cpuUsage(cpuBefore);
    if (run < WARM_UP) continue;
    times.push(took);
    cpu.push((used.user + used.system) / 1000);
  }
  return {
    sources: size,
    slots: 18,
    medianMs: round(median(times)),
    bestMs: round(Math.min(...times)),
    medianCpuMs: round(median(cpu)),
    targetMs: TARGET_MS[size],
    // Kibibytes (getrusage).
    residentMb: Math.round((process.resourceUsage().maxRSS * 1024) / 1e6),
    inputMb,
    targetMb: size === 1_000_000 ? 400 : undefined,
  };
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? NaN;
}

function round(ms: number): number {
  return Math.round(ms * 10) / 10;
}

/** Each size has a process of its own, so that one does not inherit the memory of another. */
function inOwnProcess(size: string): Measured {
  const output = execFileSync(process.execPath, [...process.execArgv, process.argv[1] ?? '', size]);
  return JSON.parse(output.toString()) as Measured;
}

const [only] = process.argv.slice(2);
if (only !== undefined) {
  console.log(JSON.stringify(measure(Number(only))));
} else {
  const results = ['10000', '100000', '1000000'].map(inOwnProcess);
  console.table(results);
  console.log(JSON.stringify({ machine: machine(), results }));
}
