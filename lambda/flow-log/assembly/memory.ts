/**
 * The layout of the scanner's memory. Addresses and sizes are bytes. `record-scanner.ts` reads the same places from the
 * other side, through the functions that `scanner.ts` exports.
 */

/** What a port is worth, by port: bit 0 for TCP, bit 1 for UDP, bit 2 for all other protocols. */
export const PORTS: usize = 0x1000;

/** For each way four octets can be long: how to move their digits (16 bytes), and their least values (four words). */
export const OCTETS: usize = 0x11000;

/** How many bytes are indexed at a time: what is indexed stays in the processor's nearest caches. */
export const BLOCK: usize = 0x4000;

/** Addresses of the separators of one block, four bytes each, behind that of the separator before it. */
export const INDEX: usize = 0x12000;

/** Addresses of the newlines of one block, four bytes each. */
export const NEWLINES: usize = 0x98000;

/** Rows for the other side: records that are kept, and lines that it has to read itself. */
export const ROWS: usize = 0x24000;
export const MOST_ROWS: i32 = 2048;
export const ROW_SIZE: usize = 80;

/**
 * Lines to be read, and where gzip is inflated to: behind the lines, and behind as much as a match may reach back to.
 * Loads reach up to 64 bytes beyond both ends. Small, so that what was inflated is read while it is in the processor's
 * second cache, and large beside the 32 KiB that are moved each time.
 */
export const INPUT: usize = 0x50000;
export const INPUT_SIZE: usize = 0x20000;
/** No symbol is decoded from here on: behind it is room for a few literals and a match, copied in whole steps. */
export const OUTPUT_END: usize = INPUT + INPUT_SIZE - 320;

/** What the events of a payload say, for the digest of the batch. */
export const CONTENT: usize = 0x74000;
export const CONTENT_SIZE: usize = 0x20000;

/** Bytes of gzip as they arrive. Loads reach up to 1 KiB beyond their end: the longest head of a block. */
export const PACKED: usize = 0xa8000;
export const PACKED_SIZE: usize = 0xc000;

/** Decoding tables of a block, see `huffman.ts`: 4 bytes an entry, as many as the worst code takes. */
export const LITERALS: usize = 0xb8000;
export const DISTANCES: usize = 0xbc000;
/** The table of the code that code lengths are written in. */
export const LENGTHS: usize = 0xbd800;
/** Code lengths of a block, a byte a symbol, and its symbols in the order of their codes, two bytes each. */
export const CODE_LENGTHS: usize = 0xbda00;
export const SORTED: usize = 0xbdc00;
/** What a symbol means, four bytes each: literals and lengths, distances, code lengths. */
export const LITERAL_MEANINGS: usize = 0xbe000;
export const DISTANCE_MEANINGS: usize = 0xbe480;
export const LENGTH_MEANINGS: usize = 0xbe500;
/** For each distance below 16: which bytes behind it make sixteen (16 bytes). */
export const PATTERNS: usize = 0xbe600;

/** Tables and scratch of the checksum, see `crc32.ts`. */
export const CRC_TABLES: usize = 0xbf000;
export const CRC_FOLDED: usize = 0xc1000;
export const CRC_TAIL: usize = 0xc6200;

/** Fields of a row, as offsets. A line has its kind, address and length only. */
export const ROW_KIND: usize = 0;
export const ROW_SOURCE: usize = 4;
export const ROW_DESTINATION: usize = 8;
export const ROW_SOURCE_PORT: usize = 12;
export const ROW_DESTINATION_PORT: usize = 14;
export const ROW_PROTOCOL: usize = 16;
export const ROW_ACTION: usize = 17;
export const ROW_DIRECTION: usize = 18;
export const ROW_FLAGS: usize = 20;
export const ROW_PACKETS: usize = 24;
export const ROW_BYTES: usize = 32;
export const ROW_START: usize = 40;
export const ROW_END: usize = 48;
export const ROW_INTERFACE: usize = 56;
export const ROW_SERVICE: usize = 64;

export const ROW_LINE_ADDRESS: usize = 4;
export const ROW_LINE_LENGTH: usize = 8;
