/** Heads of blocks (RFC 1951 sections 3.2.3 to 3.2.7), refused where zlib refuses them. */
import { bitBuffer, bitCount, giveBytesBack, input, inputEnd, isOverrun, refill, setBits, take } from './bits';
import { buildTable, DISTANCE_BITS, LENGTH_BITS, LITERAL_BITS, joinEntries, SPECIAL } from './huffman';
import {
  CODE_LENGTHS,
  DISTANCE_MEANINGS,
  DISTANCES,
  LENGTH_MEANINGS,
  LENGTHS,
  LITERAL_MEANINGS,
  LITERALS,
} from './memory';
import { Step } from './step';

/** What a block's head says it is. */
export const enum Block {
  /** There is none: the next one's head comes. */
  None,
  Stored,
  Coded,
}

export let block: Block = Block.None;
export let isLastBlock: bool = false;
/** Bytes of a stored block that are still to come. */
export let storedLeft: usize = 0;
/** Whether the tables are those of the fixed codes: a block may be as short as ten bits, building them is not. */
let areFixed: bool = false;

const STORED: u32 = 0;
const FIXED: u32 = 1;
const DYNAMIC: u32 = 2;

const MOST_LITERALS: u32 = 286;
const MOST_DISTANCES: u32 = 30;
const END_OF_BLOCK: usize = 256;
/** The entry of what is no code: it takes one bit, as in zlib. */
const NO_CODE: u32 = SPECIAL | 1;
/** Without any code for code lengths, zlib reads a zero from each bit. */
const ZERO_LENGTH: u32 = 1;

/** The order in which the lengths of the codes for code lengths come (section 3.2.7), a byte each. */
const ORDER = memory.data<u8>([16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]);

/** No head has been read, not even a part of it. */
export function beginBlocks(): void {
  block = Block.None;
  isLastBlock = false;
}

export function endBlock(): void {
  block = Block.None;
}

/** So many bytes of the stored block have been copied. */
export function takeStored(bytes: usize): void {
  storedLeft -= bytes;
}

/** Reads the head of the next block, or nothing of it where it has not arrived as a whole. */
export function readHead(): Step {
  const at = input;
  const bits = bitBuffer;
  const count = bitCount;
  const step = readWhole();
  if (step == Step.NeedsInput || isOverrun(input, bitCount)) {
    setBits(at, bits, count);
    beginBlocks();
    return Step.NeedsInput;
  }
  if (step == Step.Done) giveBytesBack(input, bitBuffer, bitCount);
  return step;
}

function readWhole(): Step {
  refill();
  isLastBlock = take(1) != 0;
  const kind = take(2);
  if (kind == STORED) return readStored();
  const step = kind == FIXED ? useFixed() : kind == DYNAMIC ? readDynamic() : Step.BadBlock;
  block = step == Step.Done ? Block.Coded : Block.None;
  return step;
}

function readStored(): Step {
  take(bitCount & 7);
  giveBytesBack(input, bitBuffer, bitCount);
  if (input + 4 > inputEnd) return Step.NeedsInput;
  const length = <u32>load<u16>(input);
  if (length != (<u32>load<u16>(input, 2) ^ 0xffff)) return Step.BadStored;
  setBits(input + 4, 0, 0);
  storedLeft = length;
  block = Block.Stored;
  return Step.Done;
}

/** Section 3.2.6. */
function useFixed(): Step {
  if (areFixed) return Step.Done;
  memory.fill(CODE_LENGTHS, 8, 144);
  memory.fill(CODE_LENGTHS + 144, 9, 112);
  memory.fill(CODE_LENGTHS + 256, 7, 24);
  memory.fill(CODE_LENGTHS + 280, 8, 8);
  memory.fill(CODE_LENGTHS + 288, 5, 32);
  const step = buildTables(288, 32);
  areFixed = true;
  return step;
}

function buildTables(literals: u32, distances: u32): Step {
  areFixed = false;
  if (!buildTable(LITERALS, LITERAL_BITS, LITERAL_MEANINGS, 0, literals, NO_CODE, true)) return Step.BadLiterals;
  if (!buildTable(DISTANCES, DISTANCE_BITS, DISTANCE_MEANINGS, literals, distances, NO_CODE, true))
    return Step.BadDistances;
  joinEntries(LITERALS, LITERAL_BITS);
  return Step.Done;
}

/** Section 3.2.7. */
function readDynamic(): Step {
  const literals = take(5) + 257;
  const distances = take(5) + 1;
  const codes = take(4) + 4;
  if (literals > MOST_LITERALS || distances > MOST_DISTANCES) return Step.TooManySymbols;
  memory.fill(CODE_LENGTHS, 0, 19);
  for (let i: usize = 0; i < <usize>codes; i++) {
    refill();
    store<u8>(CODE_LENGTHS + <usize>load<u8>(ORDER + i), <u8>take(3));
  }
  if (isOverrun(input, bitCount)) return Step.NeedsInput;
  if (!buildTable(LENGTHS, LENGTH_BITS, LENGTH_MEANINGS, 0, 19, ZERO_LENGTH, false)) return Step.BadLengths;
  const step = readLengths(<usize>(literals + distances));
  if (step != Step.Done || isOverrun(input, bitCount)) return step;
  if (load<u8>(CODE_LENGTHS + END_OF_BLOCK) == 0) return Step.NoEnd;
  return buildTables(literals, distances);
}

/** The code lengths of all symbols, those of distances behind those of literals. */
function readLengths(count: usize): Step {
  const end = CODE_LENGTHS + count;
  for (let at = CODE_LENGTHS; at < end;) {
    refill();
    const entry = load<u32>(LENGTHS + (<usize>(bitBuffer & ((1 << LENGTH_BITS) - 1)) << 2));
    take(entry & 0xf);
    const symbol = entry >> 16;
    if (symbol < 16) {
      store<u8>(at++, <u8>symbol);
      continue;
    }
    if (symbol == 16 && at == CODE_LENGTHS) return Step.BadRepeat;
    const repeated: u8 = symbol == 16 ? load<u8>(at - 1) : 0;
    const times = <usize>(symbol == 16 ? take(2) + 3 : symbol == 17 ? take(3) + 3 : take(7) + 11);
    if (at + times > end) return Step.BadRepeat;
    memory.fill(at, repeated, times);
    at += times;
  }
  return Step.Done;
}
