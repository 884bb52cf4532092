/**
 * CRC-32 as RFC 1952 section 8 has it. A piece is a polynomial over GF(2), and the generator divides
 * 1 + y^1837 + y^2091 + y^4018 with y = x^8 (found by search; the test holds it to zlib's sums). So a byte may be taken
 * out of the polynomial by adding it to the bytes 1927, 2181 and 4018 behind it, sixteen bytes at a time and without any
 * table. What is left when only the last bytes stand is summed by tables. The idea is Russell's "Chorba" (2024).
 */
import { CRC_FOLDED, CRC_TABLES, CRC_TAIL } from './memory';

const NEAR: usize = 1927;
const MIDDLE: usize = 2181;
const FAR: usize = 4018;
/** Folded bytes that are kept before those being folded: FAR, in whole steps. */
const KEPT: usize = 4032;
/** Bytes folded in one go: they stay in the nearest cache. */
const FOLD: usize = 0x4000;
/** Below this, tables alone are as fast. */
const WORTHWHILE: usize = 3 * KEPT;

const GENERATOR: u32 = 0xedb88320;
let hasTables: bool = false;

/** Table k says what a byte comes to when k more bytes follow it. */
function prepareTables(): void {
  for (let byte: u32 = 0; byte < 256; byte++) {
    let sum = byte;
    for (let bit = 0; bit < 8; bit++) sum = (sum >> 1) ^ (GENERATOR & (0 - (sum & 1)));
    store<u32>(CRC_TABLES + (<usize>byte << 2), sum);
  }
  for (let place = CRC_TABLES + 1024; place < CRC_TABLES + 8192; place += 4) {
    const sum = load<u32>(place - 1024);
    store<u32>(place, (sum >> 8) ^ inTable(0, sum & 0xff));
  }
  hasTables = true;
}

// @ts-ignore: decorator
@inline
function inTable(table: usize, byte: u32): u32 {
  return load<u32>(CRC_TABLES + (table << 10) + (<usize>byte << 2));
}

/** The sum of what was summed before, `sum`, and the bytes from `from` to `to`. */
export function crc32(sum: u32, from: usize, to: usize): u32 {
  if (!hasTables) prepareTables();
  return to - from < WORTHWHILE ? ~byTables(~sum, from, to) : ~folded(~sum, from, to);
}

/** Eight bytes at a time, each by a table of its own. */
function byTables(sum: u32, at: usize, to: usize): u32 {
  for (; at + 8 <= to; at += 8) {
    const low = load<u32>(at) ^ sum;
    const high = load<u32>(at, 4);
    sum =
      inTable(7, low & 0xff) ^
      inTable(6, (low >> 8) & 0xff) ^
      inTable(5, (low >> 16) & 0xff) ^
      inTable(4, low >> 24) ^
      inTable(3, high & 0xff) ^
      inTable(2, (high >> 8) & 0xff) ^
      inTable(1, (high >> 16) & 0xff) ^
      inTable(0, high >> 24);
  }
  for (; at < to; at++) sum = (sum >> 8) ^ inTable(0, (sum ^ load<u8>(at)) & 0xff);
  return sum;
}

function folded(sum: u32, at: usize, to: usize): u32 {
  const last = at + ((to - at - FAR) & ~15);
  memory.fill(CRC_FOLDED, 0, KEPT);
  // The sum so far counts as if it stood before the first four bytes.
  store<u32>(at, load<u32>(at) ^ sum);
  const first = at;
  while (at < last) {
    const end = min(at + FOLD, last);
    const length = end - at;
    foldTo(CRC_FOLDED + KEPT, at, length);
    memory.copy(CRC_FOLDED, CRC_FOLDED + length, KEPT);
    at = end;
  }
  store<u32>(first, load<u32>(first) ^ sum);
  // The last bytes are not taken out, so nothing of theirs is added.
  memory.fill(CRC_FOLDED + KEPT, 0, KEPT);
  foldTo(CRC_TAIL, at, to - at);
  return byTables(0, CRC_TAIL, CRC_TAIL + (to - at));
}

// @ts-ignore: decorator
@inline
function foldTo(target: usize, at: usize, length: usize): void {
  for (let i: usize = 0; i < length; i += 16) {
    const place = CRC_FOLDED + KEPT + i;
    v128.store(
      target + i,
      v128.xor(
        v128.xor(v128.load(at + i), v128.load(place - NEAR)),
        v128.xor(v128.load(place - MIDDLE), v128.load(place - FAR)),
      ),
    );
  }
}
