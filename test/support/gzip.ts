import { crc32, gunzipSync, inflateRawSync } from 'node:zlib';
import { GzipInflater } from '../../lambda/flow-log/gzip-inflater';
import { FlowLogReadError } from '../../lambda/flow-log/read-error';
import { giveBack, takeWorkspace, type Workspace } from '../../lambda/flow-log/scanner-module';

/** What became of gzip: its bytes, or the message that refused it. */
export type Inflated = Buffer | string;

/** By the inflater under test. @throws whatever is no {@link FlowLogReadError} */
export function inflatedByOurs(pieces: readonly Uint8Array[], workspace?: Workspace): Inflated {
  const used = workspace ?? takeWorkspace();
  const { wasm, bytes } = used;
  const output: Buffer[] = [];
  let read = wasm.inputAddress();
  const take = (): void => {
    output.push(Buffer.from(bytes.subarray(read, wasm.outputEnd())));
    read = wasm.outputEnd();
  };
  try {
    const inflater = new GzipInflater(used);
    for (const piece of pieces) {
      inflater.push(piece);
      for (let isFull = inflater.run(); isFull; isFull = inflater.run()) {
        take();
        read = wasm.makeRoom(read);
      }
    }
    take();
    inflater.end();
    return Buffer.concat(output);
  } catch (error) {
    if (!(error instanceof FlowLogReadError)) throw error;
    return error.message;
  } finally {
    if (workspace === undefined) giveBack(used);
  }
}

/** By zlib, in the words of `inflated`. */
export function inflatedByZlib(gzip: Uint8Array): Inflated {
  try {
    return gunzipSync(gzip);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'Z_BUF_ERROR') return 'the gzip data ends early: the file is truncated, fetch it again';
    return `the gzip data is damaged (${message}): fetch the file again`;
  }
}

/** Magic number, method, no flags, no time, no operating system (RFC 1952 section 2.3). */
export const PLAIN_HEADER = Buffer.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff);

/**
 * A member around deflated data: where zlib inflates them, they end where zlib says, and have the right sum and length.
 * So damage that only the sum would tell is told by the bytes.
 */
export function memberOf(deflated: Uint8Array): Buffer {
  try {
    const { buffer, engine } = inflateRawSync(deflated, { info: true }) as unknown as {
      buffer: Buffer;
      engine: { bytesWritten: number };
    };
    return Buffer.concat([PLAIN_HEADER, deflated.subarray(0, engine.bytesWritten), trailerOf(buffer)]);
  } catch {
    return Buffer.concat([PLAIN_HEADER, deflated]);
  }
}

function trailerOf(bytes: Uint8Array): Buffer {
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(crc32(bytes), 0);
  trailer.writeUInt32LE(bytes.length % 2 ** 32, 4);
  return trailer;
}

/** Bytes cut into pieces of a size, the last one shorter. */
export function piecesOf(bytes: Uint8Array, size: number): Uint8Array[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
    bytes.subarray(i * size, (i + 1) * size),
  );
}

/** Writes bits, the lowest first, as deflate has them (RFC 1951 section 3.1.1). */
export class BitWriter {
  readonly #bits: number[] = [];

  /** A number of so many bits. */
  bits(value: number, count: number): this {
    for (let bit = 0; bit < count; bit++) this.#bits.push((value >> bit) & 1);
    return this;
  }

  /** A Huffman code, which comes from its highest bit on: as text of zeros and ones. */
  code(text: string): this {
    for (const bit of text) this.#bits.push(Number(bit));
    return this;
  }

  /** Whole bytes, with zeros behind the last bit. */
  bytes(): Buffer {
    const bytes = Buffer.alloc(Math.ceil(this.#bits.length / 8));
    for (const [i, bit] of this.#bits.entries()) bytes[i >> 3] = (bytes[i >> 3] ?? 0) | (bit << (i & 7));
    return bytes;
  }
}
