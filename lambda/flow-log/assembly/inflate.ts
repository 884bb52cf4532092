/**
 * Inflates (RFC 1951) to where the scanner reads lines. Whatever has arrived is used up to the last whole symbol; the
 * rest stays and comes again, with what follows it.
 */
import { beginBits, input, inputEnd, setBits, setInput } from './bits';
import { beginBlocks, Block, block, endBlock, isLastBlock, readHead, storedLeft, takeStored } from './block-head';
import { crc32 } from './crc32';
import { prepareMeanings } from './huffman';
import { INPUT, OUTPUT_END, PACKED, PACKED_SIZE } from './memory';
import { decodeSymbols, preparePatterns } from './symbols';
import { Step } from './step';

/** A match reaches back so far at most (RFC 1951 section 2). */
const HISTORY: usize = 0x8000;

/** Where the next byte goes, and the first byte that a match may reach back to: the member's own. */
export let output: usize = INPUT;
export let oldest: usize = INPUT;

let isPrepared: bool = false;
let sum: u32 = 0;
let length: u32 = 0;

/** A log begins: there is no output yet. */
export function beginOutput(): void {
  output = INPUT;
  oldest = INPUT;
}

/** The data of a gzip member begin. @param at where, among the bytes that have arrived */
export function beginMember(at: usize): void {
  if (!isPrepared) {
    prepareMeanings();
    preparePatterns();
    isPrepared = true;
  }
  beginBits(at);
  beginBlocks();
  oldest = output;
  sum = 0;
  length = 0;
}

export function packedAddress(): usize {
  return PACKED;
}
export function packedSize(): usize {
  return PACKED_SIZE;
}
/** Where the output ends that has not been moved away. */
export function outputEnd(): usize {
  return output;
}
/** Where the first byte that was not used is. */
export function packedRest(): usize {
  return input;
}
/** CRC-32 of the member's output. */
export function memberSum(): u32 {
  return sum;
}
/** Length of the member's output modulo 2^32, bytes. */
export function memberLength(): u32 {
  return length;
}

/**
 * Inflates until something has to happen.
 * @param at the first byte that was not used, wherever it is now
 * @param end where the bytes end that have arrived
 */
export function inflate(at: usize, end: usize): Step {
  const before = output;
  setInput(at, end);
  const step = inflateBlocks();
  sum = crc32(sum, before, output);
  length += <u32>(output - before);
  return step;
}

function inflateBlocks(): Step {
  let step: Step = Step.Done;
  while (step == Step.Done && !(isLastBlock && block == Block.None)) {
    if (block == Block.None) step = readHead();
    else {
      step = block == Block.Stored ? copyStored() : decodeBlock();
      if (step == Step.Done) endBlock();
    }
  }
  return step;
}

function decodeBlock(): Step {
  const step = decodeSymbols(output, oldest);
  output = <usize>(step >> 8);
  return <Step>(step & 0xff);
}

function copyStored(): Step {
  if (output >= OUTPUT_END) return Step.IsFull;
  const bytes = min(storedLeft, min(inputEnd - input, OUTPUT_END - output));
  memory.copy(output, input, bytes);
  setBits(input + bytes, 0, 0);
  takeStored(bytes);
  output += bytes;
  if (storedLeft == 0) return Step.Done;
  return output == OUTPUT_END ? Step.IsFull : Step.NeedsInput;
}

/**
 * Makes room: moves what is still needed, unread bytes and those that a match may reach back to, to the beginning.
 * @param unread the first byte that has not been read
 * @returns where that is now; of more than 32 KiB of them only the last are kept
 */
export function makeRoom(unread: usize): usize {
  const history = max(oldest, output - min(HISTORY, output - INPUT));
  const from = max(min(unread, history), output - min(HISTORY, output - INPUT));
  const shift = from - INPUT;
  memory.copy(INPUT, from, output - from);
  output -= shift;
  oldest -= min(shift, oldest - INPUT);
  return max(unread, from) - shift;
}
