import fc from 'fast-check';
import { stableHash } from '../../lambda/address';
import { BAN_SHARDS, banInForceKey } from '../../lambda/blacklist/dynamodb-keys';
import {
  packContributions,
  packedAttribute,
  uniqueContributions,
  unpackContributions,
} from '../../lambda/blacklist/packed-contributions';
import { T0, contribution } from './values';

const contributions = fc.array(
  fc
    .record({
      window: fc.constantFrom(T0, T0 + 300),
      key: fc.ipV4(),
      digest: fc.constantFrom('a', 'b'),
      flows: fc.constantFrom(0, 1, 128),
    })
    .map(({ flows, ...rest }) => {
      const [flow] = contribution().flows;
      return contribution({
        ...rest,
        flows: flow === undefined ? [] : new Array<typeof flow>(flows).fill(flow),
      });
    }),
  { maxLength: 60 },
);

const unpacked = (packs: ReturnType<typeof packContributions>) =>
  packs.flatMap((pack) =>
    unpackContributions({ schema: 1, ...pack.key, ...packedAttribute(pack.contributions) }),
  );

test('what is packed is read back, each contribution once', () => {
  fc.assert(
    fc.property(contributions, (all) => {
      expect(uniqueContributions(unpacked(packContributions(all)))).toEqual(uniqueContributions(all));
    }),
    { numRuns: 30 },
  );
});

test('the order they come in does not matter', () => {
  fc.assert(
    fc.property(contributions, (all) => {
      const distinct = uniqueContributions(all);
      const keys = packContributions(distinct).map((pack) => pack.key);
      expect(packContributions([...distinct].reverse()).map((pack) => pack.key)).toEqual(keys);
    }),
    { numRuns: 30 },
  );
});

test('no item comes near the 400 KB that DynamoDB takes, even where nothing can be compressed', () => {
  const [flow] = contribution().flows;
  const flows = flow === undefined ? [] : new Array<typeof flow>(128).fill(flow);
  const packs = packContributions(
    Array.from({ length: 50 }, (_, i) => contribution({ key: `203.0.113.${i}`, flows })),
  );
  expect(packs.length).toBeGreaterThan(1);
  for (const pack of packs) {
    expect(JSON.stringify(pack.contributions).length).toBeLessThanOrEqual(256 * 1024 + 1);
    expect(packedAttribute(pack.contributions).packed.length).toBeLessThan(16 * 1024);
  }
});

test('packs of one batch that differ in their keys do not overwrite each other', () => {
  const [a] = packContributions([contribution()]);
  const [b] = packContributions([contribution(), contribution({ key: '203.0.113.1' })]);
  expect(a?.key).not.toEqual(b?.key);
});

test('hashes are what they were when items were stored', () => {
  // FNV-1a, 32 bits: the first two are published test vectors (draft-eastlake-fnv).
  expect(stableHash('')).toBe(0x811c9dc5);
  expect(stableHash('a')).toBe(0xe40c292c);
  expect(banInForceKey('198.51.100.7')).toEqual({ pk: 'B#05', sk: '198.51.100.7' });
});

test('neighbouring addresses are spread over the partitions', () => {
  const shards = new Map<string, number>();
  for (let i = 0; i < 256; i++) {
    const { pk } = banInForceKey(`198.51.100.${i}`);
    shards.set(pk, (shards.get(pk) ?? 0) + 1);
  }
  expect(shards.size).toBe(BAN_SHARDS);
  expect(Math.max(...shards.values())).toBeLessThan(48);
});
