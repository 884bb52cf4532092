import * as fc from 'fast-check';

/** How many lives a property is tried on: enough to meet what two or three steps can do together. */
const RUNS = 60;

/**
 * The named property test of an invariant of docs/architecture.md. `invariants.test.ts` holds that each number has one.
 * @param number of the invariant
 * @param what it says of the values
 */
export function invariant<Ts extends [unknown, ...unknown[]]>(
  number: number,
  what: string,
  property: fc.IAsyncProperty<Ts>,
  numRuns = RUNS,
): void {
  it(`I${number}: ${what}`, () => fc.assert(property, { numRuns, seed: 20_261_125 + number }), 120_000);
}
