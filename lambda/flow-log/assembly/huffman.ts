/**
 * Decoding tables of Huffman codes (RFC 1951 section 3.2.2), laid out as libdeflate documents it: the next bits of the
 * input are the index of an entry, and the entry says all there is to know. Codes longer than the index have a table of
 * their own behind the first.
 *
 * An entry, from its lowest bit: 6 bits, how many bits of the input it takes, extra bits included; 2 bits, how many
 * literals it begins with; 4 bits, how many of those bits are codes; then LITERALS_ONLY, END, NESTED and SPECIAL. The
 * upper half is the base of a distance, or where the nested table begins; in the table of literals and lengths, the upper
 * byte is the first literal, and the lower one the second or the base of a length, less 3.
 */
import { CODE_LENGTHS, DISTANCE_MEANINGS, LENGTH_MEANINGS, LITERAL_MEANINGS, SORTED } from './memory';

export const END: u32 = 1 << 13;
export const NESTED: u32 = 1 << 14;
/** Neither a literal nor a length or distance: {@link END}, {@link NESTED}, or no code at all. */
export const SPECIAL: u32 = 1 << 15;
/** No length comes behind the literals. */
export const LITERALS_ONLY: u32 = 1 << 12;
/** The bits that an entry takes. */
export const TAKEN_MASK: u32 = 63;

/** The shortest match (RFC 1951 section 3.2.5). */
export const LEAST_LENGTH: u32 = 3;

/** Bits of the input that are the index of a table. */
export const LITERAL_BITS: u32 = 11;
export const DISTANCE_BITS: u32 = 9;
export const LENGTH_BITS: u32 = 7;

const ONE_LITERAL: u32 = LITERALS_ONLY | (1 << 6);
const TWO_LITERALS: u32 = LITERALS_ONLY | (2 << 6);

const LONGEST_CODE: u32 = 15;

/** How many codes have a length, and where the next symbol with it goes. */
const counts = memory.data(64);
const places = memory.data(64);

/** Writes what the symbols mean (RFC 1951 section 3.2.5), once. */
export function prepareMeanings(): void {
  for (let symbol: u32 = 0; symbol < 256; symbol++)
    setMeaning(LITERAL_MEANINGS, symbol, ONE_LITERAL | (symbol << 24));
  setMeaning(LITERAL_MEANINGS, 256, SPECIAL | END);
  let base: u32 = 0;
  for (let i: u32 = 0; i < 28; i++) {
    const extra = i < 8 ? 0 : (i >> 2) - 1;
    setMeaning(LITERAL_MEANINGS, 257 + i, (base << 16) | extra);
    base += 1 << extra;
  }
  setMeaning(LITERAL_MEANINGS, 285, (258 - LEAST_LENGTH) << 16);
  setMeaning(LITERAL_MEANINGS, 286, SPECIAL);
  setMeaning(LITERAL_MEANINGS, 287, SPECIAL);
  base = 1;
  for (let i: u32 = 0; i < 30; i++) {
    const extra = i < 4 ? 0 : (i >> 1) - 1;
    setMeaning(DISTANCE_MEANINGS, i, (base << 16) | extra);
    base += 1 << extra;
  }
  setMeaning(DISTANCE_MEANINGS, 30, SPECIAL);
  setMeaning(DISTANCE_MEANINGS, 31, SPECIAL);
  for (let symbol: u32 = 0; symbol < 19; symbol++) setMeaning(LENGTH_MEANINGS, symbol, symbol << 16);
}

// @ts-ignore: decorator
@inline
function setMeaning(meanings: usize, symbol: u32, meaning: u32): void {
  store<u32>(meanings + (<usize>symbol << 2), meaning);
}

/**
 * Builds the table of a code.
 * @param first the first of its symbols in the code lengths
 * @param symbols how many it has
 * @param empty the entry of what is no code, where zlib allows that: a code with one symbol of one bit, or without any
 * @returns false where too many codes are as short, or too few are
 */
export function buildTable(
  table: usize,
  bits: u32,
  meanings: usize,
  first: u32,
  symbols: u32,
  empty: u32,
  mayBeIncomplete: bool,
): bool {
  sortSymbols(first, symbols);
  let longest = LONGEST_CODE;
  while (longest > 0 && countOf(longest) == 0) longest--;
  let left: i32 = 1;
  for (let length: u32 = 1; length <= LONGEST_CODE; length++) {
    left = (left << 1) - <i32>countOf(length);
    if (left < 0) return false;
  }
  if (left > 0) {
    if (longest > 1 || (longest == 1 && !mayBeIncomplete)) return false;
    for (let i: usize = 0; i < 1 << bits; i++) store<u32>(table + (i << 2), empty);
    if (longest == 0) return true;
  }
  fillTable(table, bits, meanings, longest);
  return true;
}

// @ts-ignore: decorator
@inline
function countOf(length: u32): u32 {
  return load<u32>(counts + (<usize>length << 2));
}

/** Symbols by the length of their code, and those with the same length by number: the order of the codes themselves. */
function sortSymbols(first: u32, symbols: u32): void {
  memory.fill(counts, 0, 64);
  const lengths = CODE_LENGTHS + <usize>first;
  for (let symbol: usize = 0; symbol < <usize>symbols; symbol++) {
    const count = counts + (<usize>load<u8>(lengths + symbol) << 2);
    store<u32>(count, load<u32>(count) + 1);
  }
  let place: u32 = 0;
  for (let length: u32 = 1; length <= LONGEST_CODE; length++) {
    store<u32>(places + (<usize>length << 2), place);
    place += countOf(length);
  }
  for (let symbol: usize = 0; symbol < <usize>symbols; symbol++) {
    const length = <usize>load<u8>(lengths + symbol);
    if (length == 0) continue;
    const next = load<u32>(places + (length << 2));
    store<u16>(SORTED + (<usize>next << 1), <u16>symbol);
    store<u32>(places + (length << 2), next + 1);
  }
}

/**
 * Codes in their order, each with its bits reversed, for the input begins with the lowest. The table doubles as codes
 * get longer: what is in it already stands for all the bits that may follow.
 */
function fillTable(table: usize, bits: u32, meanings: usize, longest: u32): void {
  let sorted = SORTED;
  let code: u32 = 0;
  let length: u32 = 1;
  let size: u32 = 2;
  for (; length <= min(longest, bits); length++) {
    for (let count = countOf(length); count > 0; count--) {
      store<u32>(table + (<usize>code << 2), entryOf(meanings, sorted, length));
      sorted += 2;
      code = nextCode(code, length);
    }
    if (length < bits) {
      memory.copy(table + (<usize>size << 2), table, <usize>size << 2);
      size <<= 1;
    }
  }
  for (; length < bits; length++) {
    memory.copy(table + (<usize>size << 2), table, <usize>size << 2);
    size <<= 1;
  }
  if (longest > bits) fillNested(table, bits, meanings, sorted, code, longest);
}

/**
 * Where an index tells what comes behind a literal too, another literal or a length, its entry becomes both. From the
 * highest index down: what is left of an index when the literal's bits are gone is lower, and so its entry is as it was.
 */
export function joinEntries(table: usize, bits: u32): void {
  for (let index: u32 = (1 << bits) - 1; <i32>index >= 0; index--) {
    const entry = load<u32>(table + (<usize>index << 2));
    if (!(entry & LITERALS_ONLY)) continue;
    const taken = entry & TAKEN_MASK;
    const next = load<u32>(table + (<usize>(index >> taken) << 2));
    if (next & SPECIAL || taken + codeOf(next) > bits) continue;
    const literal = entry & 0xff000000;
    const joined =
      next & LITERALS_ONLY
        ? TWO_LITERALS | ((next >> 8) & 0xff0000) | (taken + (next & TAKEN_MASK))
        : (1 << 6) + next + taken + (taken << 8);
    store<u32>(table + (<usize>index << 2), literal | joined);
  }
}

// @ts-ignore: decorator
@inline
function codeOf(entry: u32): u32 {
  return (entry >> 8) & 15;
}

/** Codes longer than the index, those with the same first bits in one table. */
function fillNested(table: usize, bits: u32, meanings: usize, sorted: usize, code: u32, longest: u32): void {
  const mask: u32 = (1 << bits) - 1;
  let nested: u32 = 0;
  let start: u32 = 1 << bits;
  let size: u32 = 0;
  let prefix: u32 = u32.MAX_VALUE;
  for (let length = bits + 1; length <= longest; length++) {
    for (let count = countOf(length); count > 0; count--) {
      if ((code & mask) != prefix) {
        prefix = code & mask;
        start += size;
        nested = nestedBits(bits, length, count, longest);
        size = 1 << nested;
        store<u32>(table + (<usize>prefix << 2), SPECIAL | NESTED | (start << 16) | (nested << 8) | bits);
      }
      const entry = entryOf(meanings, sorted, length - bits);
      for (let i = code >> bits; i < size; i += 1 << (length - bits))
        store<u32>(table + (<usize>(start + i) << 2), entry);
      sorted += 2;
      code = nextCode(code, length);
    }
  }
}

/** How many bits more the codes with one beginning have: as many as it takes until they fill their table. */
function nestedBits(bits: u32, length: u32, count: u32, longest: u32): u32 {
  let nested = length - bits;
  let left = (1 << nested) - <i32>count;
  while (left > 0 && bits + nested < longest) {
    nested++;
    left = (left << 1) - <i32>countOf(bits + nested);
  }
  return nested;
}

// @ts-ignore: decorator
@inline
function entryOf(meanings: usize, sorted: usize, length: u32): u32 {
  // The meaning has the number of extra bits where the entry has all it takes.
  return load<u32>(meanings + (<usize>load<u16>(sorted) << 2)) + length + (length << 8);
}

/** The code after this one, both with their bits reversed; the same length, or before the first that is longer. */
// @ts-ignore: decorator
@inline
function nextCode(code: u32, length: u32): u32 {
  // From the highest bit: ones become zeros up to the first zero, which becomes one.
  const ones = clz(~(code << (32 - length)));
  if (ones >= length) return 0;
  const bit: u32 = (1 << (length - 1)) >> ones;
  return (code & (bit - 1)) | bit;
}
