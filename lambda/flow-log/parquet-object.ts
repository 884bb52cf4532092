import * as zlib from 'node:zlib';
import type { AsyncBuffer, Compressors, DecodedArray, ParquetScan } from 'hyparquet';
import { FlowLogFormat, FlowLogFormatError } from './format';
import { FlowLogReadError } from './read-error';
import type { ParsedLine } from './record';
import { READ_FIELDS, RecordParser } from './record-parser';

/** Rows that are yielded at a time. */
const ROWS_AT_A_TIME = 4096;

/** A file of which any part can be read: Parquet's directory is at its end, and most of its columns are not needed. */
export interface RandomAccessFile {
  /** Bytes in all. */
  readonly byteLength: number;
  /** The bytes from `start` up to `end`, or to the end of the file. */
  slice(start: number, end?: number): Promise<ArrayBuffer> | ArrayBuffer;
}

/** How to read a Parquet object. */
export interface ParquetOptions {
  /** Decompressors of codecs that this version of Node.js lacks. @default those of Node.js: Snappy, gzip, Brotli, Zstandard from 22.15 */
  readonly compressors?: Compressors;
}

/** Whether an object that begins with these bytes is Parquet (Apache Parquet format, *File format*: magic number). */
export function isParquet(head: Uint8Array): boolean {
  return head.length >= 4 && Buffer.from(head.buffer, head.byteOffset, 4).toString('latin1') === 'PAR1';
}

/** Bytes in memory as a file. */
export function fileOfBytes(bytes: Uint8Array): RandomAccessFile {
  return {
    byteLength: bytes.length,
    slice: (start, end) => Uint8Array.prototype.slice.call(bytes, start, end).buffer,
  };
}

/**
 * Reads a flow log that AWS wrote as Parquet: only the columns that are needed, a row group at a time. The columns say
 * what the fields are: `pkt_srcaddr` is `pkt-srcaddr` (VPC user guide, *Flow log records*, and its table for Athena). A
 * row is what a line of text with the same values would be, so both are counted alike.
 * @yields what each row is, some thousand at a time
 * @throws FlowLogFormatError when a needed column is missing; FlowLogReadError when the file is damaged or compressed in
 * a way that cannot be undone. What the file itself throws passes through.
 */
export async function* readFlowLogParquet(
  file: RandomAccessFile,
  options: ParquetOptions = {},
): AsyncGenerator<ParsedLine[]> {
  const watched = new WatchedFile(file);
  const scan = await watched.reading(openScan(watched, options));
  const columns = neededColumns(scan);
  const parser = new RecordParser(formatOf(columns));
  for (const range of scan.ranges) {
    const values = await watched.reading(
      Promise.all(columns.map(({ column }) => scan.readColumn({ column, ...range }))),
    );
    yield* rowsOf(values, range.rowEnd - range.rowStart, parser);
  }
}

async function openScan(file: AsyncBuffer, { compressors }: ParquetOptions): Promise<ParquetScan> {
  const { parquetScan } = await import('./parquet-library');
  return parquetScan({ file, compressors: { ...nodeCompressors(), ...compressors } });
}

/** Tells what went wrong while reading the file from what is wrong with the file. */
class WatchedFile implements AsyncBuffer {
  readonly byteLength: number;
  #failure: { readonly error: unknown } | undefined;

  constructor(private readonly file: RandomAccessFile) {
    this.byteLength = file.byteLength;
  }

  async slice(start: number, end?: number): Promise<ArrayBuffer> {
    try {
      return await this.file.slice(start, end);
    } catch (error) {
      this.#failure ??= { error };
      throw error;
    }
  }

  async reading<T>(result: Promise<T>): Promise<T> {
    try {
      return await result;
    } catch (error) {
      if (this.#failure !== undefined) throw this.#failure.error;
      throw new FlowLogReadError(
        `the Parquet file cannot be read (${(error as Error).message}): it is damaged, truncated or compressed in an unusual way; fetch it again`,
        { cause: error },
      );
    }
  }
}

interface NeededColumn {
  readonly column: string;
  readonly field: string;
}

/** The columns of fields that are read, in the order of the file. */
function neededColumns({ metadata }: ParquetScan): NeededColumn[] {
  const [, ...elements] = metadata.schema;
  return elements
    .filter(({ num_children }) => num_children === undefined)
    .map(({ name }) => ({ column: name, field: name.replaceAll('_', '-') }))
    .filter(({ field }) => (READ_FIELDS as readonly string[]).includes(field));
}

function formatOf(columns: readonly NeededColumn[]): FlowLogFormat {
  if (columns.length === 0) {
    throw new FlowLogFormatError(
      'not a VPC flow log: the Parquet file has none of its columns, such as srcaddr and dstport',
    );
  }
  return FlowLogFormat.parse(columns.map(({ field }) => field).join(' '));
}

function* rowsOf(
  columns: readonly DecodedArray[],
  count: number,
  parser: RecordParser,
): Generator<ParsedLine[]> {
  for (let start = 0; start < count; start += ROWS_AT_A_TIME) {
    const end = Math.min(count, start + ROWS_AT_A_TIME);
    yield Array.from({ length: end - start }, (_, i) =>
      parser.parseFields(columns.map((column) => textOf(column[start + i]))),
    );
  }
}

/** A value as text has it. Times that somebody turned into timestamps are epoch seconds again. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'bigint') return value.toString();
  if (value === null || value === undefined) return '-';
  if (value instanceof Date) return Math.floor(value.getTime() / 1000).toString();
  return 'not a value of a flow log';
}

type Decompress = (input: Uint8Array, options: { maxOutputLength: number }) => Uint8Array;

/** Codecs of Node.js itself; Snappy comes with the library. A page says how long it is inflated, which bounds it. */
function nodeCompressors(): Compressors {
  const { zstdDecompressSync } = zlib as { zstdDecompressSync?: Decompress };
  const bounded =
    (decompress: Decompress) =>
    (input: Uint8Array, length: number): Uint8Array =>
      decompress(input, { maxOutputLength: Math.max(1, length) });
  return {
    GZIP: bounded(zlib.gunzipSync),
    BROTLI: bounded(zlib.brotliDecompressSync),
    ...(zstdDecompressSync && { ZSTD: bounded(zstdDecompressSync) }),
  };
}
