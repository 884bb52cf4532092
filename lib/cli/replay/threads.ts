import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { CollectorPolicy, Site } from '../../../lambda/detection';
import { CommandError } from '../support/errors';
import type { InputPlace, ReplayInput } from './input';
import type { OnProgress, ReadTotals } from './log-reader';
import type { ReplaySetup } from './setup';
import type { EncodedWindow } from './window-codec';
import type { WindowStore } from './window-store';

/** What a thread is started with. */
export interface ThreadData {
  readonly name: string;
  readonly site: Site;
  readonly policy: CollectorPolicy;
  /** Field names, for logs without header line. */
  readonly format: string | undefined;
}

/** What a thread is asked: to read an input, or to end. */
export type ThreadOrder = InputPlace | 'end';

/** What a thread says. */
export type ThreadNews =
  | { readonly kind: 'ready' }
  | { readonly kind: 'windows'; readonly windows: readonly EncodedWindow[] }
  | { readonly kind: 'progress'; readonly bytes: number; readonly records: number }
  | { readonly kind: 'totals'; readonly totals: ReadTotals }
  | { readonly kind: 'failed'; readonly name: string; readonly message: string };

/** Beside the compiled program; there is none where the sources run as they are. */
const THREAD_FILE = join(__dirname, 'replay-thread.js');

export function canUseThreads(): boolean {
  return existsSync(THREAD_FILE);
}

/** Deals the inputs out to threads, the largest first, each as soon as a thread is free. */
export async function readOnThreads(
  inputs: readonly ReplayInput[],
  setup: ReplaySetup,
  store: WindowStore,
  onProgress: OnProgress,
  count: number,
): Promise<ReadTotals> {
  const places = inputs.flatMap(({ place }) => place ?? []).sort((a, b) => a.bytes - b.bytes);
  const { windowSeconds, trustedServices } = setup.judge.policy;
  const workers = Array.from({ length: count }, (_, i) => {
    const workerData: ThreadData = {
      name: `thread ${i}`,
      site: setup.site,
      policy: { windowSeconds, trustedServices },
      format: setup.format?.toString(),
    };
    return new Worker(THREAD_FILE, { workerData });
  });
  try {
    const totals = await Promise.all(
      workers.map((worker) => runThread(worker, () => places.pop() ?? 'end', store, onProgress)),
    );
    return totals.reduce(sumOf);
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

function runThread(
  worker: Worker,
  next: () => ThreadOrder,
  store: WindowStore,
  onProgress: OnProgress,
): Promise<ReadTotals> {
  return new Promise((resolve, reject) => {
    worker.on('error', reject);
    worker.on('exit', (code) => reject(new Error(`a reading thread ended with code ${code}`)));
    worker.on('message', (news: ThreadNews) => {
      if (news.kind === 'ready') worker.postMessage(next());
      else if (news.kind === 'windows') for (const window of news.windows) store.add(window);
      else if (news.kind === 'progress') onProgress(news.bytes, news.records);
      else if (news.kind === 'totals') resolve(news.totals);
      else reject(errorOf(news));
    });
  });
}

function errorOf({ name, message }: { readonly name: string; readonly message: string }): Error {
  return name === 'CommandError' ? new CommandError(message) : Object.assign(new Error(message), { name });
}

function sumOf(a: ReadTotals, b: ReadTotals): ReadTotals {
  const counts = { ...a.counts, malformedByCause: { ...a.counts.malformedByCause } };
  for (const key of ['read', 'parsed', 'malformed', 'noData', 'skipData'] as const)
    counts[key] += b.counts[key];
  for (const [cause, count] of Object.entries(b.counts.malformedByCause)) {
    const key = cause as keyof typeof counts.malformedByCause;
    counts.malformedByCause[key] = (counts.malformedByCause[key] ?? 0) + count;
  }
  return {
    counts,
    span: { from: Math.min(a.span.from, b.span.from), to: Math.max(a.span.to, b.span.to) },
    sip: a.sip + b.sip,
  };
}
