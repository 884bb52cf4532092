import { gzipSync } from 'node:zlib';
import { DEPLOYED_FORMAT } from '../../../lambda/flow-log';
import { lineOf } from '../../support/flow-log-lines';

/** 2026-11-23T00:00:00Z, epoch seconds: the start of a window. */
export const START = 1_795_392_000;
/** When the window at {@link START} may be judged: its end, the grace for answers, and the delivery to CloudWatch Logs. */
export const JUDGED_FROM = START + 60 + 60 + 300;

/** One OPTIONS from a source to an own address, in the window at `window`, in the deployed format. */
export function probe(
  source: string,
  own: string,
  window = START,
  changes: Record<string, string> = {},
): string {
  return lineOf(
    {
      srcaddr: source,
      'pkt-srcaddr': source,
      dstaddr: own,
      'pkt-dstaddr': own,
      packets: '1',
      bytes: '441',
      start: String(window + 10),
      end: String(window + 20),
      ...changes,
    },
    DEPLOYED_FORMAT,
  );
}

/** A sweep over `count` dark addresses of ours within one window: three are enough for a ban. */
export function sweep(source: string, window = START, count = 4): string[] {
  return Array.from({ length: count }, (_, i) => probe(source, `10.20.1.${10 + i}`, window));
}

/** The event that Lambda gets for log lines (CloudWatch Logs user guide, *Subscription filters*). */
export function subscription(lines: readonly string[], messageType = 'DATA_MESSAGE') {
  return encoded({
    messageType,
    owner: '111111111111',
    logGroup: '/ringfence/dev/flow-logs',
    logStream: 'eni-0a1b2c3d4e5f60718-all',
    subscriptionFilters: ['ringfence'],
    logEvents: lines.map((message, i) => ({
      id: String(i).padStart(56, '3'),
      timestamp: START * 1000,
      message,
    })),
  });
}

/** Any value, packed as a subscription packs its payload. */
export function encoded(payload: unknown): { awslogs: { data: string } } {
  return { awslogs: { data: gzipSync(JSON.stringify(payload)).toString('base64') } };
}

/** The probe that CloudWatch Logs sends when a subscription is made. */
export const CONTROL = subscription(
  ['CWL CONTROL MESSAGE: Checking health of destination Lambda.'],
  'CONTROL_MESSAGE',
);
