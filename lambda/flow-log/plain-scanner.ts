import type { FlowLogFormat } from './format';
import { everyPort, isKept, type PortFilter } from './port-filter';
import { countLine, newRecordCounts, type ParsedLine } from './record';
import { RecordParser } from './record-parser';
import type { RecordScanner, RecordSink } from './record-sink';
import { LineReader } from './text-object';

/** Reads every line with the plain parser: the reference, and what is left where there is no WebAssembly. */
export class PlainScanner implements RecordScanner {
  readonly counts = newRecordCounts();
  readonly span = { from: Infinity, to: -Infinity };
  #lines = new LineReader(undefined);
  #messages: RecordParser | undefined;

  constructor(
    private readonly sink: Pick<RecordSink, 'add'>,
    private readonly ports: PortFilter = everyPort(),
  ) {}

  get linesRead(): number {
    return this.counts.read;
  }

  begin(format?: FlowLogFormat): void {
    this.#lines = new LineReader(format);
  }

  beginMessages(format: FlowLogFormat): void {
    this.begin(format);
    this.#messages = new RecordParser(format);
  }

  pushMessage(text: string): void {
    if (this.#messages !== undefined) this.take([this.#messages.parse(text.trimEnd())]);
  }

  /** Nothing: all events are to be read in another way. */
  pushEvents(_json: Uint8Array, from: number): number {
    return from;
  }

  push(bytes: Uint8Array): void {
    this.take(this.#lines.push(bytes));
  }

  end(): void {
    this.take(this.#lines.end());
  }

  take(lines: readonly ParsedLine[]): void {
    for (const line of lines) {
      countLine(this.counts, line);
      if (line.kind !== 'record') continue;
      this.span.from = Math.min(this.span.from, line.record.start);
      this.span.to = Math.max(this.span.to, line.record.end);
      if (isKept(line.record, this.ports)) this.sink.add(line.record);
    }
  }
}
