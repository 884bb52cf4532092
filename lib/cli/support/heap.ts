import { setFlagsFromString } from 'node:v8';

/**
 * Keeps the heap small where much is made and little kept, as when windows are judged: V8 would let 200 MB of garbage
 * stand before it looked, for speed. Half again of what is alive is enough, and the nursery stays as it is. Both are
 * read each time a heap grows, so they may be set in a running process.
 */
export function boundHeapGrowth(): void {
  setFlagsFromString('--heap-growing-percent=50');
  setFlagsFromString('--semi-space-growth-factor=1');
}
