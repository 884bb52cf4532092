import { damagedGzip } from './read-error';

/** The only method there is (RFC 1952 section 2.3.1). */
const DEFLATE = 8;
/** Flags of what follows the ten bytes that every header has; the rest of them are reserved. */
const FHCRC = 0x02;
const FEXTRA = 0x04;
const FNAME = 0x08;
const FCOMMENT = 0x10;
const RESERVED = 0xe0;
/** Time, extra flags and operating system, bytes: nobody's business. */
const SKIPPED = 6;

/** The polynomial of CRC-32, its bits reversed (RFC 1952 section 8). */
const GENERATOR = 0xedb88320;

/**
 * The header of a gzip member (RFC 1952 section 2.3), which takes one byte after the other and is done behind its last.
 * Refused where zlib refuses it, and in its words.
 * @throws FlowLogReadError
 */
export function* gzipHeader(): Generator<void, void, number> {
  let sum = 0xffffffff;
  function* next(): Generator<void, number, number> {
    const byte = yield;
    sum = withByte(sum, byte);
    return byte;
  }
  function* next16(): Generator<void, number, number> {
    return (yield* next()) | ((yield* next()) << 8);
  }
  if ((yield* next16()) !== 0x8b1f) throw damagedGzip('incorrect header check');
  const [method, flags] = [yield* next(), yield* next()];
  if (method !== DEFLATE) throw damagedGzip('unknown compression method');
  if ((flags & RESERVED) !== 0) throw damagedGzip('unknown header flags set');
  for (let skipped = 0; skipped < SKIPPED; skipped++) yield* next();
  if ((flags & FEXTRA) !== 0) for (let left = yield* next16(); left > 0; left--) yield* next();
  for (const text of [FNAME, FCOMMENT]) if ((flags & text) !== 0) while ((yield* next()) !== 0);
  if ((flags & FHCRC) === 0) return;
  const expected = ~sum & 0xffff;
  if ((yield* next16()) !== expected) throw damagedGzip('header crc mismatch');
}

/** One byte's step of CRC-32, bit by bit: a header is short. */
function withByte(sum: number, byte: number): number {
  let next = sum ^ byte;
  for (let bit = 0; bit < 8; bit++) next = (next >>> 1) ^ ((next & 1) === 0 ? 0 : GENERATOR);
  return next;
}
