import { ADDRESS_BITS } from '../address';
import { type FilterCandidate, type FilterSetProblem, MOST_WORTH } from './filter-set';

/** A WAFv2 IP set's limit, and far more than any network ACL has. */
export const MAX_SLOTS = 10_000;

/** A problem that has no answer. The message names the value and what would be right. */
export class FilterSetError extends Error {
  override readonly name = 'FilterSetError';
}

/** @throws FilterSetError for the first number that is out of bounds, or address of the wrong family */
export function validateProblem(problem: FilterSetProblem): void {
  const { policy, family } = problem;
  within('slots', problem.slots, 0, MAX_SLOTS, true);
  within(`maxWidth[${family}]`, policy.maxWidth[family], 0, ADDRESS_BITS[family], true);
  within('stability', policy.stability, 0, MOST_WORTH);
  within('collateralCost', policy.collateralCost, 0, MOST_WORTH);
  within('minSources', policy.minSources, 0, Number.MAX_SAFE_INTEGER, true);
  within('minDensity', policy.minDensity, 0, 1);
  for (const candidate of problem.candidates) validateCandidate(candidate, family);
  for (const { cidr, cost } of problem.legitimate) {
    if (cidr.family !== family) throw wrongFamily('a legitimate source', family);
    if (!isWorth(cost) && cost !== Infinity) {
      throw new FilterSetError(`a legitimate source's cost must be ${WORTH}, or Infinity, not ${cost}`);
    }
  }
  for (const cidr of problem.current)
    if (cidr.family !== family) throw wrongFamily('a current entry', family);
}

function validateCandidate({ cidr, weight }: FilterCandidate, family: 4 | 6): void {
  if (cidr.family !== family) throw wrongFamily('a candidate', family);
  if (!isWorth(weight)) {
    throw new FilterSetError(`a candidate's weight must be ${WORTH}, not ${weight}`);
  }
}

const WORTH = `a number from 0 to ${MOST_WORTH}`;

function isWorth(value: number): boolean {
  return value >= 0 && value <= MOST_WORTH;
}

function wrongFamily(what: string, family: 4 | 6): FilterSetError {
  return new FilterSetError(`${what} is not of family IPv${family}: solve one family at a time`);
}

function within(name: string, value: number, low: number, high: number, whole = false): void {
  if (value >= low && value <= high && (!whole || Number.isInteger(value))) return;
  const bound = high === Number.MAX_SAFE_INTEGER ? `${low} or more` : `from ${low} to ${high}`;
  throw new FilterSetError(`${name} must be a ${whole ? 'whole ' : ''}number ${bound}, not ${value}`);
}
