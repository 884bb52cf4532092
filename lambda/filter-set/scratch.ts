/**
 * Working memory of one choice, kept for the next. The arrays of a million sources are 60 MiB; left to the garbage
 * collector, the next choice begins before they are freed, and the process holds them twice.
 *
 * Only arrays that do not outlive the call may come from here: {@link beginScratch} takes all of them back. A choice is
 * synchronous, so there is never more than one at work.
 */
let memory = new ArrayBuffer(0);
let used = 0;

/** Room is taken in such steps: the same sources with some more entries in place need no new memory beside the old. */
const STEP_BYTES = 2 ** 20;

/** Takes back all arrays given out. @param bytes room that will be asked for; what does not fit is allocated as usual */
export function beginScratch(bytes: number): void {
  used = 0;
  if (memory.byteLength < bytes) memory = new ArrayBuffer(STEP_BYTES * Math.ceil(bytes / STEP_BYTES));
}

interface ArrayType<T> {
  readonly BYTES_PER_ELEMENT: number;
  new (length: number): T;
  new (buffer: ArrayBuffer, offset: number, length: number): T;
}

/** An array of zeros, good until the next {@link beginScratch}. */
export function scratch<T extends { fill(value: number): T }>(type: ArrayType<T>, length: number): T {
  const offset = used;
  // The next array begins where any element type may begin.
  const end = offset + 8 * Math.ceil((length * type.BYTES_PER_ELEMENT) / 8);
  if (end > memory.byteLength) return new type(length);
  used = end;
  return new type(memory, offset, length).fill(0);
}
