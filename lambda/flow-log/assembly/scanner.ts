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

const NEWLINE: u8 = 0x0a;
const SPACE: u8 = 0x20;

/** Longest line that is read here, bytes: `MAX_LINE_LENGTH` of the plain parser. */
const LONGEST_LINE: usize = 4096;

let rows: i32 = 0;
let parsed: i32 = 0;
let noData: i32 = 0;
let mustWait: bool = false;

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
  const indexEnd = indexSeparators(at, blockEnd);
  const toNewline = ((<usize>fieldCount) << 2) - 4;
  let line: usize = INDEX + 4;
  while (line < indexEnd && rows < MOST_ROWS && !mustWait) {
    let newline = line + toNewline;
    if (newline >= indexEnd || !isOneLine(line, newline) || !readOrdinary(at, line, newline)) {
      newline = line;
      while (newline < indexEnd && load<u8>(load<u32>(newline)) != NEWLINE) newline += 4;
      if (newline >= indexEnd) break;
      leaveToOther(at, load<u32>(newline));
    }
    at = <usize>load<u32>(newline) + 1;
    line = newline + 4;
  }
  return at;
}

/** Whether a newline stands at its place, and spaces before it. */
// @ts-ignore: decorator
@inline
function isOneLine(line: usize, newline: usize): bool {
  if (newline < line || load<u8>(load<u32>(newline)) != NEWLINE) return false;
  let bytes: u32 = SPACE;
  for (; line < newline; line += 4) bytes |= load<u8>(load<u32>(line));
  return bytes == SPACE;
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

/** Writes where the spaces and newlines of the block are, behind the separator before it. @returns the index's end */
function indexSeparators(at: usize, blockEnd: usize): usize {
  let end: usize = INDEX + 4;
  for (; at < blockEnd; at += 64) {
    let mask =
      separators(at) |
      (separators(at + 16) << 16) |
      (separators(at + 32) << 32) |
      (separators(at + 48) << 48);
    const next = end + ((<usize>popcnt(mask)) << 2);
    // Four at a time; what is written too far is written over.
    for (; mask != 0; end += 16) mask = writeFour(mask, <u32>at, end);
    end = next;
  }
  // The last sixty-four bytes may reach beyond the block.
  while (end > INDEX + 4 && <usize>load<u32>(end - 4) >= blockEnd) end -= 4;
  return end;
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

// @ts-ignore: decorator
@inline
function separators(at: usize): u64 {
  const bytes = v128.load(at);
  const found = v128.or(i8x16.eq(bytes, i8x16.splat(SPACE)), i8x16.eq(bytes, i8x16.splat(NEWLINE)));
  return <u64>(<u32>i8x16.bitmask(found));
}

function findNewline(at: usize, limit: usize): usize {
  while (at < limit && load<u8>(at) != NEWLINE) at++;
  return at;
}
