import scannerBytes from './scanner.wasm';

/** What the compiled scanner exports: lambda/flow-log/assembly/scanner.ts. Addresses and sizes are bytes. */
export interface ScannerExports {
  readonly memory: WebAssembly.Memory;
  inputAddress(): number;
  inputSize(): number;
  portsAddress(): number;
  rowsAddress(): number;
  rowSize(): number;
  contentAddress(): number;
  reset(): void;
  setFieldCount(count: number): void;
  setPosition(field: number, position: number): void;
  scan(at: number, limit: number): number;
  rowCount(): number;
  parsedCount(): number;
  noDataCount(): number;
  firstStart(): number;
  lastEnd(): number;
  scanEvents(at: number, limit: number): number;
  eventRows(): number;
  eventsParsed(): number;
  eventsNoData(): number;
  contentLength(): number;
  stoppedAtUnusual(): boolean;
}

let compiled: WebAssembly.Module | undefined;

/**
 * A scanner with memory of its own, about 1 MiB of it. Compiled once for a process.
 * @throws WebAssembly.CompileError or another error where this Node.js runs no WebAssembly with SIMD
 */
export function newScanner(): ScannerExports {
  compiled ??= new WebAssembly.Module(scannerBytes);
  return new WebAssembly.Instance(compiled, {}).exports as ScannerExports;
}
