/** Time cut into equal buckets, for charts. Epoch seconds. */
export interface Buckets {
  readonly start: number;
  /** Seconds of one bucket. */
  readonly size: number;
  readonly count: number;
}

const SIZES = [60, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400];
const DAY = 86_400;

/** At most `most` buckets of a size people think in, aligned to it; whole days for months of log. */
export function bucketsFor(from: number, to: number, most: number): Buckets {
  const fits = (size: number) => Math.floor(to / size) - Math.floor(from / size) + 1 <= most;
  const size = SIZES.find(fits) ?? DAY * Math.ceil((to - from + DAY) / DAY / (most - 1));
  const first = Math.floor(from / size);
  return { start: first * size, size, count: Math.floor(to / size) - first + 1 };
}

/** The bucket a time falls into; what is outside counts in the first or last. */
export function bucketIndex({ start, size, count }: Buckets, at: number): number {
  return Math.min(count - 1, Math.max(0, Math.floor((at - start) / size)));
}

/** Starts of all buckets. */
export function bucketStarts({ start, size, count }: Buckets): number[] {
  return Array.from({ length: count }, (_, i) => start + i * size);
}

/** A bucket's start as an axis label: the time within a day, the date at midnight and for days. */
export function bucketLabel({ size }: Buckets, start: number): string {
  const iso = new Date(start * 1000).toISOString();
  return size >= DAY || start % DAY === 0 ? iso.slice(5, 10) : iso.slice(11, 16);
}

/** Sums by bucket: one number for each, zero where nothing fell. */
export function sumByBucket(
  buckets: Buckets,
  items: Iterable<{ readonly at: number; readonly amount: number }>,
): number[] {
  const sums = Array.from({ length: buckets.count }, () => 0);
  for (const { at, amount } of items) {
    const index = bucketIndex(buckets, at);
    sums[index] = (sums[index] ?? 0) + amount;
  }
  return sums;
}
