import {
  bucketIndex,
  bucketLabel,
  bucketsFor,
  bucketStarts,
  sumByBucket,
} from '../../../lib/cli/report/buckets';
import { timeAxis } from '../../../lib/cli/report/time-axis';
import { HOUR, T0 } from './support';

const DAY = 24 * HOUR;

test.each([
  ['a minute', 0, 60],
  ['an hour', HOUR, 300],
  ['a day', DAY, 1800],
  ['a week', 7 * DAY, 3 * HOUR],
  ['a year', 365 * DAY, 7 * DAY],
])('%s of log falls into few buckets of a round size', (_name, length, size) => {
  const buckets = bucketsFor(T0 + 17, T0 + 17 + length, 60);
  expect(buckets.size).toBe(size);
  expect(buckets.start % size).toBe(0);
  expect(buckets.count).toBeLessThanOrEqual(60);
  const [first = 0] = bucketStarts(buckets);
  expect(first).toBeLessThanOrEqual(T0 + 17);
  expect(buckets.start + buckets.count * size).toBeGreaterThan(T0 + 17 + length);
});

test('everything is counted once; what is outside counts at the edge', () => {
  const buckets = bucketsFor(T0, T0 + HOUR, 60);
  const times = [T0 - 1000, T0, T0 + 299, T0 + 300, T0 + HOUR, T0 + 2 * HOUR];
  const sums = sumByBucket(
    buckets,
    times.map((at) => ({ at, amount: 2 })),
  );
  expect(sums).toEqual([6, 2, ...Array.from({ length: 10 }, () => 0), 4]);
  expect(bucketIndex(buckets, T0 + 301)).toBe(1);
});

test('labels say the time, and the date at midnight', () => {
  const buckets = bucketsFor(T0 - HOUR, T0 + HOUR, 60);
  expect([T0 - HOUR, T0, T0 + 300].map((start) => bucketLabel(buckets, start))).toEqual([
    '23:00',
    '11-23',
    '00:05',
  ]);
});

test.each([
  [30 * 60, 5],
  [DAY, 5],
  [400 * DAY, 5],
])('a phone has room for few labels (%d s)', (length, most) => {
  const buckets = bucketsFor(T0, T0 + length, 60);
  const { interval } = timeAxis(buckets, true).axisLabel;
  const labelled = bucketStarts(buckets).filter((_, index) => interval(index));
  expect(labelled.length).toBeGreaterThan(1);
  expect(labelled.length).toBeLessThanOrEqual(most + 1);
});
