/** Where the fields of a line are: their order is the log's, their places are the index's. */

/** The fields that are read, in the order in which `record-scanner.ts` gives their positions. */
export const enum Field {
  Interface,
  Source,
  Destination,
  PacketSource,
  PacketDestination,
  SourcePort,
  DestinationPort,
  Protocol,
  Packets,
  Bytes,
  Start,
  End,
  Action,
  Status,
  Flags,
  Direction,
  Service,
}

const FIELDS = 17;

/** Positions of the fields in a line, −1 where the log lacks one. */
const positions = memory.data(FIELDS << 2);

/** Fields in a line; 0 while the format is not known. */
export let fieldCount: i32 = 0;

/** Takes the order of the fields: a count, and then {@link setPosition} for each. */
export function setFieldCount(count: i32): void {
  fieldCount = count;
}

export function setPosition(field: i32, position: i32): void {
  store<i32>(positions + ((<usize>field) << 2), position);
}

// @ts-ignore: decorator
@inline
export function positionOf(field: Field): i32 {
  return load<i32>(positions + ((<usize>field) << 2));
}

/** Where a field begins: behind the separator before it. `line` is the index's place of the line's first separator. */
// @ts-ignore: decorator
@inline
export function startOf(line: usize, position: i32): usize {
  return <usize>load<u32>(line + ((<usize>position) << 2) - 4) + 1;
}

/** Where a field ends: at the separator behind it. */
// @ts-ignore: decorator
@inline
export function endOf(line: usize, position: i32): usize {
  return <usize>load<u32>(line + ((<usize>position) << 2));
}

/** Whether the log has no value for the field: `-`. */
// @ts-ignore: decorator
@inline
export function isMissing(start: usize, end: usize): bool {
  return end - start == 1 && load<u8>(start) == 0x2d;
}
