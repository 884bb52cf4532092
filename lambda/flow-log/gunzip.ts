import { gunzipSync } from 'node:zlib';
import { GzipInflater } from './gzip-inflater';
import { FlowLogReadError } from './read-error';
import { giveBack, takeWorkspace, type Workspace } from './scanner-module';

/** Deflate makes nothing more than 1,032 times shorter (zlib technical details, *Maximum compression factor*). */
const MOST_INFLATION = 1032;
/** A header and a trailer, bytes (RFC 1952 section 2.3). */
const LEAST_GZIP = 18;
const LEAST_OUTPUT = 64 * 1024;

/**
 * Inflates gzip at one go: in WebAssembly where Node.js runs it, and by zlib elsewhere.
 * @param most bytes that it may come to
 * @throws FlowLogReadError when it is damaged or truncated, or comes to more
 */
export function gunzip(packed: Uint8Array, most: number): Uint8Array {
  const workspace = someWorkspace();
  if (workspace === undefined) return gunzipPlainly(packed, most);
  try {
    return gunzipIn(workspace, packed, new BoundedOutput(expectedLength(packed, most), most));
  } finally {
    giveBack(workspace);
  }
}

function someWorkspace(): Workspace | undefined {
  try {
    return takeWorkspace();
  } catch {
    return undefined;
  }
}

function gunzipPlainly(packed: Uint8Array, most: number): Uint8Array {
  try {
    return gunzipSync(packed, { maxOutputLength: most });
  } catch (error) {
    throw new FlowLogReadError((error as Error).message);
  }
}

function gunzipIn(workspace: Workspace, packed: Uint8Array, output: BoundedOutput): Uint8Array {
  const { wasm, bytes } = workspace;
  const inflater = new GzipInflater(workspace);
  let read = wasm.inputAddress();
  inflater.push(packed);
  for (;;) {
    const isFull = inflater.run();
    output.add(bytes.subarray(read, wasm.outputEnd()));
    if (!isFull) break;
    read = wasm.makeRoom(wasm.outputEnd());
  }
  inflater.end();
  return output.bytes();
}

/** What gzip says of its length in its last four bytes, as far as that can be (RFC 1952 section 2.3.1). */
function expectedLength(packed: Uint8Array, most: number): number {
  if (packed.length < LEAST_GZIP) return LEAST_OUTPUT;
  const said = new DataView(packed.buffer, packed.byteOffset, packed.length).getUint32(
    packed.length - 4,
    true,
  );
  return Math.max(LEAST_OUTPUT, Math.min(said, packed.length * MOST_INFLATION, most));
}

/** Bytes one behind the other, in memory that grows where more come than were expected. */
class BoundedOutput {
  #buffer: Buffer;
  #length = 0;

  constructor(
    expected: number,
    private readonly most: number,
  ) {
    this.#buffer = Buffer.allocUnsafeSlow(expected);
  }

  /** @throws FlowLogReadError when there are more than may be */
  add(piece: Uint8Array): void {
    const length = this.#length + piece.length;
    if (length > this.most) throw new FlowLogReadError(`the gzip data is larger than ${this.most} bytes`);
    if (length > this.#buffer.length) {
      const larger = Buffer.allocUnsafeSlow(Math.min(this.most, Math.max(length, 2 * this.#buffer.length)));
      this.#buffer.copy(larger, 0, 0, this.#length);
      this.#buffer = larger;
    }
    this.#buffer.set(piece, this.#length);
    this.#length = length;
  }

  bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.#length);
  }
}
