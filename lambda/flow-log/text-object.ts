import { type FlowLogFormat, MAX_LINE_LENGTH } from './format';
import { inflated } from './inflate';
import { LineParser } from './line-parser';
import type { ParsedLine } from './record';

/**
 * Reads a flow-log file or S3 object, plain or gzip with any number of members, in constant memory. Plain and slow: the
 * record scanner has to agree with it.
 * The format comes from the header line, wherever one stands (concatenated files have several), from `format`, or from
 * the default format's shape.
 * @param chunks the bytes as they arrive
 * @param format the format of a log without header line
 * @yields what each line is, a chunk's lines at a time; empty lines and headers are left out
 * @throws FlowLogFormatError when the lines' format cannot be told; FlowLogReadError when gzip is damaged or truncated
 */
export async function* readFlowLogText(
  chunks: AsyncIterable<Uint8Array>,
  format?: FlowLogFormat,
): AsyncGenerator<ParsedLine[]> {
  const reader = new LineReader(format);
  for await (const chunk of inflated(chunks)) yield reader.push(chunk);
  yield reader.end();
}

/** Cuts text into lines and parses them, keeping what a chunk leaves unfinished. */
export class LineReader {
  readonly #decoder = new TextDecoder('utf-8');
  readonly #parser: LineParser;
  #rest = '';

  constructor(format: FlowLogFormat | undefined) {
    this.#parser = new LineParser(format);
  }

  push(chunk: Uint8Array): ParsedLine[] {
    const lines = (this.#rest + this.#decoder.decode(chunk, { stream: true })).split('\n');
    this.#rest = lines.splice(-1).join('');
    // An endless line must not fill the memory; what is kept is enough to count it as too long.
    if (this.#rest.length > 2 * MAX_LINE_LENGTH) this.#rest = this.#rest.slice(0, MAX_LINE_LENGTH + 1);
    return this.#parse(lines);
  }

  end(): ParsedLine[] {
    return this.#parse([this.#rest + this.#decoder.decode()]);
  }

  #parse(lines: readonly string[]): ParsedLine[] {
    return lines.flatMap((line) => this.#parser.parse(line) ?? []);
  }
}
