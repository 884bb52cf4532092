import { SingleBar } from 'cli-progress';
import type { CliIo } from './cli-io';

/** A progress display in bytes; does nothing where nobody watches. */
export interface Progress {
  /** Bytes read since the last time, and records. */
  readonly add: (bytes: number, records: number) => void;
  readonly stop: () => void;
}

const SILENT: Progress = { add: () => undefined, stop: () => undefined };
/** Shorter inputs are done before a bar could be read, bytes. */
const WORTH_A_BAR = 8 * 1024 * 1024;

/**
 * A bar on standard error, on a terminal and for long input only.
 * @param total bytes in all, or undefined where that is not known (a pipe)
 */
export function progressOn(io: CliIo, total: number | undefined): Progress {
  if (io.stderr.isTTY !== true || total === undefined || total < WORTH_A_BAR) return SILENT;
  const megabytes = (bytes: number) => (bytes / 1e6).toFixed(1);
  const bar = new SingleBar({
    stream: process.stderr,
    clearOnComplete: true,
    // Its own way to end gracefully would swallow the first Ctrl-C; the cursor is never hidden, so nothing is to restore.
    gracefulExit: false,
    // Nor may a terminal be left without line wrap.
    linewrap: true,
    format: `reading {bar} {percentage}% · {read}/${megabytes(total)} MB · {rate} records/s · {eta_formatted} left`,
  });
  let read = 0;
  let recordsRead = 0;
  const started = io.elapsedMs();
  const rate = () =>
    Math.round((recordsRead * 1000) / Math.max(1, io.elapsedMs() - started)).toLocaleString('en');
  bar.start(total, 0, { read: '0', rate: '0' });
  return {
    add: (bytes, records) => {
      read += bytes;
      recordsRead += records;
      bar.update(read, { read: megabytes(read), rate: rate() });
    },
    stop: () => bar.stop(),
  };
}
