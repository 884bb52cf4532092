/**
 * The optimiser against exhaustive search: node bench/run.mjs filter-set/exhaustive [instances] [first seed].
 * Prints every mismatch with the seed that makes it again; exits 1 if there is one.
 */
import { chooseFilterSet } from '../../lambda/filter-set';
import { instance } from '../../test/filter-set/instances';
import { describeProblem, mismatch } from '../../test/filter-set/mismatch';

const instances = Number(process.argv[2] ?? 100_000);
const firstSeed = Number(process.argv[3] ?? 1);
const started = performance.now();
const tally = {
  ipv4: 0,
  ipv6: 0,
  allowlist: 0,
  legitimate: 0,
  current: 0,
  stability: 0,
  collateral: 0,
  pinned: 0,
  wider: 0,
};
let mismatches = 0;

for (let seed = firstSeed; seed < firstSeed + instances; seed++) {
  const problem = instance(seed);
  const solution = chooseFilterSet(problem);
  const wrong = mismatch(problem, solution);
  tally[problem.family === 4 ? 'ipv4' : 'ipv6']++;
  if (!problem.allowlist.isEmpty) tally.allowlist++;
  if (problem.legitimate.length > 0) tally.legitimate++;
  if (problem.current.length > 0) tally.current++;
  if (problem.policy.stability > 0) tally.stability++;
  if (problem.policy.collateralCost > 0) tally.collateral++;
  if (problem.candidates.some((candidate) => candidate.pinned)) tally.pinned++;
  if (solution.entries.some((entry) => entry.sources > 1)) tally.wider++;
  if (wrong === undefined) continue;
  mismatches++;
  console.error(`instance ${seed}: ${wrong}\n${describeProblem(problem)}`);
}

const seconds = Math.round((performance.now() - started) / 100) / 10;
console.log(JSON.stringify({ instances, firstSeed, mismatches, seconds, instancesWith: tally }));
process.exitCode = mismatches > 0 ? 1 : 0;
