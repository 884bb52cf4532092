import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { detectFormat, type FlowLogFormat } from '../../lambda/flow-log';

/** Folders of the project with recorded logs. */
const DATA = ['detection', 'flow-log'].map((folder) => join('test', 'data', folder));

/** A log with a header, as lines. */
export interface RecordedLog {
  readonly format: FlowLogFormat;
  /** Without the header and without newlines. */
  readonly lines: readonly Buffer[];
}

/** Paths of the project's recorded logs, and of those in more folders. */
export function recordedLogs(root: string, more: readonly string[] = []): string[] {
  return [...DATA.map((folder) => join(root, folder)), ...more].flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => /\.log(?:\.gz)?$/.test(name))
      .sort()
      .map((name) => join(folder, name)),
  );
}

/** @throws FlowLogFormatError where the first line is no header of a known format */
export function readLog(path: string): RecordedLog {
  const bytes = readFileSync(path);
  const text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('latin1').trimEnd();
  const [header = '', ...lines] = text.split('\n');
  return { format: detectFormat(header), lines: lines.map((line) => Buffer.from(line, 'latin1')) };
}
