import * as fc from 'fast-check';
import { kthLargest } from '../../lambda/filter-set/kth-largest';

describe('the k-th largest number', () => {
  it.each([
    [[3, 1, 2], 1, 3],
    [[3, 1, 2], 3, 1],
    [[3, 1, 2], 4, 0],
    [[5, 5, 1], 2, 5],
    [[0, 0], 1, 0],
    [[], 1, 0],
  ])('of %j with k = %i is %i', (numbers, k, expected) =>
    expect(kthLargest(Float64Array.from(numbers), k)).toBe(expected),
  );

  it('is what sorting says', () =>
    fc.assert(
      fc.property(fc.array(fc.nat(50)), fc.integer({ min: 1, max: 40 }), (numbers, k) => {
        const sorted = numbers.toSorted((a, b) => b - a);
        expect(kthLargest(Float64Array.from(numbers), k)).toBe(sorted[k - 1] ?? 0);
      }),
    ));
});
