import { CidrSet } from '../../lambda/address';
import { type FilterSetPolicy, type FilterSetProblem, chooseFilterSet } from '../../lambda/filter-set';
import { instance } from './instances';
import { describeProblem, mismatch } from './mismatch';

const INSTANCES = 2000;

// 100,000 instances: node bench/run.mjs filter-set/exhaustive. Broken source: node bench/run.mjs filter-set/mutants.
describe('chooseFilterSet against exhaustive search', () => {
  it(`finds the optimum of ${INSTANCES} small problems`, () => {
    for (let seed = 1; seed <= INSTANCES; seed++) {
      const problem = instance(seed);
      const wrong = mismatch(problem, chooseFilterSet(problem));
      if (wrong !== undefined) throw new Error(`instance ${seed}: ${wrong}\n${describeProblem(problem)}`);
    }
  });

  it.each<[string, (problem: FilterSetProblem) => Partial<FilterSetProblem>]>([
    ['the allowlist', () => ({ allowlist: CidrSet.empty })],
    ['legitimate sources', () => ({ legitimate: [] })],
    [
      'what legitimate sources cost',
      (p) => ({ legitimate: p.legitimate.map((l) => ({ ...l, cost: l.cost / 2 })) }),
    ],
    ['what is in place', () => ({ current: [] })],
    ['the bonus', policy({ stability: 0 })],
    ['collateral', policy({ collateralCost: 0 })],
    ['prefixes wider than one source', policy({ maxWidth: { 4: 32, 6: 64 } })],
    ['the least number of sources', policy({ minSources: 1 })],
    ['the least density', policy({ minDensity: 0 })],
    ['a slot', (p) => ({ slots: Math.max(0, p.slots - 1) })],
    ['operators', (p) => ({ candidates: p.candidates.map((c) => ({ ...c, pinned: false })) })],
    ['forgery', (p) => ({ candidates: p.candidates.map((c) => ({ ...c, forgeable: false })) })],
  ])('catches an optimiser that forgets %s', (_, broken) => {
    const caught = Array.from({ length: INSTANCES }, (_value, i) => instance(i + 1)).some(
      (problem) => mismatch(problem, chooseFilterSet({ ...problem, ...broken(problem) })) !== undefined,
    );
    expect(caught).toBe(true);
  });

  it('gives the same answer whatever the order of its input (I12)', () => {
    for (let seed = 1; seed <= 500; seed++) {
      const problem = instance(seed);
      const reversed = {
        ...problem,
        candidates: problem.candidates.toReversed(),
        legitimate: problem.legitimate.toReversed(),
        current: problem.current.toReversed(),
      };
      expect(chooseFilterSet(reversed).entries).toEqual(chooseFilterSet(problem).entries);
    }
  });
});

function policy(changes: Partial<FilterSetPolicy>) {
  return (problem: FilterSetProblem) => ({ policy: { ...problem.policy, ...changes } });
}
