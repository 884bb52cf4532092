import { chooseFilterSet } from '../../lambda/filter-set';
import { instance } from './instances';
import { describeProblem, mismatch } from './mismatch';

describe('chooseFilterSet against exhaustive search', () => {
  it('finds the optimum of 2,000 small problems', () => {
    for (let seed = 1; seed <= 2000; seed++) {
      const problem = instance(seed);
      const wrong = mismatch(problem, chooseFilterSet(problem));
      if (wrong !== undefined) throw new Error(`instance ${seed}: ${wrong}\n${describeProblem(problem)}`);
    }
  });
});
