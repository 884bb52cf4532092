import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ipv4Texts } from '../../../lambda/address';
import type { Contribution } from '../../../lambda/detection';
import { decodeWindow, type EncodedWindow } from './window-codec';

/** Bytes kept in memory before they go to a temporary file. */
const MOST_IN_MEMORY = 1024 * 1024;

type Part = Uint8Array<ArrayBuffer> | { readonly offset: number; readonly length: number };

/**
 * Contributions by window, in memory that does not grow with their number: what is too much goes to a temporary file,
 * from which a window is read when it is its turn. So records may come in any order, from any number of files.
 */
export class WindowStore {
  readonly #windows = new Map<number, Part[]>();
  readonly #texts = new Ipv4Texts();
  #inMemory = 0;
  #file: TemporaryFile | undefined;

  constructor(private readonly mostInMemory = MOST_IN_MEMORY) {}

  add({ window, bytes }: EncodedWindow): void {
    const parts = this.#windows.get(window);
    if (parts === undefined) this.#windows.set(window, [bytes]);
    else parts.push(bytes);
    this.#inMemory += bytes.length;
    if (this.#inMemory > this.mostInMemory) this.#spill();
  }

  /** All windows, oldest first. */
  windows(): number[] {
    return [...this.#windows.keys()].sort((a, b) => a - b);
  }

  /** The contributions of a window, in no particular order. */
  read(window: number): Contribution[] {
    const parts = this.#windows.get(window) ?? [];
    return parts.flatMap((part) => decodeWindow({ window, bytes: this.#bytesOf(part) }, this.#texts));
  }

  /** Removes the temporary file, if there is one. */
  close(): void {
    this.#file?.remove();
    this.#file = undefined;
    this.#windows.clear();
  }

  #bytesOf(part: Part): Uint8Array<ArrayBuffer> {
    if (part instanceof Uint8Array) return part;
    if (this.#file === undefined) throw new Error('the window is read after its store was closed');
    return this.#file.read(part.offset, part.length);
  }

  #spill(): void {
    this.#file ??= new TemporaryFile();
    for (const parts of this.#windows.values()) {
      for (const [i, part] of parts.entries()) {
        if (part instanceof Uint8Array) parts[i] = { offset: this.#file.append(part), length: part.length };
      }
    }
    this.#inMemory = 0;
  }
}

/** A file of this process alone, in a folder that nobody else may read. */
class TemporaryFile {
  readonly #folder = mkdtempSync(join(tmpdir(), 'ringfence-'));
  readonly #descriptor = openSync(join(this.#folder, 'windows'), 'wx+', 0o600);
  readonly #onExit = () => this.#removeFolder();
  #size = 0;

  constructor() {
    // Also when the command fails half-way.
    process.once('exit', this.#onExit);
  }

  /** @returns where the bytes begin */
  append(bytes: Uint8Array): number {
    const offset = this.#size;
    for (let done = 0; done < bytes.length;) {
      done += writeSync(this.#descriptor, bytes, done, bytes.length - done, offset + done);
    }
    this.#size += bytes.length;
    return offset;
  }

  read(offset: number, length: number): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(length);
    for (let done = 0; done < length;) {
      const read = readSync(this.#descriptor, bytes, done, length - done, offset + done);
      if (read === 0) throw new Error('the temporary file of the replay was cut short: is the disk full?');
      done += read;
    }
    return bytes;
  }

  remove(): void {
    process.off('exit', this.#onExit);
    closeSync(this.#descriptor);
    this.#removeFolder();
  }

  #removeFolder(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
