/**
 * Decodes the symbols of a block, literals and matches: where inflating spends its time. While plenty of input has
 * arrived, nothing but the symbols is looked at; the last few are decoded one by one, and only if all their bits are
 * there.
 */
import { bitBuffer, bitCount, giveBytesBack, input, inputEnd, isOverrun } from './bits';
import { DISTANCE_BITS, END, LEAST_LENGTH, LITERAL_BITS, LITERALS_ONLY, NESTED, SPECIAL, TAKEN_MASK } from './huffman';
import { DISTANCES, LITERALS, OUTPUT_END, PATTERNS } from './memory';
import { Step } from './step';

const LITERAL_MASK: u64 = (1 << LITERAL_BITS) - 1;
const DISTANCE_MASK: u64 = (1 << DISTANCE_BITS) - 1;
/** What a turn of the fast loop reads at most, bytes, and some to spare. */
const FAST_INPUT: usize = 16;
/** For distances below 16: a match repeats the bytes before it, so sixteen of them are made of as many as there are. */
export function preparePatterns(): void {
  for (let distance: usize = 1; distance < 16; distance++) {
    for (let i: usize = 0; i < 16; i++) store<u8>(PATTERNS + (distance << 4) + i, <u8>(i % distance));
  }
}

/**
 * Decodes until the block ends, the input does, or the output is full.
 * @param out where the next byte goes
 * @param oldest the first byte that a match may reach back to
 * @returns how it ended, and above that byte where the next byte goes then
 */
export function decodeSymbols(out: usize, oldest: usize): u32 {
  let at = input;
  let bits = bitBuffer;
  let count = bitCount;
  let step: Step = Step.IsFull;
  const fastEnd = inputEnd - FAST_INPUT;
  while (at < fastEnd && out < OUTPUT_END) {
    bits |= load<u64>(at) << count;
    at += <usize>((63 - count) >> 3);
    count |= 56;
    let entry = entryAt(LITERALS, bits & LITERAL_MASK);
    out = putLiterals(out, entry);
    if (entry & (SPECIAL | LITERALS_ONLY)) {
      if (entry & NESTED) {
        entry = nestedEntry(LITERALS, entry, bits, LITERAL_BITS);
        bits >>= LITERAL_BITS;
        count -= LITERAL_BITS;
        out = putLiterals(out, entry);
      }
      if (entry & LITERALS_ONLY) {
        bits >>= entry;
        count -= entry & TAKEN_MASK;
        continue;
      }
      if (entry & SPECIAL) {
        bits >>= entry;
        count -= entry & TAKEN_MASK;
        step = entry & END ? Step.Done : Step.NoLiteral;
        break;
      }
    }
    const length = lengthOf(entry, bits);
    bits >>= entry;
    count -= entry & TAKEN_MASK;
    // Codes and extra bits took 20 bits at most, so a distance's 28 are still there.
    entry = entryAt(DISTANCES, bits & DISTANCE_MASK);
    if (entry & SPECIAL) {
      if (entry & NESTED) {
        entry = nestedEntry(DISTANCES, entry, bits, DISTANCE_BITS);
        bits >>= DISTANCE_BITS;
        count -= DISTANCE_BITS;
      }
      if (entry & SPECIAL) {
        step = Step.NoDistance;
        break;
      }
    }
    const distance = <usize>((entry >> 16) + extraOf(entry, bits));
    bits >>= entry;
    count -= entry & TAKEN_MASK;
    if (out - distance < oldest) {
      step = Step.TooFar;
      break;
    }
    copyMatch(out, distance, length);
    out += length;
  }
  if (step == Step.IsFull && out < OUTPUT_END) return decodeLast(at, bits, count, out, oldest);
  giveBytesBack(at, bits, count);
  return step | (<u32>out << 8);
}

/** The same, one symbol at a time, each only if all of it has arrived. */
function decodeLast(at: usize, bits: u64, count: u64, out: usize, oldest: usize): u32 {
  let step: Step = Step.IsFull;
  while (out < OUTPUT_END) {
    // Where the symbol begins: all that is kept when the rest of it is still to come.
    giveBytesBack(at, bits, count);
    at = input;
    bits = bitBuffer | (load<u64>(at) << bitCount);
    at += <usize>((63 - bitCount) >> 3);
    count = bitCount | 56;
    let entry = entryAt(LITERALS, bits & LITERAL_MASK);
    if (entry & NESTED) {
      entry = nestedEntry(LITERALS, entry, bits, LITERAL_BITS);
      bits >>= LITERAL_BITS;
      count -= LITERAL_BITS;
    }
    const length = lengthOf(entry, bits);
    const next = putLiterals(out, entry);
    bits >>= entry;
    count -= entry & TAKEN_MASK;
    if (isOverrun(at, count)) return Step.NeedsInput | (<u32>out << 8);
    if (entry & LITERALS_ONLY) {
      out = next;
      continue;
    }
    if (entry & SPECIAL) {
      step = entry & END ? Step.Done : Step.NoLiteral;
      break;
    }
    entry = entryAt(DISTANCES, bits & DISTANCE_MASK);
    if (entry & NESTED) {
      entry = nestedEntry(DISTANCES, entry, bits, DISTANCE_BITS);
      bits >>= DISTANCE_BITS;
      count -= DISTANCE_BITS;
    }
    const distance = <usize>((entry >> 16) + extraOf(entry, bits));
    bits >>= entry;
    count -= entry & TAKEN_MASK;
    if (isOverrun(at, count)) return Step.NeedsInput | (<u32>out << 8);
    if (entry & SPECIAL) step = Step.NoDistance;
    else if (next - distance < oldest) step = Step.TooFar;
    if (step != Step.IsFull) break;
    copyMatch(next, distance, length);
    out = next + length;
  }
  giveBytesBack(at, bits, count);
  return step | (<u32>out << 8);
}

// @ts-ignore: decorator
@inline
function entryAt(table: usize, index: u64): u64 {
  return <u64>load<u32>(table + (<usize>index << 2));
}

/** Writes the literals of an entry, and as many bytes for nothing as it has fewer than two. @returns where they end */
// @ts-ignore: decorator
@inline
function putLiterals(out: usize, entry: u64): usize {
  store<u8>(out, <u8>(entry >> 24));
  store<u8>(out, <u8>(entry >> 16), 1);
  // How many there are is what nobody can guess, so it takes no branch.
  return out + (<usize>(entry >> 6) & 3);
}

/** The entry that a nested table has, whose pointer takes the bits of the first. */
// @ts-ignore: decorator
@inline
function nestedEntry(table: usize, pointer: u64, bits: u64, taken: u64): u64 {
  const index = (bits >> taken) & (((<u64>1) << ((pointer >> 8) & 15)) - 1);
  return entryAt(table, (pointer >> 16) + index);
}

/** The extra bits: those that the entry takes, without the codes. A shift looks at the lowest six bits alone. */
// @ts-ignore: decorator
@inline
function extraOf(entry: u64, bits: u64): u64 {
  return (bits & (((<u64>1) << entry) - 1)) >> (entry >> 8);
}

// @ts-ignore: decorator
@inline
function lengthOf(entry: u64, bits: u64): usize {
  return <usize>(((entry >> 16) & 0xff) + LEAST_LENGTH + extraOf(entry, bits));
}

/** Copies sixteen bytes at a time, and so up to fifteen too many: they are written over. */
// @ts-ignore: decorator
@inline
function copyMatch(out: usize, distance: usize, length: usize): void {
  const from = out - distance;
  const end = out + length;
  if (distance >= 16) {
    // Nine of ten matches are at most 32 bytes long: no branch depends on how long they are.
    v128.store(out, v128.load(from));
    v128.store(out, v128.load(from, 16), 16);
    for (let done: usize = 32; done < length; done += 32) {
      v128.store(out + done, v128.load(from + done));
      v128.store(out + done, v128.load(from + done, 16), 16);
    }
    return;
  }
  const pattern = i8x16.swizzle(v128.load(from), v128.load(PATTERNS + (distance << 4)));
  const whole = 16 - <usize>((<u32>16) % <u32>distance);
  for (; out < end; out += whole) v128.store(out, pattern);
}
