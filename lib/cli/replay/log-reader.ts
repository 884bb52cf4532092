import {
  type CollectorPolicy,
  type Contribution,
  ContributionCollector,
  portsOf,
  type Topology,
} from '../../../lambda/detection';
import {
  type FlowLogFormat,
  fileOfBytes,
  isParquet,
  newRecordScanner,
  readFlowLogParquet,
  type RecordCounts,
  type RecordScanner,
  scanFlowLogText,
} from '../../../lambda/flow-log';
import type { PbxTotals } from './pbx-logs';
import type { OpenFile, ReplayInput } from './input';
import { sayingWhere } from './inputs';

/** What was read: counts of lines, and first start and last end of records, epoch seconds. */
export interface ReadTotals {
  readonly counts: RecordCounts;
  readonly span: { readonly from: number; readonly to: number };
  /** Records on SIP or SIP-like ports. */
  readonly sip: number;
  /** What was read of PBX logs, where there are any. */
  readonly pbx?: PbxTotals;
}

/** What a reader tells of while it reads. */
export interface ReaderEvents {
  /** Contributions that are complete as far as they go; those of a window and source add up. */
  contributions(contributions: readonly Contribution[]): void;
  /** Bytes read since the last time, as stored, and records. */
  readonly progress: OnProgress;
}

/** Told of bytes read since the last time, as stored, and of records. */
export type OnProgress = (bytes: number, records: number) => void;

/** What a reader has to know of the site. */
export interface ReaderSite {
  readonly topology: Topology;
  readonly policy: CollectorPolicy;
  /** The format of logs without header line. */
  readonly format?: FlowLogFormat | undefined;
}

/** Flows and sources added up before they become contributions: what bounds the memory. */
const MOST_PENDING = 8192;

/** Reads logs, one after the other, in memory that depends on no log's length. */
export class LogReader {
  readonly #collector: ContributionCollector;
  readonly #scanner: RecordScanner;
  #drained = 0;
  #told = 0;

  /** @param name tells the contributions of this reader from those of others */
  constructor(
    private readonly name: string,
    private readonly site: ReaderSite,
    private readonly events: ReaderEvents,
  ) {
    this.#collector = new ContributionCollector(site.topology, site.policy);
    this.#scanner = newRecordScanner(this.#collector, {
      ports: portsOf(site.topology),
    });
  }

  /** @throws CommandError naming the input and what is wrong with it */
  async read(input: ReplayInput): Promise<void> {
    await sayingWhere(input, () => this.#readInput(input));
  }

  /** Hands over what is left. */
  end(): ReadTotals {
    this.#drain();
    const { counts, span } = this.#scanner;
    return { counts, span, sip: this.#collector.sipRecords };
  }

  async #readInput(input: ReplayInput): Promise<void> {
    const chunks = this.#counted(input.open());
    const first = await headOf(chunks);
    if (!isParquet(first)) return this.#readText(continued(first, chunks));
    const { file } = input;
    if (file !== undefined) await chunks.return(undefined);
    const source: OpenFile = file === undefined ? fileOfBytes(await gathered(first, chunks)) : await file();
    try {
      for await (const lines of readFlowLogParquet(source)) {
        this.#scanner.take(lines);
        this.#afterPiece();
      }
    } finally {
      await source.close?.();
    }
  }

  async #readText(chunks: AsyncIterable<Uint8Array>): Promise<void> {
    const { format } = this.site;
    await scanFlowLogText(chunks, this.#scanner, {
      ...(format && { format }),
      afterPiece: () => this.#afterPiece(),
    });
  }

  async *#counted(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
    for await (const chunk of chunks) {
      this.events.progress(chunk.length, 0);
      yield chunk;
    }
  }

  #afterPiece(): void {
    const { linesRead } = this.#scanner;
    this.events.progress(0, linesRead - this.#told);
    this.#told = linesRead;
    if (this.#collector.pending >= MOST_PENDING) this.#drain();
  }

  #drain(): void {
    const contributions = this.#collector.drain(`${this.name}.${this.#drained++}`);
    if (contributions.length > 0) this.events.contributions(contributions);
  }
}

/** Bytes that tell what a log is, and what comes with them. */
const HEAD = 4;

async function headOf(chunks: AsyncGenerator<Uint8Array, void, undefined>): Promise<Uint8Array> {
  let head: Uint8Array = Buffer.alloc(0);
  while (head.length < HEAD) {
    const next = await chunks.next();
    if (next.done === true) break;
    // What is shorter has to be kept while the next piece is read, perhaps into the same memory.
    head = next.value.length >= HEAD && head.length === 0 ? next.value : Buffer.concat([head, next.value]);
  }
  return head;
}

async function* continued(
  first: Uint8Array,
  rest: AsyncGenerator<Uint8Array, void, undefined>,
): AsyncGenerator<Uint8Array> {
  yield first;
  yield* rest;
}

async function gathered(first: Uint8Array, rest: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const pieces = [Uint8Array.from(first)];
  for await (const piece of rest) pieces.push(Uint8Array.from(piece));
  return Buffer.concat(pieces);
}
