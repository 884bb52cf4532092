import { FlowRow } from './flow-row';
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
  beginOutput(): void;
  beginMember(at: number): void;
  packedAddress(): number;
  packedSize(): number;
  packedRest(): number;
  inflate(at: number, end: number): number;
  outputEnd(): number;
  /** @returns where the first unread byte is then */
  makeRoom(unread: number): number;
  /** CRC-32 and length of a member as signed numbers. */
  memberSum(): number;
  memberLength(): number;
}

/** A scanner with memory of its own, 13 pages of 64 KiB, and views of that memory. */
export interface Workspace {
  readonly wasm: ScannerExports;
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly row: FlowRow;
}

let compiled: WebAssembly.Module | undefined;
/** The one that was given back last: a function that lives reads one payload after the other. */
let idle: Workspace | undefined;

/**
 * A workspace for one log at a time. Compiled once for a process.
 * @throws WebAssembly.CompileError or another error where this Node.js runs no WebAssembly with SIMD
 */
export function takeWorkspace(): Workspace {
  const before = idle;
  idle = undefined;
  return before ?? newWorkspace();
}

/** For the next one to take. Whoever gives it back must not use it any more. */
export function giveBack(workspace: Workspace): void {
  idle = workspace;
}

function newWorkspace(): Workspace {
  compiled ??= new WebAssembly.Module(scannerBytes);
  const wasm = new WebAssembly.Instance(compiled, {}).exports as ScannerExports;
  const { buffer } = wasm.memory;
  return { wasm, bytes: new Uint8Array(buffer), view: new DataView(buffer), row: new FlowRow(buffer) };
}
