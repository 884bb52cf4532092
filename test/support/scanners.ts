import {
  type FlowLogFormat,
  type FlowLogRecord,
  newRecordScanner,
  type RecordScanner,
  type PortFilter,
  type RecordCounts,
} from '../../lambda/flow-log';

/** What a scanner made of a log: all that the world can see of it. */
export interface Scanned {
  readonly counts: RecordCounts;
  readonly span: { readonly from: number; readonly to: number };
  readonly records: readonly FlowLogRecord[];
  /** The message of what it threw. */
  readonly error?: string;
}

/** What to scan with. */
export interface Scanning {
  readonly format?: FlowLogFormat | undefined;
  readonly ports?: PortFilter;
  readonly how?: 'wasm' | 'plain';
  /** The log is gzip, which the scanner inflates itself. */
  readonly isGzip?: boolean;
}

/** Scans a log that arrives in pieces. */
export function scanPieces(pieces: readonly Uint8Array[], scanning: Scanning = {}): Scanned {
  const records: FlowLogRecord[] = [];
  const { format, isGzip = false, ...options } = scanning;
  const scanner = newRecordScanner(
    { add: (record) => records.push(record), addRow: (row) => records.push(row.record()) },
    options,
  );
  const { counts, span } = scanner;
  try {
    scanner.begin(format);
    for (const piece of pieces) {
      if (isGzip) pushGzip(scanner, piece);
      else scanner.push(piece);
    }
    scanner.end();
    return { counts, span, records };
  } catch (error) {
    // What was counted before is not worth comparing: nobody looks at it.
    return { counts, span, records: [], error: String(error) };
  }
}

/** Hands a scanner that can inflate a piece of gzip, to the end of it. */
export function pushGzip(scanner: RecordScanner, packed: Uint8Array): void {
  if (scanner.pushGzip === undefined) throw new Error('the scanner inflates nothing');
  for (let more = scanner.pushGzip(packed); more; more = scanner.pushGzip());
}

/** What both scanners make of the same pieces; a test compares them. */
export function bothWays(
  pieces: readonly Uint8Array[],
  scanning: Omit<Scanning, 'how'> = {},
): { wasm: Partial<Scanned>; plain: Partial<Scanned> } {
  const scan = (how: 'wasm' | 'plain') => toCompare(scanPieces(pieces, { ...scanning, how }));
  return { wasm: scan('wasm'), plain: scan('plain') };
}

/** What has to be the same: of a log that is refused the reason, for how far it was read by then depends on its pieces. */
export function toCompare({ error, ...scanned }: Scanned): Partial<Scanned> {
  return error === undefined ? scanned : { error };
}
