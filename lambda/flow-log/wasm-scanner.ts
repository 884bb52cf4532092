import type { FlowRow } from './flow-row';
import { type FlowLogFormat, MAX_LINE_LENGTH } from './format';
import { LineParser } from './line-parser';
import { GzipInflater } from './gzip-inflater';
import { everyPort, isKept, type PortFilter } from './port-filter';
import { countLine, newRecordCounts, type ParsedLine } from './record';
import { RecordParser, type ReadField } from './record-parser';
import type { RecordScanner, RecordSink } from './record-sink';
import { giveBack, type ScannerExports, takeWorkspace, type Workspace } from './scanner-module';

/** The fields in the order of `Field` in lambda/flow-log/assembly/fields.ts. */
const FIELDS: readonly ReadField[] = [
  'interface-id',
  'srcaddr',
  'dstaddr',
  'pkt-srcaddr',
  'pkt-dstaddr',
  'srcport',
  'dstport',
  'protocol',
  'packets',
  'bytes',
  'start',
  'end',
  'action',
  'log-status',
  'tcp-flags',
  'flow-direction',
  'pkt-src-aws-service',
];

/** Kinds of rows: `Line` in lambda/flow-log/assembly/record.ts. */
const ODD_LINE = 0;
const LINE_ADDRESS = 4;
const LINE_LENGTH = 8;

/** UTF-8 takes at most 3 bytes for a UTF-16 unit, so a line of so many bytes is longer than any that is looked at. */
const CERTAINLY_TOO_LONG = 4 * MAX_LINE_LENGTH;
const NEWLINE = Uint8Array.of(0x0a);

/** Reads ordinary records in WebAssembly, and all other lines with the plain parser. */
export class WasmScanner implements RecordScanner {
  readonly counts = newRecordCounts();
  readonly span = { from: Infinity, to: -Infinity };
  /** Its own between the beginning and the end of a log, or nobody's. */
  #workspace: Workspace | undefined;
  #wasm!: ScannerExports;
  #bytes!: Uint8Array;
  #view!: DataView;
  #row!: FlowRow;
  #input = 0;
  #inputSize = 0;
  #parser: { parse(text: string): ParsedLine | undefined; readonly format: FlowLogFormat | undefined } =
    new LineParser();
  #known: FlowLogFormat | undefined;
  /** Bytes of an unfinished line, at the beginning of the input. */
  #held = 0;
  #gzip: GzipInflater | undefined;
  /** The first byte of what was inflated and not read. */
  #unread = 0;
  #atStart = true;

  /** @throws where this Node.js runs no WebAssembly with SIMD */
  constructor(
    private readonly sink: RecordSink,
    private readonly ports: PortFilter = everyPort(),
  ) {
    this.begin();
  }

  get linesRead(): number {
    return this.counts.read + this.#parsed + this.#noData;
  }

  begin(format?: FlowLogFormat): void {
    this.#parser = new LineParser(format);
    this.#known = undefined;
    this.#held = 0;
    this.#gzip = undefined;
    this.#atStart = true;
    this.#takeWorkspace();
    this.#wasm.reset();
  }

  beginMessages(format: FlowLogFormat): void {
    this.begin();
    const parser = new RecordParser(format);
    this.#parser = { parse: (text) => parser.parse(text.trimEnd()), format };
    this.#use(format);
  }

  take(lines: readonly ParsedLine[]): void {
    for (const line of lines) this.#count(line);
  }

  pushMessage(text: string): void {
    const line = this.#parser.parse(text);
    if (line !== undefined) this.#count(line);
  }

  pushEvents(json: Uint8Array, from: number, onContent: (bytes: Uint8Array) => void): number {
    const contentAddress = this.#wasm.contentAddress();
    let at = from;
    for (;;) {
      const piece = json.subarray(at, at + this.#inputSize);
      this.#bytes.set(piece, this.#input);
      const limit = this.#input + piece.length;
      let next = this.#input;
      for (let before = -1; next !== before && !this.#wasm.stoppedAtUnusual();) {
        before = next;
        next = this.#wasm.scanEvents(before, limit);
        this.#deliver(this.#wasm.eventRows());
        onContent(this.#bytes.subarray(contentAddress, contentAddress + this.#wasm.contentLength()));
      }
      at += next - this.#input;
      if (next === this.#input || this.#wasm.stoppedAtUnusual()) return at;
    }
  }

  push(bytes: Uint8Array): void {
    if (this.#workspace === undefined) this.begin();
    for (let at = 0; at < bytes.length;) {
      const piece = bytes.subarray(at, at + this.#inputSize - this.#held);
      this.#bytes.set(piece, this.#input + this.#held);
      this.#scan(this.#input + this.#held + piece.length);
      at += piece.length;
    }
  }

  pushGzip(packed?: Uint8Array): boolean {
    const gzip = (this.#gzip ??= this.#newInflater());
    if (packed !== undefined) gzip.push(packed);
    const isFull = gzip.run();
    if (isFull) this.#unread = this.#wasm.makeRoom(this.#read(this.#unread, this.#wasm.outputEnd()));
    return isFull;
  }

  end(): void {
    if (this.#workspace === undefined) return;
    if (this.#gzip !== undefined) this.#endGzip(this.#gzip);
    else if (this.#held > 0) this.push(NEWLINE);
    const { counts, span } = this;
    const [parsed, noData] = [this.#parsed, this.#noData];
    counts.read += parsed + noData;
    counts.parsed += parsed;
    counts.noData += noData;
    if (parsed > 0) {
      span.from = Math.min(span.from, this.#wasm.firstStart());
      span.to = Math.max(span.to, this.#wasm.lastEnd());
    }
    this.#giveWorkspaceBack();
  }

  #takeWorkspace(): Workspace {
    if (this.#workspace !== undefined) return this.#workspace;
    this.#workspace = takeWorkspace();
    ({ wasm: this.#wasm, bytes: this.#bytes, view: this.#view, row: this.#row } = this.#workspace);
    this.#input = this.#wasm.inputAddress();
    this.#inputSize = this.#wasm.inputSize();
    this.#bytes.set(this.ports, this.#wasm.portsAddress());
    return this.#workspace;
  }

  #giveWorkspaceBack(): void {
    if (this.#workspace !== undefined) giveBack(this.#workspace);
    this.#workspace = undefined;
  }

  get #parsed(): number {
    if (this.#workspace === undefined) return 0;
    return this.#wasm.parsedCount() + this.#wasm.eventsParsed();
  }

  get #noData(): number {
    if (this.#workspace === undefined) return 0;
    return this.#wasm.noDataCount() + this.#wasm.eventsNoData();
  }

  #newInflater(): GzipInflater {
    if (this.#workspace === undefined) this.begin();
    this.#unread = this.#input;
    return new GzipInflater(this.#takeWorkspace());
  }

  #endGzip(gzip: GzipInflater): void {
    const end = this.#wasm.outputEnd();
    this.#unread = this.#read(this.#unread, end);
    gzip.end();
    if (this.#unread === end) return;
    this.#bytes.set(NEWLINE, end);
    this.#read(this.#unread, end + 1);
  }

  /** Reads the lines of the input up to `limit`, and moves what is unfinished to its beginning. */
  #scan(limit: number): void {
    const at = this.#read(this.#input, limit);
    this.#bytes.copyWithin(this.#input, at, limit);
    // An endless line must not fill the memory; what is kept is enough to count it as too long.
    this.#held = Math.min(limit - at, CERTAINLY_TOO_LONG);
  }

  /** Reads whole lines. @returns where the first begins that has no end yet */
  #read(from: number, limit: number): number {
    let at = from;
    for (let next = this.#wasm.scan(at, limit); next !== at; next = this.#wasm.scan(at, limit)) {
      this.#deliver(this.#wasm.rowCount());
      at = next;
      this.#atStart = false;
    }
    return at;
  }

  #deliver(count: number): void {
    const size = this.#wasm.rowSize();
    const first = this.#wasm.rowsAddress();
    const end = first + count * size;
    for (let row = first; row < end; row += size) {
      if (this.#view.getInt32(row, true) === ODD_LINE) this.#deliverLine(row);
      else this.sink.addRow(this.#row.moveTo(row));
    }
  }

  #deliverLine(row: number): void {
    const address = this.#view.getUint32(row + LINE_ADDRESS, true);
    const length = this.#view.getUint32(row + LINE_LENGTH, true);
    // A byte order mark is one at the very beginning only.
    const decoder = new TextDecoder('utf-8', { ignoreBOM: !(this.#atStart && address === this.#input) });
    const line = this.#parser.parse(decoder.decode(this.#bytes.subarray(address, address + length)));
    if (this.#parser.format !== this.#known) this.#use(this.#parser.format);
    if (line !== undefined) this.#count(line);
  }

  #use(format: FlowLogFormat | undefined): void {
    this.#known = format;
    this.#wasm.setFieldCount(format?.fields.length ?? 0);
    for (const [field, name] of FIELDS.entries()) this.#wasm.setPosition(field, format?.indexOf(name) ?? -1);
  }

  #count(line: ParsedLine): void {
    countLine(this.counts, line);
    if (line.kind !== 'record') return;
    this.span.from = Math.min(this.span.from, line.record.start);
    this.span.to = Math.max(this.span.to, line.record.end);
    if (isKept(line.record, this.ports)) this.sink.add(line.record);
  }
}
