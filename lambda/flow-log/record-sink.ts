import type { FlowLogFormat } from './format';
import type { FlowRow } from './flow-row';
import type { FlowLogRecord, ParsedLine, RecordCounts } from './record';

/** Takes the records of a log. */
export interface RecordSink {
  /** A record as the plain parser reads it. */
  add(record: FlowLogRecord): void;
  /** A record of IPv4 as numbers; the row stands for another one afterwards. */
  addRow(row: FlowRow): void;
}

/** First start and last end of records, epoch seconds; `from` is more than `to` while there are none. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/**
 * Reads logs, one after the other, and hands the records that are worth a look to a sink. What it counts and keeps is
 * what the plain parser does; no string or object is made for a record that is left out.
 */
export interface RecordScanner {
  /** Lines of all logs that have ended. */
  readonly counts: RecordCounts;
  readonly span: Span;
  /** Lines read so far, of the log that is being read too, which is in {@link counts} only when it has ended. */
  readonly linesRead: number;
  /**
   * A new log begins.
   * @param format the format of a log without header line
   */
  begin(format?: FlowLogFormat): void;
  /** @throws FlowLogFormatError when the lines' format cannot be told */
  push(bytes: Uint8Array): void;
  /**
   * The log in gzip, in place of {@link push}: every member is checked, see `inflated`.
   * @param packed the next bytes; none to go on with those before
   * @returns whether there is more to be read in them
   * @throws FlowLogReadError when they are damaged, and {@link end} when they are truncated
   */
  pushGzip?(packed?: Uint8Array): boolean;
  /** Lines that were parsed elsewhere, such as rows of a table. */
  take(lines: readonly ParsedLine[]): void;
  /**
   * Messages begin, each a line of the format: no header is looked for, and one that is empty is malformed.
   * They end with {@link end}.
   */
  beginMessages(format: FlowLogFormat): void;
  /** One message. */
  pushMessage(text: string): void;
  /**
   * The events of a CloudWatch Logs payload as they stand in its JSON, as far as they are written as AWS writes them.
   * @param from where the first event begins
   * @param onContent told of all ids and messages, each behind its length and a colon; the bytes change afterwards
   * @returns where the first event that has to be read in another way begins, or the list ends
   */
  pushEvents(json: Uint8Array, from: number, onContent: (bytes: Uint8Array) => void): number;
  /** The log ends, with or without a newline, or the messages do. @throws FlowLogFormatError when the lines' format cannot be told */
  end(): void;
}
