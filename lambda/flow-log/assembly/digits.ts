/** Decimal numbers, eight digits at a time. */

const HIGH_BITS: u64 = 0x8080808080808080;
const LOW_NIBBLES: u64 = 0x0f0f0f0f0f0f0f0f;

/** Most digits of a number: the plain parser takes no more. */
const MOST_DIGITS: usize = 15;

/** Whether the bytes from `start` to `end` are 1 to 15 digits. */
// @ts-ignore: decorator
@inline
export function isNumber(start: usize, end: usize): bool {
  const length = end - start;
  if (length - 1 > MOST_DIGITS - 1) return false;
  const digits = i8x16.sub(v128.load(end - 16), i8x16.splat(0x30));
  const wrong = <u32>i8x16.bitmask(i8x16.gt_u(digits, i8x16.splat(9)));
  return wrong >> (16 - <u32>length) == 0;
}

/**
 * The number in the `length` bytes before `end`, 1 to 8 of them; −1 where one is no digit. Each step adds neighbours up:
 * digits to pairs, pairs to fours, fours to eight.
 */
// @ts-ignore: decorator
@inline
export function upTo8Digits(end: usize, length: usize): i64 {
  const shift = <u64>(64 - (length << 3));
  let digits = load<u64>(end - 8) >> shift;
  // A digit is 0x30 to 0x39. A wrong byte may borrow from or carry into the ones above it, never the ones below.
  const wrong =
    ((digits - 0x3030303030303030) | (digits + 0x4646464646464646) | digits) & (HIGH_BITS >> shift);
  digits = (digits << shift) & LOW_NIBBLES;
  digits = (digits * 10 + (digits >> 8)) & 0x00ff00ff00ff00ff;
  digits = (digits * 100 + (digits >> 16)) & 0x0000ffff0000ffff;
  digits = (digits * 10000 + (digits >> 32)) & 0xffffffff;
  return wrong != 0 ? -1 : <i64>digits;
}

/** The number from `start` to `end`, which {@link isNumber}. */
export function numberOf(start: usize, end: usize): f64 {
  const length = end - start;
  if (length <= 8) return <f64>upTo8Digits(end, length);
  return <f64>(upTo8Digits(end - 8, length - 8) * 100000000 + upTo8Digits(end, 8));
}

/** The first two digits of the time that was read last, and what they stand for: for three years all times begin alike. */
let head: u16 = 0x3030;
let headSeconds: i64 = 0;

/** Epoch seconds of ten digits; −1 for anything else, milliseconds among it. */
// @ts-ignore: decorator
@inline
export function timeOf(start: usize, end: usize): i64 {
  if (end - start != 10) return -1;
  if (load<u16>(start) != head && !readHead(start)) return -1;
  const low = upTo8Digits(end, 8);
  return low < 0 ? -1 : headSeconds + low;
}

function readHead(start: usize): bool {
  const high = upTo8Digits(start + 2, 2);
  if (high < 0) return false;
  head = load<u16>(start);
  headSeconds = high * 100000000;
  return true;
}
