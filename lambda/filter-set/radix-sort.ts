/**
 * The order of `count` records by unsigned 32-bit words, the most significant word first; equal records keep their
 * order. A least-significant-digit radix sort: a digit that is the same everywhere costs one pass over the counts.
 */
export function sortedOrder(count: number, words: readonly (Uint32Array | Uint8Array)[]): Int32Array {
  let order = new Int32Array(count);
  for (let i = 0; i < count; i++) order[i] = i;
  let spare = new Int32Array(count);
  if (count < 2) return order;
  for (let w = words.length - 1; w >= 0; w--) {
    const word = words[w] as Uint32Array | Uint8Array;
    for (let shift = 0; shift < 8 * word.BYTES_PER_ELEMENT; shift += 8) {
      if (scatter(order, spare, word, shift)) [order, spare] = [spare, order];
    }
  }
  return order;
}

const starts = new Int32Array(257);

/** Writes `from`, ordered by one digit, to `to`. @returns false, and writes nothing, where all digits are equal */
function scatter(from: Int32Array, to: Int32Array, word: Uint32Array | Uint8Array, shift: number): boolean {
  starts.fill(0);
  for (let i = 0; i < from.length; i++) {
    const digit = ((word[i] as number) >>> shift) & 255;
    starts[digit + 1] = (starts[digit + 1] as number) + 1;
  }
  const first = ((word[0] as number) >>> shift) & 255;
  if (starts[first + 1] === from.length) return false;
  for (let d = 1; d < 257; d++) starts[d] = (starts[d] as number) + (starts[d - 1] as number);
  for (let i = 0; i < from.length; i++) {
    const record = from[i] as number;
    const digit = ((word[record] as number) >>> shift) & 255;
    const at = starts[digit] as number;
    to[at] = record;
    starts[digit] = at + 1;
  }
  return true;
}
