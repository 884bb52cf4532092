import { type Buckets, bucketLabel, bucketStarts } from './buckets';
import { AXIS } from './chart';

const HOUR = 3600;
const DAY = 24 * HOUR;
/** Distances between labels that people read at a glance, seconds. */
const STEPS = [
  60,
  300,
  600,
  1800,
  HOUR,
  2 * HOUR,
  3 * HOUR,
  6 * HOUR,
  12 * HOUR,
  DAY,
  2 * DAY,
  7 * DAY,
  28 * DAY,
];
const MOST_LABELS = { wide: 13, narrow: 5 } as const;

/** The horizontal axis of a chart by bucket, with labels at round times. */
export function timeAxis(buckets: Buckets, narrow: boolean) {
  const starts = bucketStarts(buckets);
  const most = narrow ? MOST_LABELS.narrow : MOST_LABELS.wide;
  const least = (buckets.count * buckets.size) / most;
  const step = STEPS.find((size) => size >= least && size % buckets.size === 0) ?? least;
  const isLabelled = (index: number) => (starts[index] ?? 0) % step < buckets.size;
  return {
    ...AXIS,
    type: 'category' as const,
    data: starts.map((start) => bucketLabel(buckets, start)),
    axisLabel: { ...AXIS.axisLabel, interval: isLabelled },
  };
}
