import { type FlowLogFormat, detectFormat, isHeaderLine } from './format';
import type { ParsedLine } from './record';
import { RecordParser } from './record-parser';

/** Parses the lines of one log, and learns its format from them. */
export class LineParser {
  #format: FlowLogFormat | undefined;
  #parser: RecordParser | undefined;

  /** @param format the format of a log without header line */
  constructor(format?: FlowLogFormat) {
    this.#use(format);
  }

  /** The format of the next line, as far as it is known. */
  get format(): FlowLogFormat | undefined {
    return this.#format;
  }

  /**
   * @param text a line without its newline
   * @returns what the line is, or undefined for an empty line and a header
   * @throws FlowLogFormatError when the first line shows no known format
   */
  parse(text: string): ParsedLine | undefined {
    const line = text.endsWith('\r') ? text.slice(0, -1) : text;
    if (line === '') return undefined;
    // Data lines begin with the version's digit in almost every format, so the test for a header costs nothing there.
    const first = line.charCodeAt(0);
    if (first >= 97 && first <= 122 && isHeaderLine(line)) {
      this.#use(detectFormat(line));
      return undefined;
    }
    if (this.#parser === undefined) this.#use(detectFormat(line));
    return this.#parser?.parse(line);
  }

  #use(format: FlowLogFormat | undefined): void {
    this.#format = format;
    this.#parser = format && new RecordParser(format);
  }
}
