import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Contribution } from '../../../lambda/detection';

/** Contributions of one window, encoded: what one thread hands to another, and what is written to the disk. */
export interface EncodedWindow {
  readonly window: number;
  readonly bytes: Uint8Array;
}

/** Bytes kept in memory before they go to a temporary file. */
const MOST_IN_MEMORY = 2 * 1024 * 1024;

type Part = Uint8Array | { readonly offset: number; readonly length: number };

/**
 * Contributions by window, in memory that does not grow with their number: what is too much goes to a temporary file,
 * from which a window is read when it is its turn. So records may come in any order, from any number of files.
 */
export class WindowStore {
  readonly #windows = new Map<number, Part[]>();
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
    return (this.#windows.get(window) ?? []).flatMap((part) => decode(this.#bytesOf(part)));
  }

  /** Removes the temporary file, if there is one. */
  close(): void {
    this.#file?.remove();
    this.#file = undefined;
    this.#windows.clear();
  }

  #bytesOf(part: Part): Uint8Array {
    if (part instanceof Uint8Array) return part;
    return this.#file?.read(part.offset, part.length) ?? Buffer.alloc(0);
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

/** Encodes contributions, each window by itself. */
export function encodeWindows(contributions: readonly Contribution[]): EncodedWindow[] {
  const windows = new Map<number, Contribution[]>();
  for (const contribution of contributions) {
    const same = windows.get(contribution.window);
    if (same === undefined) windows.set(contribution.window, [contribution]);
    else same.push(contribution);
  }
  return Array.from(windows, ([window, some]) => ({ window, bytes: Buffer.from(JSON.stringify(some)) }));
}

function decode(bytes: Uint8Array): Contribution[] {
  return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString()) as Contribution[];
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

  read(offset: number, length: number): Buffer {
    const bytes = Buffer.alloc(length);
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
