import type { FlowLogFormat } from './format';
import { ArrivingBytes } from './arriving-bytes';
import { inflated } from './inflate';
import { PlainScanner } from './plain-scanner';
import type { PortFilter } from './port-filter';
import type { RecordScanner, RecordSink } from './record-sink';
import { WasmScanner } from './wasm-scanner';

/** What a scanner is to keep. */
export interface ScanOptions {
  /** Ports worth a look; records with no such port are counted and left out. @default every record is kept */
  readonly ports?: PortFilter;
  /** `plain` reads every line as the plain parser does. @default WebAssembly where Node.js runs it */
  readonly how?: 'wasm' | 'plain';
}

/** A scanner for this machine. */
export function newRecordScanner(sink: RecordSink, options: ScanOptions = {}): RecordScanner {
  if (options.how === 'plain') return new PlainScanner(sink, options.ports);
  try {
    return new WasmScanner(sink, options.ports);
  } catch (error) {
    if (options.how === 'wasm') throw error;
    return new PlainScanner(sink, options.ports);
  }
}

/**
 * Reads a flow-log file or S3 object, plain or gzip with any number of members, in constant memory.
 * @param chunks the bytes as they arrive
 * @param options.format the format of a log without header line
 * @param options.afterPiece waited for after each piece, before more is read
 * @throws FlowLogFormatError when the lines' format cannot be told; FlowLogReadError when gzip is damaged or truncated
 */
export async function scanFlowLogText(
  chunks: AsyncIterable<Uint8Array>,
  scanner: RecordScanner,
  options: { readonly format?: FlowLogFormat; readonly afterPiece?: () => Promise<void> | void } = {},
): Promise<void> {
  scanner.begin(options.format);
  if (scanner.pushGzip === undefined) await scanPieces(inflated(chunks), scanner, options.afterPiece);
  else await scanInPlace(chunks, scanner, options.afterPiece);
  scanner.end();
  await options.afterPiece?.();
}

type AfterPiece = (() => Promise<void> | void) | undefined;

async function scanPieces(
  pieces: AsyncIterable<Uint8Array>,
  scanner: RecordScanner,
  afterPiece: AfterPiece,
): Promise<void> {
  for await (const piece of pieces) {
    scanner.push(piece);
    await afterPiece?.();
  }
}

/** Gzip is inflated where the scanner reads it. */
async function scanInPlace(
  chunks: AsyncIterable<Uint8Array>,
  scanner: RecordScanner,
  afterPiece: AfterPiece,
): Promise<void> {
  const bytes = new ArrivingBytes(chunks);
  try {
    if (await bytes.areGzip()) await scanGzip(bytes.all(), scanner, afterPiece);
    else await scanPieces(bytes.all(), scanner, afterPiece);
  } finally {
    await bytes.close();
  }
}

async function scanGzip(
  pieces: AsyncIterable<Uint8Array>,
  scanner: RecordScanner,
  afterPiece: AfterPiece,
): Promise<void> {
  for await (const packed of pieces) {
    for (let more = scanner.pushGzip?.(packed); more === true; more = scanner.pushGzip?.())
      await afterPiece?.();
  }
}
