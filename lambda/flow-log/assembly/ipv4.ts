/** IPv4 addresses in dotted decimal, all four octets at once. */
import { OCTETS } from './memory';

const DOT: i8 = 0x2e;
const ENTRY_SIZE: usize = 32;
const MISSING: u8 = 0x80;

/** The address that was read last, in host order. */
export let address: u32 = 0;

/**
 * For each way four octets can be long (three each, 81 in all): which byte of the text goes to which lane, so that each
 * octet's hundreds, tens and ones stand in one word; and the least value of each octet, for there is no leading zero.
 */
export function prepareOctets(): void {
  for (let way: u32 = 0; way < 81; way++) {
    const entry = OCTETS + <usize>way * ENTRY_SIZE;
    let divisor: u32 = 27;
    let first: u32 = 0;
    for (let octet: u32 = 0; octet < 4; octet++) {
      const length = ((way / divisor) % 3) + 1;
      prepareOctet(entry + ((<usize>octet) << 2), first, length);
      first += length + 1;
      divisor /= 3;
    }
  }
}

function prepareOctet(lanes: usize, first: u32, length: u32): void {
  for (let lane: u32 = 0; lane < 3; lane++) {
    const isLeading = lane + length < 3;
    store<u8>(lanes + lane, isLeading ? MISSING : <u8>(first + lane + length - 3));
  }
  store<u8>(lanes + 3, MISSING);
  store<u32>(lanes + 16, length == 3 ? 100 : length == 2 ? 10 : 0);
}

/** Reads the bytes from `start` to `end` into {@link address}; false where they are no IPv4 address. */
// @ts-ignore: decorator
@inline
export function readIpv4(start: usize, end: usize): bool {
  const length = <u32>(end - start);
  if (length - 7 > 8) return false;
  const text = v128.load(start);
  let dots = (<u32>i8x16.bitmask(i8x16.eq(text, i8x16.splat(DOT)))) & ((1 << length) - 1);
  const dot1 = ctz(dots);
  dots &= dots - 1;
  const dot2 = ctz(dots);
  dots &= dots - 1;
  const dot3 = ctz(dots);
  dots &= dots - 1;
  // How long each octet is, less one. Where there are fewer than three dots, one of them is out of bounds.
  const a = dot1 - 1;
  const b = dot2 - dot1 - 2;
  const c = dot3 - dot2 - 2;
  const d = length - dot3 - 2;
  if (dots != 0 || a > 2 || b > 2 || c > 2 || d > 2) return false;
  const entry = OCTETS + <usize>(a * 27 + b * 9 + c * 3 + d) * ENTRY_SIZE;
  const digits = i8x16.swizzle(i8x16.sub(text, i8x16.splat(0x30)), v128.load(entry));
  const octets = valuesOf(digits);
  const wrong = v128.or(
    i8x16.gt_u(digits, i8x16.splat(9)),
    v128.or(i32x4.gt_u(octets, i32x4.splat(255)), i32x4.lt_u(octets, v128.load(entry, 16))),
  );
  if (v128.any_true(wrong)) return false;
  address = <u32>(
    i32x4.extract_lane(i8x16.shuffle(octets, octets, 12, 8, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0), 0)
  );
  return true;
}

/** 100 × hundreds + 10 × tens + ones, in each word. */
// @ts-ignore: decorator
@inline
function valuesOf(digits: v128): v128 {
  const byte = i32x4.splat(0xff);
  const hundreds = i32x4.mul(v128.and(digits, byte), i32x4.splat(100));
  const tens = i32x4.mul(v128.and(i32x4.shr_u(digits, 8), byte), i32x4.splat(10));
  return i32x4.add(i32x4.add(hundreds, tens), i32x4.shr_u(digits, 16));
}
