/**
 * The input of inflate, bit by bit from the lowest (RFC 1951 section 3.1.1). Reading may run past the end of what has
 * arrived, onto whatever bytes are there: nothing that was read may be used before {@link isOverrun} says no.
 */

/** Where the next byte to take is, and where the bytes that have arrived end. */
export let input: usize = 0;
export let inputEnd: usize = 0;
/** Bits taken from the input and not used, and how many they are. */
export let bitBuffer: u64 = 0;
export let bitCount: u64 = 0;

export function beginBits(at: usize): void {
  input = at;
  bitBuffer = 0;
  bitCount = 0;
}

export function setInput(at: usize, end: usize): void {
  input = at;
  inputEnd = end;
}

/** Puts a place back that was kept: less than a byte of bits, and where the bytes behind them are. */
export function setBits(at: usize, buffer: u64, count: u64): void {
  input = at;
  bitBuffer = buffer;
  bitCount = count;
}

/** Gives whole bytes back, so that fewer than eight bits are left. */
export function giveBytesBack(at: usize, buffer: u64, count: u64): void {
  input = at - <usize>(count >> 3);
  bitCount = count & 7;
  bitBuffer = buffer & (((<u64>1) << bitCount) - 1);
}

/** Whether more bits were used than have arrived. */
// @ts-ignore: decorator
@inline
export function isOverrun(at: usize, count: u64): bool {
  return (<i64>at - <i64>inputEnd) << 3 > <i64>count;
}

/** Makes at least 56 bits ready. */
export function refill(): void {
  bitBuffer |= load<u64>(input) << bitCount;
  input += <usize>((63 - bitCount) >> 3);
  bitCount |= 56;
}

/** Uses so many bits, of those that are ready. */
export function take(bits: u64): u32 {
  const value = <u32>(bitBuffer & (((<u64>1) << bits) - 1));
  bitBuffer >>= bits;
  bitCount -= bits;
  return value;
}
