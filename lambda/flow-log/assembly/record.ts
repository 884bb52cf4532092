/** Reads one line whose separators are known. What is unusual about it is left to the plain parser. */
import { isNumber, numberOf, timeOf, upTo8Digits } from './digits';
import { Field, endOf, isMissing, positionOf, startOf } from './fields';
import { address, readIpv4 } from './ipv4';
import {
  PORTS,
  ROW_ACTION,
  ROW_BYTES,
  ROW_DESTINATION,
  ROW_DESTINATION_PORT,
  ROW_DIRECTION,
  ROW_END,
  ROW_FLAGS,
  ROW_INTERFACE,
  ROW_KIND,
  ROW_PACKETS,
  ROW_PROTOCOL,
  ROW_SERVICE,
  ROW_SOURCE,
  ROW_SOURCE_PORT,
  ROW_START,
} from './memory';

/** What a line is. The first two are kinds of rows too. */
export const enum Line {
  /** Left to the plain parser: malformed, IPv6, or rare. */
  Odd,
  /** A record that is kept: its row is written. */
  Kept,
  /** A record whose ports interest nobody. */
  Dropped,
  NoData,
}

/** First start and last end of all records, epoch seconds; `first` is more than `last` while there are none. */
export let first: i64 = i64.MAX_VALUE;
export let last: i64 = -1;

export function resetSpan(): void {
  first = i64.MAX_VALUE;
  last = -1;
}

const OK: u16 = 0x4b4f;
const ACCE: u32 = 0x45434341;
const REJE: u32 = 0x454a4552;
const PT: u16 = 0x5450;
const CT: u16 = 0x5443;
const NODA: u32 = 0x41444f4e;
const TA: u16 = 0x4154;
const INGR: u32 = 0x72676e69;
const ESS_: u32 = 0x73736572;
const EGRE: u32 = 0x65726765;
const SS: u16 = 0x7373;

const UDP = 17;
const TCP = 6;

/**
 * @param line the index's place of the line's first separator
 * @param row where to write the record, if it is kept
 */
export function readLine(line: usize, row: usize): Line {
  const status = positionOf(Field.Status);
  if (status >= 0) {
    const start = startOf(line, status);
    const length = endOf(line, status) - start;
    if (length != 2 || load<u16>(start) != OK) {
      const isNoData = length == 6 && load<u32>(start) == NODA && load<u16>(start, 4) == TA;
      return isNoData ? Line.NoData : Line.Odd;
    }
  }
  const start = timeAt(line, Field.Start);
  const end = timeAt(line, Field.End);
  if (start < 0 || start > end) return Line.Odd;
  if (!readAddress(line, Field.PacketSource, Field.Source)) return Line.Odd;
  const source = address;
  if (!readAddress(line, Field.PacketDestination, Field.Destination)) return Line.Odd;
  const destination = address;
  const sourcePort = smallNumber(line, Field.SourcePort, 5);
  const destinationPort = smallNumber(line, Field.DestinationPort, 5);
  const protocol = smallNumber(line, Field.Protocol, 3);
  // Negative where one is no number.
  if (<u32>(sourcePort | destinationPort) > 0xffff || <u32>protocol > 0xff) return Line.Odd;
  const packets = positionOf(Field.Packets);
  if (!isNumber(startOf(line, packets), endOf(line, packets))) return Line.Odd;
  const bytes = positionOf(Field.Bytes);
  const hasBytes = bytes >= 0 && !isMissing(startOf(line, bytes), endOf(line, bytes));
  if (hasBytes && !isNumber(startOf(line, bytes), endOf(line, bytes))) return Line.Odd;
  const flags = flagsOf(line);
  const action = actionOf(line);
  if (flags < -1 || action < 0) return Line.Odd;
  if (start < first) first = start;
  if (end > last) last = end;
  if (!isInteresting(sourcePort, destinationPort, protocol)) return Line.Dropped;
  store<i32>(row, Line.Kept, ROW_KIND);
  store<u32>(row, source, ROW_SOURCE);
  store<u32>(row, destination, ROW_DESTINATION);
  store<u16>(row, <u16>sourcePort, ROW_SOURCE_PORT);
  store<u16>(row, <u16>destinationPort, ROW_DESTINATION_PORT);
  store<u8>(row, <u8>protocol, ROW_PROTOCOL);
  store<u8>(row, <u8>action, ROW_ACTION);
  store<i32>(row, flags, ROW_FLAGS);
  store<f64>(row, <f64>start, ROW_START);
  store<f64>(row, <f64>end, ROW_END);
  store<f64>(row, numberAt(line, packets), ROW_PACKETS);
  store<f64>(row, hasBytes ? numberAt(line, bytes) : 0, ROW_BYTES);
  writeTexts(line, row);
  return Line.Kept;
}

// @ts-ignore: decorator
@inline
function timeAt(line: usize, field: Field): i64 {
  const position = positionOf(field);
  return timeOf(startOf(line, position), endOf(line, position));
}

/** The packet's own address where the log has it, or else that of the interface. */
// @ts-ignore: decorator
@inline
function readAddress(line: usize, own: Field, fallback: Field): bool {
  let position = positionOf(own);
  if (position < 0 || isMissing(startOf(line, position), endOf(line, position)))
    position = positionOf(fallback);
  return position >= 0 && readIpv4(startOf(line, position), endOf(line, position));
}

/** A number of at most so many digits, or −1. */
// @ts-ignore: decorator
@inline
function smallNumber(line: usize, field: Field, mostDigits: usize): i32 {
  const position = positionOf(field);
  const end = endOf(line, position);
  const length = end - startOf(line, position);
  return length - 1 > mostDigits - 1 ? -1 : <i32>upTo8Digits(end, length);
}

function numberAt(line: usize, position: i32): f64 {
  return numberOf(startOf(line, position), endOf(line, position));
}

/** −1 where the log has none, −2 where they are odd. */
// @ts-ignore: decorator
@inline
function flagsOf(line: usize): i32 {
  const position = positionOf(Field.Flags);
  if (position < 0) return -1;
  const start = startOf(line, position);
  const end = endOf(line, position);
  if (isMissing(start, end)) return -1;
  const length = end - start;
  if (length - 1 > 7) return -2;
  const flags = <i32>upTo8Digits(end, length);
  return flags < 0 ? -2 : flags;
}

/** 0 where the log has none, 1 ACCEPT, 2 REJECT, −1 where it is odd. */
// @ts-ignore: decorator
@inline
function actionOf(line: usize): i32 {
  const position = positionOf(Field.Action);
  if (position < 0) return 0;
  const start = startOf(line, position);
  const end = endOf(line, position);
  if (end - start != 6) return isMissing(start, end) ? 0 : -1;
  const head = load<u32>(start);
  const tail = load<u16>(start, 4);
  if (head == ACCE && tail == PT) return 1;
  return head == REJE && tail == CT ? 2 : -1;
}

// @ts-ignore: decorator
@inline
function isInteresting(sourcePort: i32, destinationPort: i32, protocol: i32): bool {
  const bit = protocol == UDP ? 2 : protocol == TCP ? 1 : 4;
  return ((load<u8>(PORTS + sourcePort) | load<u8>(PORTS + destinationPort)) & bit) != 0;
}

/** Direction, and where the names of interface and service are. */
function writeTexts(line: usize, row: usize): void {
  store<u8>(row, directionOf(line), ROW_DIRECTION);
  writeText(line, Field.Interface, row + ROW_INTERFACE);
  writeText(line, Field.Service, row + ROW_SERVICE);
}

/** 0 where the log has none or another, 1 ingress, 2 egress. */
function directionOf(line: usize): u8 {
  const position = positionOf(Field.Direction);
  if (position < 0) return 0;
  const start = startOf(line, position);
  const length = lengthOf(start, endOf(line, position));
  if (length == 7 && load<u32>(start) == INGR && load<u32>(start, 3) == ESS_) return 1;
  return length == 6 && load<u32>(start) == EGRE && load<u16>(start, 4) == SS ? 2 : 0;
}

/** Address and length of a text; length 0 where there is none, so that an empty one has length −1. */
function writeText(line: usize, field: Field, place: usize): void {
  const position = positionOf(field);
  store<u32>(place, 0, 4);
  if (position < 0) return;
  const start = startOf(line, position);
  const length = lengthOf(start, endOf(line, position));
  if (length == 1 && load<u8>(start) == 0x2d) return;
  store<u32>(place, <u32>start);
  store<i32>(place, length == 0 ? -1 : <i32>length, 4);
}

/** Without the carriage return that may end a line. */
// @ts-ignore: decorator
@inline
function lengthOf(start: usize, end: usize): usize {
  const isLast = load<u8>(end) == 0x0a;
  return isLast && end > start && load<u8>(end - 1) == 0x0d ? end - start - 1 : end - start;
}
