import fc from 'fast-check';
import { decayWeight } from '../../lambda/detection';
import { fold, newSourceState } from '../../lambda/detection/fold';
import { CidrSet } from '../../lambda/address';
import { defaultDetectionPolicy as policy } from '../../lambda/detection';
import { DAY, MINUTE, PHONE, T0 } from '../support/detection-records';

const HALF_LIFE = 6 * 60 * MINUTE;
const time = fc.integer({ min: T0, max: T0 + 3 * DAY });
const packets = fc.double({ min: 0, max: 1e5, noNaN: true });

test('half is left after a half-life, an eighth after three', () => {
  expect(decayWeight(80, T0, T0 + HALF_LIFE, HALF_LIFE)).toBe(40);
  expect(decayWeight(80, T0, T0 + 3 * HALF_LIFE)).toBe(10);
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
    }),
  );
});

test('what faded away is nothing: DynamoDB rejects numbers below 1e-130', () => {
  expect(decayWeight(1000, T0, T0 + 200 * DAY)).toBe(0);
});

test('a source that only talks for months keeps a weight that DynamoDB takes', () => {
  const months = 150 * DAY;
  const state = { ...newSourceState(PHONE, PHONE, T0), weight: 10 };
  const call = {
    key: PHONE,
    source: PHONE,
    flows: [],
    media: { in: 3000, out: 3000 },
    contacted: false,
    span: 59,
  };
  const { weight } = fold(state, call, T0 + months, {
    policy,
    topology: {
      own: CidrSet.empty,
      sipPorts: new Set([5060]),
      rtp: { first: 10_000, last: 20_000 },
      tripwirePorts: new Set(),
    },
    windowEnd: T0 + months + MINUTE,
    answers: () => false,
    isWarm: true,
    isWhole: () => true,
    repliedFrom: () => false,
    media: true,
    pbx: undefined,
    banned: false,
  });
  expect(weight).toBe(0);
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
