/** A thread of `replay`: reads one input after the other, as it is told, and hands over what they add up to. */
import { parentPort, workerData } from 'node:worker_threads';
import { topologyOf } from '../../../lambda/detection';
import { FlowLogFormat } from '../../../lambda/flow-log';
import type { InputPlace, ReplayInput } from './input';
import { fileInput } from './inputs';
import { LogReader } from './log-reader';
import type { ThreadData, ThreadNews, ThreadOrder } from './threads';
import { encodeWindows } from './window-codec';

const { name, site, policy, format } = workerData as ThreadData;
const tell = (news: ThreadNews, transfer: ArrayBuffer[] = []) => parentPort?.postMessage(news, transfer);

/** Bytes and records not told of yet: a message for each piece would cost more than the piece. */
const untold = { bytes: 0, records: 0 };
const TELL_AFTER_BYTES = 1024 * 1024;
const TELL_AFTER_RECORDS = 100_000;

const reader = new LogReader(
  name,
  {
    topology: topologyOf(site),
    policy,
    format: format === undefined ? undefined : FlowLogFormat.parse(format),
  },
  {
    contributions: (contributions) => {
      const windows = encodeWindows(contributions);
      tell(
        { kind: 'windows', windows },
        windows.map(({ bytes }) => bytes.buffer),
      );
    },
    progress: (bytes, records) => {
      untold.bytes += bytes;
      untold.records += records;
      if (untold.bytes >= TELL_AFTER_BYTES || untold.records >= TELL_AFTER_RECORDS) tellProgress();
    },
  },
);

function tellProgress(): void {
  tell({ kind: 'progress', ...untold });
  untold.bytes = 0;
  untold.records = 0;
}

async function inputAt(place: InputPlace): Promise<ReplayInput> {
  if ('path' in place) return fileInput(place.path, place.bytes);
  const { s3Input } = await import('./s3-inputs');
  return s3Input(place);
}

async function obey(order: ThreadOrder): Promise<void> {
  if (order !== 'end') {
    await reader.read(await inputAt(order));
    tellProgress();
    tell({ kind: 'ready' });
    return;
  }
  tell({ kind: 'totals', totals: reader.end() });
  parentPort?.close();
}

parentPort?.on('message', (order: ThreadOrder) => {
  obey(order).catch((error: unknown) => {
    const { name: kind, message } = error instanceof Error ? error : new Error(String(error));
    tell({ kind: 'failed', name: kind, message });
  });
});
tell({ kind: 'ready' });
