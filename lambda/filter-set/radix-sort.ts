import { scratch } from './scratch';

/** One unsigned word of every record's key: record r has `words[r * stride + offset]`. */
export interface KeyColumn {
  readonly words: Uint32Array | Uint8Array;
  /** @default 1 */
  readonly stride?: number;
  /** @default 0 */
  readonly offset?: number;
  /** Largest first. @default false */
  readonly descending?: boolean;
}

/**
 * Sorts record numbers by columns, the most significant first; equal records keep their order. A radix sort from the
 * least significant digit: a digit that is the same everywhere costs one pass over the counts.
 * @returns the sorted numbers, in `records` or in a new array; what `records` holds afterwards is of no use
 */
export function sortRecords(records: Int32Array, columns: readonly KeyColumn[]): Int32Array {
  let sorted: Int32Array = records;
  let spare: Int32Array = scratch(Int32Array, records.length);
  for (const column of columns.toReversed()) {
    for (let shift = 0; shift < 8 * column.words.BYTES_PER_ELEMENT; shift += 8) {
      if (scatter(sorted, spare, column, shift)) [sorted, spare] = [spare, sorted];
    }
  }
  return sorted;
}

/** 0, 1, 2 … */
export function recordNumbers(count: number): Int32Array {
  const records = scratch(Int32Array, count);
  for (let i = 0; i < count; i++) records[i] = i;
  return records;
}

/**
 * Columns that order positive numbers from the largest: the bits of positive IEEE 754 numbers, read as unsigned
 * integers, have the numbers' order. Node runs on little-endian machines only.
 */
export function largestFirst(numbers: Float64Array): KeyColumn[] {
  const words = new Uint32Array(numbers.buffer, numbers.byteOffset, 2 * numbers.length);
  return [1, 0].map((offset) => ({ words, stride: 2, offset, descending: true }));
}

const starts = new Int32Array(257);

/** Writes `from`, ordered by one digit, to `to`. @returns false, and writes nothing, where all digits are equal */
function scatter(from: Int32Array, to: Int32Array, column: KeyColumn, shift: number): boolean {
  const { words, stride = 1, offset = 0 } = column;
  const flip = column.descending === true ? 255 : 0;
  const count = from.length;
  if (count < 2) return false;
  starts.fill(0);
  for (let i = 0; i < count; i++) {
    const digit = (((words[(from[i] as number) * stride + offset] as number) >>> shift) & 255) ^ flip;
    starts[digit + 1] = (starts[digit + 1] as number) + 1;
  }
  const first = (((words[(from[0] as number) * stride + offset] as number) >>> shift) & 255) ^ flip;
  if (starts[first + 1] === count) return false;
  for (let d = 1; d < 257; d++) starts[d] = (starts[d] as number) + (starts[d - 1] as number);
  for (let i = 0; i < count; i++) {
    const record = from[i] as number;
    const digit = (((words[record * stride + offset] as number) >>> shift) & 255) ^ flip;
    const at = starts[digit] as number;
    to[at] = record;
    starts[digit] = at + 1;
  }
  return true;
}
