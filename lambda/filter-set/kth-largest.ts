/**
 * The k-th largest number above 0, or 0 where there are not so many. O(n log k) in 8·k bytes: a heap of the k largest so
 * far, the smallest of them on top. (Sorting all, or `filter` of a typed array, takes tens of bytes for each number.)
 * @param k 1 or more
 */
export function kthLargest(numbers: Float64Array, k: number): number {
  const heap = new Float64Array(k);
  for (const number of numbers) {
    if (number <= (heap[0] as number)) continue;
    heap[0] = number;
    siftDown(heap);
  }
  return heap[0] as number;
}

/** Moves the number on top down to where it is no larger than what is below it. */
function siftDown(heap: Float64Array): void {
  const number = heap[0] as number;
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && (heap[child + 1] as number) < (heap[child] as number)) child++;
    if ((heap[child] as number) >= number) break;
    heap[at] = heap[child] as number;
    at = child;
  }
  heap[at] = number;
}
