/**
 * Reads lines of flow-log records where they lie in memory. Spaces and newlines are found sixteen bytes at a time, and
 * the fields are read from between them, so that little depends on how long a field happens to be. No line is told from
 * another by more than its separators: whatever is not an ordinary record is handed to the plain parser as it is.
 */
import { resetEvents } from './events';
import { fieldCount, setFieldCount, setPosition } from './fields';
import { prepareOctets } from './ipv4';
import {
  BLOCK,
  CONTENT,
  INDEX,
  INPUT,
  INPUT_SIZE,
  MOST_ROWS,
  NEWLINES,
  PORTS,
  ROWS,
  ROW_KIND,
  ROW_LINE_ADDRESS,
  ROW_LINE_LENGTH,
  ROW_SIZE,
} from './memory';
import { Line, first, last, readLine, resetSpan } from './record';

export { setFieldCount, setPosition };
export {
  contentLength,
  eventRows,
  eventsNoData,
  eventsParsed,
  scanEvents,
  stoppedAtUnusual,
} from './events';

export {
  beginMember,
  beginOutput,
  inflate,
  makeRoom,
  memberLength,
  memberSum,
  outputEnd,
  packedAddress,
  packedRest,
  packedSize,
} from './inflate';

const NEWLINE: u8 = 0x0a;
const SPACE: u8 = 0x20;

/** Longest line that is read here, bytes: `MAX_LINE_LENGTH` of the plain parser. */
const LONGEST_LINE: usize = 4096;

let rows: i32 = 0;
let parsed: i32 = 0;
let noData: i32 = 0;
let mustWait: bool = false;
/** Where the index of the block ends. Behind it are the separators of blocks before. */
let indexEnd: usize = INDEX;

export function inputAddress(): usize {
  return INPUT;
}
export function inputSize(): usize {
  return INPUT_SIZE;
}
export function portsAddress(): usize {
  return PORTS;
}
export function rowsAddress(): usize {
  return ROWS;
}
export function contentAddress(): usize {
  return CONTENT;
}
export function rowSize(): usize {
  return ROW_SIZE;
}

/** Rows that the last scan left. */
export function rowCount(): i32 {
  return rows;
}
/** Records that were read, kept or not, since the last {@link reset}. */
export function parsedCount(): i32 {
  return parsed;
}
/** Intervals without data since then. */
export function noDataCount(): i32 {
  return noData;
}
/** Start of the first record since then, epoch seconds. */
export function firstStart(): f64 {
  return <f64>first;
}
/** End of the last record since then, epoch seconds; −1 where there was none. */
export function lastEnd(): f64 {
  return <f64>last;
}

/** Begins anew: a new log, whose format is not known yet. */
export function reset(): void {
  prepareOctets();
  setFieldCount(0);
  resetSpan();
  resetEvents();
  parsed = 0;
  noData = 0;
}

/**
 * Reads whole lines from `at`, and stops at `limit`, at an unfinished line, when the rows are full, or behind a line
 * that may be a header and so change what follows.
 * @returns where the next line begins
 */
export function scan(at: usize, limit: usize): usize {
  rows = 0;
  mustWait = false;
  while (at < limit && rows < MOST_ROWS && !mustWait) {
    const blockEnd = min(at + BLOCK, limit);
    const next = scanBlock(at, blockEnd);
    if (next != at) at = next;
    else if (blockEnd == limit) break;
    else {
      const newline = findNewline(blockEnd, limit);
      if (newline == limit) break;
      leaveToOther(at, newline);
      at = newline + 1;
    }
  }
  return at;
}

/** Reads the lines that end in the block. */
function scanBlock(at: usize, blockEnd: usize): usize {
  store<u32>(INDEX, <u32>at - 1);
  const newlinesEnd = indexSeparators(at, blockEnd);
  const toNewline = (<usize>fieldCount << 2) - 4;
  let line: usize = INDEX + 4;
  for (let next = NEWLINES; next < newlinesEnd && rows < MOST_ROWS && !mustWait; next += 4) {
    const newline = load<u32>(next);
    // Where the line's last separator would be: if the newline is there, the ones before it are as many spaces.
    let last = line + toNewline;
    const hasAllFields = fieldCount != 0 && last < indexEnd && load<u32>(last) == newline;
    if (!hasAllFields || !readOrdinary(at, line, last)) {
      leaveToOther(at, newline);
      for (last = line; load<u32>(last) != newline; ) last += 4;
    }
    at = <usize>newline + 1;
    line = last + 4;
  }
  return at;
}

/** Reads a line that has as many fields as the format; false where it is odd all the same. */
// @ts-ignore: decorator
@inline
function readOrdinary(at: usize, line: usize, newline: usize): bool {
  if (<usize>load<u32>(newline) - at > LONGEST_LINE) return false;
  const kind = readLine(line, ROWS + <usize>rows * ROW_SIZE);
  if (kind == Line.Odd) return false;
  if (kind == Line.NoData) noData++;
  else parsed++;
  if (kind == Line.Kept) rows++;
  return true;
}

/** A row for a line that the other side reads itself; empty lines are nobody's. */
function leaveToOther(at: usize, newline: usize): void {
  if (newline == at) return;
  const row = ROWS + <usize>rows * ROW_SIZE;
  store<i32>(row, Line.Odd, ROW_KIND);
  store<u32>(row, <u32>at, ROW_LINE_ADDRESS);
  store<u32>(row, <u32>(newline - at), ROW_LINE_LENGTH);
  rows++;
  const letter = load<u8>(at);
  mustWait = fieldCount == 0 || (letter >= 0x61 && letter <= 0x7a);
}

/**
 * Writes where the spaces and newlines of the block are, behind the separator before it, and once more where the newlines
 * are. What the last sixty-four bytes hold beyond the block is written too: it is never reached.
 * @returns the end of the newlines
 */
function indexSeparators(at: usize, blockEnd: usize): usize {
  let end: usize = INDEX + 4;
  let newlinesEnd: usize = NEWLINES;
  for (; at < blockEnd; at += 64) {
    let newlines = found(at, NEWLINE);
    let mask = newlines | found(at, SPACE);
    const next = end + (<usize>popcnt(mask) << 2);
    // Four at a time; what is written too far is written over.
    for (; mask != 0; end += 16) mask = writeFour(mask, <u32>at, end);
    end = next;
    for (; newlines != 0; newlines &= newlines - 1) {
      store<u32>(newlinesEnd, <u32>at + <u32>ctz(newlines));
      newlinesEnd += 4;
    }
  }
  while (newlinesEnd > NEWLINES && <usize>load<u32>(newlinesEnd - 4) >= blockEnd) newlinesEnd -= 4;
  indexEnd = end;
  return newlinesEnd;
}

/** Writes where the next four separators are. @returns the mask without them */
// @ts-ignore: decorator
@inline
function writeFour(mask: u64, at: u32, place: usize): u64 {
  store<u32>(place, at + <u32>ctz(mask));
  mask &= mask - 1;
  store<u32>(place, at + <u32>ctz(mask), 4);
  mask &= mask - 1;
  store<u32>(place, at + <u32>ctz(mask), 8);
  mask &= mask - 1;
  store<u32>(place, at + <u32>ctz(mask), 12);
  return mask & (mask - 1);
}

/** Which of 64 bytes are this one. */
// @ts-ignore: decorator
@inline
function found(at: usize, byte: u8): u64 {
  const wanted = i8x16.splat(byte);
  return (
    <u64>(<u32>i8x16.bitmask(i8x16.eq(v128.load(at), wanted))) |
    (<u64>(<u32>i8x16.bitmask(i8x16.eq(v128.load(at, 16), wanted))) << 16) |
    (<u64>(<u32>i8x16.bitmask(i8x16.eq(v128.load(at, 32), wanted))) << 32) |
    (<u64>(<u32>i8x16.bitmask(i8x16.eq(v128.load(at, 48), wanted))) << 48)
  );
}

function findNewline(at: usize, limit: usize): usize {
  while (at < limit && load<u8>(at) != NEWLINE) at++;
  return at;
}
