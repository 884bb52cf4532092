import { isDeepStrictEqual } from 'node:util';
import { gzipSync } from 'node:zlib';
import {
  decodeCloudWatchPayload,
  type FlowLogFormat,
  type FlowLogRecord,
  newRecordScanner,
  scanCloudWatchPayload,
} from '../../lambda/flow-log';
import { cutAt } from '../support/flow-log-streams';
import { mutate, seededRandom } from '../support/mutations';
import { bothWays, scanPieces, toCompare } from '../support/scanners';
import type { RecordedLog } from './logs';

/** Lines that are read together: enough for several blocks of the scanner. */
const AT_A_TIME = 2000;
const NEWLINE = Buffer.from('\n');

/** What a comparison came to. */
export interface Comparison {
  readonly recorded: number;
  readonly mutated: number;
  /** Lines, or how many of them, of which one parser makes something else than the other. */
  readonly mismatches: readonly string[];
}

/**
 * Reads a log with the scanner and with the plain parser, as text in two pieces, as gzip in two pieces and as the payload of a
 * subscription:
 * as it is, and then as often as asked with one or two things changed about each line.
 */
export function compare({ format, lines }: RecordedLog, mutations: number, seed: number): Comparison {
  const random = seededRandom(seed);
  const mismatches: string[] = [];
  const check = (some: readonly Buffer[]): void => {
    mismatches.push(...disagreements(some, format, random()));
  };
  for (let at = 0; at < lines.length; at += AT_A_TIME) check(lines.slice(at, at + AT_A_TIME));
  let next = 0;
  for (let left = mutations; left > 0; left -= AT_A_TIME) {
    check(
      Array.from({ length: Math.min(left, AT_A_TIME) }, () => {
        const once = mutate(lines[next++ % lines.length] ?? Buffer.alloc(0), random);
        return random() < 0.2 ? mutate(once, random) : once;
      }),
    );
  }
  return { recorded: lines.length, mutated: mutations, mismatches };
}

/** @param cut where the text is cut in two, 0 to 1 */
function disagreements(lines: readonly Buffer[], format: FlowLogFormat, cut: number): string[] {
  return [
    ...disagreement(lines, (some) => agreeOnText(some, format, cut), 'text'),
    ...disagreement(lines, (some) => agreeOnGzip(some, format, cut), 'gzip'),
    ...disagreement(lines, (some) => agreeOnPayload(some, format), 'payload'),
  ];
}

/** Names the lines that are read in two ways by themselves; or says that it takes all of them together. */
function disagreement(
  lines: readonly Buffer[],
  agree: (some: readonly Buffer[]) => boolean,
  as: string,
): string[] {
  if (agree(lines)) return [];
  const wrong = lines.filter((line) => !agree([line]));
  if (wrong.length === 0) return [`${as}: ${lines.length} lines that follow each other`];
  return wrong.map((line) => `${as}: ${JSON.stringify(line.toString('latin1'))}`);
}

function agreeOnText(lines: readonly Buffer[], format: FlowLogFormat, cut: number): boolean {
  const log = Buffer.concat(lines.flatMap((line) => [line, NEWLINE]));
  const { wasm, plain } = bothWays(cutAt(log, Math.floor(cut * log.length)), { format });
  return isDeepStrictEqual(wasm, plain);
}

/** Inflated by the scanner, against the text as it is. */
function agreeOnGzip(lines: readonly Buffer[], format: FlowLogFormat, cut: number): boolean {
  const log = Buffer.concat(lines.flatMap((line) => [line, NEWLINE]));
  const gzip = gzipSync(log, { level: 1 });
  const ours = scanPieces(cutAt(gzip, Math.floor(cut * gzip.length)), { format, how: 'wasm', isGzip: true });
  const plain = scanPieces([log], { format, how: 'plain' });
  return isDeepStrictEqual(toCompare(ours), toCompare(plain));
}

function agreeOnPayload(lines: readonly Buffer[], format: FlowLogFormat): boolean {
  const data = payloadOf(lines.map((line) => line.toString('latin1')));
  return isDeepStrictEqual(scanned(data, format), decoded(data, format));
}

/** As AWS writes it. */
function payloadOf(messages: readonly string[]): string {
  const head = {
    messageType: 'DATA_MESSAGE',
    owner: '123456789012',
    logGroup: '/ringfence/dev/flow-log',
    logStream: 'eni-0a1b2c3d4e5f60718-all',
    subscriptionFilters: ['ringfence'],
  };
  const logEvents = messages.map((message, i) => ({
    id: String(i).padStart(56, '3'),
    timestamp: 1_764_000_139_000 + i,
    message,
  }));
  return gzipSync(JSON.stringify({ ...head, logEvents }), { level: 1 }).toString('base64');
}

function scanned(data: string, format: FlowLogFormat): unknown {
  const { scanner, records } = recording('wasm');
  const payload = scanCloudWatchPayload({ awslogs: { data } }, scanner, format);
  return { payload, records, counts: scanner.counts, span: scanner.span };
}

function decoded(data: string, format: FlowLogFormat): unknown {
  const { scanner, records } = recording('plain');
  const whole = decodeCloudWatchPayload({ awslogs: { data } });
  if (whole.kind === 'control') throw new Error('not a control message');
  const { messages, ...payload } = whole;
  scanner.beginMessages(format);
  for (const message of messages) scanner.pushMessage(message);
  scanner.end();
  return { payload, records, counts: scanner.counts, span: scanner.span };
}

function recording(how: 'wasm' | 'plain') {
  const records: FlowLogRecord[] = [];
  const sink = {
    add: (record: FlowLogRecord) => records.push(record),
    addRow: (row: { record(): FlowLogRecord }) => records.push(row.record()),
  };
  return { records, scanner: newRecordScanner(sink, { how }) };
}
