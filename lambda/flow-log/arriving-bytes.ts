import { Readable } from 'node:stream';

/** Bytes as they arrive, of which the first may be looked at before all are read. */
export class ArrivingBytes {
  readonly #iterator: AsyncIterator<Uint8Array>;
  #head: Uint8Array = Buffer.alloc(0);

  constructor(private readonly chunks: AsyncIterable<Uint8Array>) {
    this.#iterator = chunks[Symbol.asyncIterator]();
  }

  /**
   * Whether they begin with gzip's magic number (RFC 1952 section 2.3.1). Also true of its first byte alone, with which
   * no line begins: a file cut there is truncated gzip, not text.
   */
  async areGzip(): Promise<boolean> {
    while (this.#head.length < 2) {
      const next = await this.#iterator.next();
      if (next.done === true) break;
      this.#head = Buffer.concat([this.#head, next.value]);
    }
    return this.#head[0] === 0x1f && (this.#head.length === 1 || this.#head[1] === 0x8b);
  }

  /** All of them, those that were looked at first. */
  async *all(): AsyncGenerator<Uint8Array> {
    yield this.#head;
    for (let next = await this.#iterator.next(); next.done !== true; next = await this.#iterator.next())
      yield next.value;
  }

  /**
   * No more are wanted: a reader that stops early must not leave a socket or a file open. A stream is destroyed rather
   * than returned, because a return would wait for the piece that was asked for ahead.
   */
  async close(): Promise<void> {
    if (this.chunks instanceof Readable) this.chunks.destroy();
    else await this.#iterator.return?.();
  }
}
