import fc from 'fast-check';
import { type DecayedWeight, addToWeight, decayWeight } from '../../lambda/blacklist/weight';
import { DAY, HOUR, T0 } from './values';

const HALF_LIFE = 6 * HOUR;
const time = fc.integer({ min: T0, max: T0 + 3 * DAY });
const packets = fc.double({ min: 0, max: 1e5, noNaN: true });
const arrivals = fc.array(fc.record({ packets, at: time }), { maxLength: 20 });

function fold(start: DecayedWeight, seen: readonly { packets: number; at: number }[]): DecayedWeight {
  return seen.reduce((weight, { packets: n, at }) => addToWeight(weight, n, at, HALF_LIFE), start);
}

test('half is left after a half-life, an eighth after three', () => {
  expect(decayWeight(80, T0, T0 + HALF_LIFE, HALF_LIFE)).toBe(40);
  expect(decayWeight(80, T0, T0 + 3 * HALF_LIFE)).toBe(10);
  expect(addToWeight({ value: 80, at: T0 }, 5, T0 + HALF_LIFE)).toEqual({ value: 45, at: T0 + HALF_LIFE });
});

test('a clock that goes backwards does not make a weight grow', () => {
  fc.assert(
    fc.property(packets, time, time, (weight, from, to) => {
      expect(decayWeight(weight, from, to, HALF_LIFE)).toBeLessThanOrEqual(weight);
    }),
  );
});

test('a weight is never negative', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), time, time, (weight, from, to) => {
      expect(decayWeight(weight, from, to, HALF_LIFE)).toBeGreaterThanOrEqual(0);
      expect(addToWeight({ value: 0, at: from }, weight, to, HALF_LIFE).value).toBeGreaterThanOrEqual(0);
    }),
  );
});

test('what faded away is nothing: DynamoDB rejects numbers below 1e-130', () => {
  expect(decayWeight(1000, T0, T0 + 200 * DAY)).toBe(0);
});

test('the sum is the same in any order', () => {
  fc.assert(
    fc.property(arrivals, fc.infiniteStream(fc.nat()), (seen, ranks) => {
      const shuffled = seen.map((one) => ({ one, rank: ranks.next().value as number }));
      shuffled.sort((a, b) => a.rank - b.rank);
      const start = { value: 0, at: T0 };
      const a = fold(start, seen);
      const b = fold(
        start,
        shuffled.map(({ one }) => one),
      );
      expect(b.at).toBe(a.at);
      expect(Math.abs(b.value - a.value)).toBeLessThanOrEqual(1e-9 * Math.max(1, a.value));
    }),
  );
});

test('looking in between changes nothing', () => {
  fc.assert(
    fc.property(packets, fc.tuple(time, time, time), (weight, times) => {
      const [from, middle, to] = [...times].sort((a, b) => a - b) as [number, number, number];
      const direct = decayWeight(weight, from, to, HALF_LIFE);
      const twice = decayWeight(decayWeight(weight, from, middle, HALF_LIFE), middle, to, HALF_LIFE);
      expect(Math.abs(direct - twice)).toBeLessThanOrEqual(1e-9 * Math.max(1, direct));
    }),
  );
});
