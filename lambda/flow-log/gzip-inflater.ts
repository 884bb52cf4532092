import { gzipHeader } from './gzip-header';
import { damagedGzip, truncatedGzip } from './read-error';
import type { Workspace } from './scanner-module';

/** How a step ended: `Step` in lambda/flow-log/assembly/step.ts. */
const DONE = 0;
const IS_FULL = 2;
/** The steps behind them, in zlib's words. */
const DAMAGES = [
  'invalid block type',
  'invalid stored block lengths',
  'too many length or distance symbols',
  'invalid code lengths set',
  'invalid bit length repeat',
  'invalid code -- missing end-of-block',
  'invalid literal/lengths set',
  'invalid distances set',
  'invalid literal/length code',
  'invalid distance code',
  'invalid distance too far back',
];

/** Bytes of a member's CRC-32, and of its length behind that (RFC 1952 section 2.3.1). */
const WORD = 4;

/** What comes next: a header, data, their sum and length, another member or the end, or what is no data. */
type Part = 'header' | 'data' | 'sum' | 'length' | 'member' | 'padding';

/**
 * Inflates gzip with any number of members into the memory of a scanner, behind the lines that it has still to read.
 * What it accepts, and what it says of anything else, is what zlib does and `inflated` says.
 */
export class GzipInflater {
  #part: Part = 'header';
  #header = startedHeader();
  #pending: Uint8Array = Buffer.alloc(0);
  /** Where the bytes are that are not used yet. */
  #at: number;
  #end: number;

  constructor(private readonly workspace: Workspace) {
    this.#at = this.#end = workspace.wasm.packedAddress();
    workspace.wasm.beginOutput();
  }

  /** More bytes, when all that came before are used. */
  push(packed: Uint8Array): void {
    this.#pending = packed;
  }

  /**
   * Inflates the bytes that were pushed.
   * @returns true when the memory is full: the lines have to be read, and room to be made; false when all are used
   * @throws FlowLogReadError when they are damaged
   */
  run(): boolean {
    for (;;) {
      if (this.#inflate()) return true;
      if (this.#pending.length === 0) return false;
      this.#take();
    }
  }

  /** There are no more bytes. @throws FlowLogReadError when there should be */
  end(): void {
    if (this.#part !== 'member' && this.#part !== 'padding') throw truncatedGzip();
  }

  /** Moves as many bytes as there is room for to where they are inflated from. */
  #take(): void {
    const { bytes, wasm } = this.workspace;
    const start = wasm.packedAddress();
    bytes.copyWithin(start, this.#at, this.#end);
    this.#end += start - this.#at;
    this.#at = start;
    const piece = this.#pending.subarray(0, start + wasm.packedSize() - this.#end);
    bytes.set(piece, this.#end);
    this.#end += piece.length;
    this.#pending = this.#pending.subarray(piece.length);
  }

  /** @returns true when the memory is full, false when more bytes are needed */
  #inflate(): boolean {
    for (;;) {
      const left = this.#end - this.#at;
      if (this.#part === 'data') {
        const step = this.#step();
        if (step !== DONE) return step === IS_FULL;
        this.#part = 'sum';
      } else if (this.#part === 'sum' || this.#part === 'length') {
        if (left < WORD) return false;
        this.#check(this.#part);
      } else if (left === 0) return false;
      else this.#between();
    }
  }

  #step(): number {
    const { wasm } = this.workspace;
    const step = wasm.inflate(this.#at, this.#end);
    this.#at = wasm.packedRest();
    if (step > IS_FULL) throw damagedGzip(DAMAGES[step - IS_FULL - 1] ?? `step ${step}`);
    return step;
  }

  #check(what: 'sum' | 'length'): void {
    const { wasm, view } = this.workspace;
    const [is, name] = what === 'sum' ? [wasm.memberSum(), 'data'] : [wasm.memberLength(), 'length'];
    if (view.getInt32(this.#at, true) !== is) throw damagedGzip(`incorrect ${name} check`);
    this.#at += WORD;
    this.#part = what === 'sum' ? 'length' : 'member';
  }

  /** One byte that is not inflated. */
  #between(): void {
    const byte = this.workspace.bytes[this.#at] ?? 0;
    if (this.#part === 'member') {
      this.#part = byte === 0 ? 'padding' : 'header';
      this.#header = startedHeader();
    } else if (this.#part === 'padding') this.#at = this.#end;
    else {
      this.#at += 1;
      if (this.#header.next(byte).done !== true) return;
      this.#part = 'data';
      this.workspace.wasm.beginMember(this.#at);
    }
  }
}

/** Waiting for its first byte. */
function startedHeader(): Generator<void, void, number> {
  const header = gzipHeader();
  header.next();
  return header;
}
