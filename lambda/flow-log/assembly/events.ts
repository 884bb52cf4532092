/**
 * Reads the events of a CloudWatch Logs payload where they lie in its JSON, as AWS writes them: no space between tokens,
 * and `id`, `timestamp`, `message` in this order. An event is 9 quotes, the spaces between the fields, and a quote; what
 * is written any other way, with an escape or a letter beyond ASCII for a start, is left to `JSON.parse`.
 */
import { isNumber } from './digits';
import { fieldCount } from './fields';
import {
  BLOCK,
  CONTENT,
  CONTENT_SIZE,
  INDEX,
  MOST_ROWS,
  ROWS,
  ROW_KIND,
  ROW_LINE_ADDRESS,
  ROW_LINE_LENGTH,
  ROW_SIZE,
} from './memory';
import { Line, readLine } from './record';

const QUOTE: u8 = 0x22;
const SPACE: u8 = 0x20;
const BACKSLASH: u8 = 0x5c;
const LONGEST_LINE: usize = 4096;
/** Separators of an event before those of its message. */
const QUOTES_BEFORE: usize = 9;

const ID: u16 = 0x6469;
const TIMESTAM: u64 = 0x6d617473656d6974;
const MESSAGE: u64 = 0x226567617373656d;

let rows: i32 = 0;
let parsed: i32 = 0;
let noData: i32 = 0;
let content: usize = CONTENT;
let isUnusual: bool = false;

export function eventRows(): i32 {
  return rows;
}
export function eventsParsed(): i32 {
  return parsed;
}
export function eventsNoData(): i32 {
  return noData;
}
/** Bytes of content, for the digest of the batch: each text with its length. */
export function contentLength(): usize {
  return content - CONTENT;
}
/** Whether the event at which the last scan stopped is written in an unusual way. */
export function stoppedAtUnusual(): bool {
  return isUnusual;
}
export function resetEvents(): void {
  parsed = 0;
  noData = 0;
}

/** Reads whole events from `at`, which is where one begins. @returns where the next one begins, or the list ends */
export function scanEvents(at: usize, limit: usize): usize {
  rows = 0;
  content = CONTENT;
  isUnusual = false;
  while (at < limit && load<u8>(at) == 0x7b && hasRoom()) {
    const blockEnd = min(at + BLOCK, limit);
    const next = scanBlock(at, blockEnd);
    // An event as long as a block is nothing that AWS sends for a flow log.
    if (next == at && blockEnd != limit) isUnusual = true;
    if (next == at || isUnusual) return next;
    at = next;
  }
  return at;
}

// @ts-ignore: decorator
@inline
function hasRoom(): bool {
  return rows < MOST_ROWS && content + 2 * BLOCK < CONTENT + CONTENT_SIZE;
}

function scanBlock(at: usize, blockEnd: usize): usize {
  const end = indexSeparators(at, blockEnd);
  let event: usize = INDEX + 4;
  while (event + (QUOTES_BEFORE << 2) < end && rows < MOST_ROWS) {
    if (!isEventHead(at, event)) {
      isUnusual = true;
      break;
    }
    const message = event + (QUOTES_BEFORE << 2);
    let close = message;
    while (close < end && byteAt(close) == SPACE) close += 4;
    // The brace, and what follows it, decide where the next event begins.
    if (close >= end || <usize>load<u32>(close) + 3 >= blockEnd) break;
    const after = load<u32>(load<u32>(close));
    const isLast = (after & 0x00ffffff) == 0x005d7d22;
    if (byteAt(close) != QUOTE || (after != 0x7b2c7d22 && !isLast)) {
      isUnusual = true;
      break;
    }
    readMessage(message, close);
    note(<usize>load<u32>(event + 8) + 1, load<u32>(event + 12));
    note(<usize>load<u32>(message - 4) + 1, load<u32>(close));
    at = <usize>load<u32>(close) + (isLast ? 2 : 3);
    event = close + 4;
    if (isLast) break;
  }
  return at;
}

// @ts-ignore: decorator
@inline
function byteAt(place: usize): u8 {
  return load<u8>(load<u32>(place));
}

/** Whether `{"id":"…","timestamp":…,"message":"` stands at `at`, with the first nine separators of the event. */
// @ts-ignore: decorator
@inline
function isEventHead(at: usize, event: usize): bool {
  const id = <usize>load<u32>(event + 8);
  const idEnd = <usize>load<u32>(event + 12);
  const key = <usize>load<u32>(event + 16);
  const time = <usize>load<u32>(event + 20);
  const key2 = <usize>load<u32>(event + 24);
  let quotes: bool = true;
  for (let place: usize = 0; place < QUOTES_BEFORE << 2; place += 4) quotes = quotes && byteAt(event + place) == QUOTE;
  return (
    quotes &&
    <usize>load<u32>(event) == at + 1 &&
    load<u16>(at + 2) == ID &&
    load<u16>(at + 4) == 0x3a22 &&
    id == at + 6 &&
    load<u8>(idEnd + 1) == 0x2c &&
    key == idEnd + 2 &&
    load<u64>(key + 1) == TIMESTAM &&
    load<u8>(key + 9) == 0x70 &&
    time == key + 10 &&
    load<u8>(time + 1) == 0x3a &&
    load<u8>(key2 - 1) == 0x2c &&
    isNumber(time + 2, key2 - 1) &&
    load<u8>(time + 2) != 0x30 &&
    load<u64>(key2 + 1) == MESSAGE &&
    load<u8>(key2 + 9) == 0x3a &&
    <usize>load<u32>(event + 32) == key2 + 10
  );
}

/** Reads the record, or leaves the message to the other side. */
// @ts-ignore: decorator
@inline
function readMessage(message: usize, close: usize): void {
  const row = ROWS + <usize>rows * ROW_SIZE;
  const start = <usize>load<u32>(message - 4) + 1;
  const length = <usize>load<u32>(close) - start;
  const hasAllFields = close == message + (<usize>fieldCount << 2) - 4;
  const kind = hasAllFields && length <= LONGEST_LINE ? readLine(message, row) : Line.Odd;
  if (kind == Line.Odd) {
    store<i32>(row, Line.Odd, ROW_KIND);
    store<u32>(row, <u32>start, ROW_LINE_ADDRESS);
    store<u32>(row, <u32>length, ROW_LINE_LENGTH);
    rows++;
  } else if (kind == Line.NoData) noData++;
  else {
    parsed++;
    if (kind == Line.Kept) rows++;
  }
}

/** Adds a text to the content: its length, a colon, and itself. */
function note(start: usize, end: usize): void {
  const length = <u32>(end - start);
  let divisor: u32 = 1;
  while (length / divisor >= 10) divisor *= 10;
  for (; divisor > 0; divisor /= 10) store<u8>(content++, <u8>(0x30 + ((length / divisor) % 10)));
  store<u8>(content++, 0x3a);
  // Sixteen bytes at a time, the last ones for nothing: what is written too far is written over.
  for (let done: usize = 0; done < length; done += 16) v128.store(content + done, v128.load(start + done));
  content += length;
}

/** As the index of lines, with everything that may not stand in a text as it is among the separators. */
function indexSeparators(at: usize, blockEnd: usize): usize {
  let end: usize = INDEX + 4;
  for (; at < blockEnd; at += 64) {
    let mask =
      separators(at) | (separators(at + 16) << 16) | (separators(at + 32) << 32) | (separators(at + 48) << 48);
    const next = end + (<usize>popcnt(mask) << 2);
    for (; mask != 0; end += 4) {
      store<u32>(end, <u32>at + <u32>ctz(mask));
      mask &= mask - 1;
    }
    end = next;
  }
  while (end > INDEX + 4 && <usize>load<u32>(end - 4) >= blockEnd) end -= 4;
  return end;
}

/** Quotes, backslashes, spaces, control characters, and bytes beyond ASCII: the last two are no quote and no space. */
// @ts-ignore: decorator
@inline
function separators(at: usize): u64 {
  const bytes = v128.load(at);
  const found = v128.or(
    // Signed: a byte beyond ASCII is less than a space.
    i8x16.le_s(bytes, i8x16.splat(SPACE)),
    v128.or(i8x16.eq(bytes, i8x16.splat(QUOTE)), i8x16.eq(bytes, i8x16.splat(BACKSLASH))),
  );
  return <u64>(<u32>i8x16.bitmask(found));
}
