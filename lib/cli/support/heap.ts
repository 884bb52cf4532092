import { setFlagsFromString } from 'node:v8';

/**
 * Makes V8 fit for a program that runs for seconds, makes much and keeps little, as `replay` does. It reads its flags
 * when it needs them, so they may be set in a running process.
 *
 * The nursery gets 8 MiB the first time it is too small: what lives as long as a window should die there. Old space may
 * grow by half of what is alive (V8 would let 200 MB of garbage stand before it looked). And code is compiled later and
 * in smaller pieces, for compiling it would take longer than running it.
 */
export function tuneHeap(): void {
  setFlagsFromString('--semi-space-growth-factor=8');
  setFlagsFromString('--heap-growing-percent=50');
  setFlagsFromString('--max-inlined-bytecode-size=100');
  setFlagsFromString('--max-inlined-bytecode-size-cumulative=200');
  setFlagsFromString('--interrupt-budget=250000');
}

/** The nursery stays as it is: before what is long and much begins. */
export function keepNursery(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}
