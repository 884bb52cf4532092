import { Readable, pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { ArrivingBytes } from './arriving-bytes';
import { damagedGzip, truncatedGzip } from './read-error';

/** Size of the pieces inflated at a time, bytes: measured twice as fast as Node's default of 16 KiB. */
const INFLATE_CHUNK = 256 * 1024;

/**
 * The bytes, inflated where they begin with gzip's magic number (RFC 1952 section 2.3.1), in pieces of at most 256 KiB
 * then. Every member is checked against its length and CRC. By zlib: the plain way, with which `GzipInflater` has to
 * agree.
 *
 * Zero bytes after a gzip member are padding and end the data; anything else there is damage. A file cut exactly
 * between two members is a whole file as far as anybody can tell.
 * @throws FlowLogReadError when gzip is damaged or truncated
 */
export async function* inflated(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const bytes = new ArrivingBytes(chunks);
  try {
    if (await bytes.areGzip()) yield* gunzipped(bytes.all());
    else yield* bytes.all();
  } finally {
    await bytes.close();
  }
}

async function* gunzipped(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip({ chunkSize: INFLATE_CHUNK });
  // The pipeline destroys gunzip with the error, and the loop below throws it.
  const source = pipeline(Readable.from(copiesOf(chunks)), gunzip, () => undefined);
  try {
    for await (const chunk of source) yield chunk as Buffer;
  } catch (error) {
    throw gzipError(error);
  }
}

/** gunzip asks for the next piece while it is at work on the last, and who reads may have but one to read into. */
async function* copiesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) yield Uint8Array.from(chunk);
}

/** zlib's error codes in words; errors of the source itself pass through. */
function gzipError(error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'Z_BUF_ERROR') return truncatedGzip();
  return code?.startsWith('Z_') === true ? damagedGzip((error as Error).message) : error;
}
