import fc from 'fast-check';
import { type Cidr, CidrSet, formatCidr, parseCidr } from '../../lambda/address';
import { type Universe, allBlocks, blockAt, compareWithModel, placesOf } from './cidr-universe';

const eightAddresses: Universe = { family: 4, first: parseCidr('198.51.100.0').first, bits: 3 };
const manyIpv4: Universe = { family: 4, first: parseCidr('198.51.96.0').first, bits: 12 };
const lowestIpv4: Universe = { family: 4, first: 0n, bits: 8 };
const highestIpv4: Universe = { family: 4, first: 0xffffff00n, bits: 8 };
const manyIpv6: Universe = { family: 6, first: parseCidr('2001:db8::').first, bits: 12 };
const lowestIpv6: Universe = { family: 6, first: 0n, bits: 8 };
const highestIpv6: Universe = { family: 6, first: (1n << 128n) - 256n, bits: 8 };

describe('a set in a universe of 8 addresses', () => {
  const blocks = allBlocks(eightAddresses);

  it('is the union of any one, two or three blocks in any order', () => {
    const sequences: Cidr[][] = [
      [],
      ...blocks.map((a) => [a]),
      ...blocks.flatMap((a) => blocks.map((b) => [a, b])),
      ...blocks.flatMap((a) => blocks.flatMap((b) => blocks.map((c) => [a, b, c]))),
    ];
    for (const sequence of sequences) {
      const model = new Set(sequence.flatMap((cidr) => placesOf(eightAddresses, cidr)));
      const steps = sequence.map((cidr) => `add ${formatCidr(cidr)}`);
      compareWithModel(eightAddresses, CidrSet.of(sequence), model, blocks, steps);
    }
    expect(sequences).toHaveLength(1 + 15 + 15 ** 2 + 15 ** 3);
  });

  it('is the same for any of the 256 subsets, and unites with any other', () => {
    const subset = (bits: number): CidrSet =>
      CidrSet.of(
        [0, 1, 2, 3, 4, 5, 6, 7].filter((i) => bits & (1 << i)).map((i) => blockAt(eightAddresses, i, 0)),
      );
    for (let a = 0; a < 256; a++) {
      for (let b = a % 7; b < 256; b += 7) {
        expect(subset(a).union(subset(b)).toStrings()).toEqual(subset(a | b).toStrings());
      }
    }
  });
});

type Step = { readonly place: number; readonly height: number; readonly how: 'of' | 'union' | 'parse' };

const stepsIn = (universe: Universe): fc.Arbitrary<Step[]> =>
  fc.array(
    fc.record({
      place: fc.integer({ min: 0, max: (1 << universe.bits) - 1 }),
      // Small blocks more often: wide ones make a set that is simply full.
      height: fc.oneof(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: universe.bits })),
      how: fc.constantFrom('of' as const, 'union' as const, 'parse' as const),
    }),
    { maxLength: 40 },
  );

function add(set: CidrSet, cidr: Cidr, how: Step['how']): CidrSet {
  if (how === 'union') return set.union(CidrSet.of([cidr]));
  if (how === 'parse') return CidrSet.parse([formatCidr(cidr), ...set.toStrings()]);
  return CidrSet.of([...set.cidrs(), cidr]);
}

describe('a set grown step by step, every address looked at', () => {
  it.each([
    ['4096 addresses of IPv4', manyIpv4, 25],
    ['4096 addresses of IPv6', manyIpv6, 25],
    ['the lowest addresses of IPv4', lowestIpv4, 100],
    ['the highest addresses of IPv4', highestIpv4, 100],
    ['the lowest addresses of IPv6', lowestIpv6, 100],
    ['the highest addresses of IPv6', highestIpv6, 100],
  ])('is what its model says: %s', (_name, universe, numRuns) => {
    fc.assert(
      fc.property(stepsIn(universe), (steps) => {
        let set = CidrSet.empty;
        const model = new Set<number>();
        const told: string[] = [];
        const blocks: Cidr[] = [blockAt(universe, 0, universe.bits)];
        for (const { place, height, how } of steps) {
          const cidr = blockAt(universe, place, height);
          told.push(`${how} ${formatCidr(cidr)}`);
          const before = set.toStrings();
          const next = add(set, cidr, how);
          if (set.toStrings().join() !== before.join()) throw new Error(`changed by ${told.join(', ')}`);
          set = next;
          for (const each of placesOf(universe, cidr)) model.add(each);
          blocks.push(cidr, blockAt(universe, place ^ 1, 0), blockAt(universe, place, height >> 1));
        }
        compareWithModel(universe, set, model, blocks, told);
      }),
      { numRuns },
    );
  });
});
