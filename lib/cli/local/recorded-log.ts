import { readFile } from 'node:fs/promises';
import { gunzipSync, gzipSync } from 'node:zlib';
import { detectFormat, type FlowLogFormat } from '../../../lambda/flow-log';

/** One delivery of CloudWatch Logs: the lines of one log stream. */
export interface Delivery {
  /** When it arrives, epoch seconds. */
  readonly at: number;
  readonly logStream: string;
  readonly lines: readonly string[];
}

/** A recorded flow log, cut into deliveries in order of arrival. */
export interface RecordedLog {
  readonly format: FlowLogFormat;
  readonly deliveries: readonly Delivery[];
  readonly records: number;
  /** Start of the first and end of the last record, epoch seconds. */
  readonly span: { readonly from: number; readonly to: number };
}

/** Reads a recorded log, text or gzip with a header line, and deals it out as CloudWatch Logs would: by network interface, every `seconds`. */
export async function readRecordedLog(path: string, seconds: number): Promise<RecordedLog> {
  const bytes = await readFile(path);
  const text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  const [header = '', ...lines] = text.split('\n').filter((line) => line !== '');
  const format = detectFormat(header);
  return {
    format,
    deliveries: deliveriesOf(lines, format, seconds),
    records: lines.length,
    span: spanOf(lines, format),
  };
}

function spanOf(lines: readonly string[], format: FlowLogFormat): RecordedLog['span'] {
  const [start, end] = [format.indexOf('start'), format.indexOf('end')];
  const span = { from: Infinity, to: -Infinity };
  for (const line of lines) {
    const fields = line.split(' ');
    span.from = Math.min(span.from, Number(fields[start]));
    span.to = Math.max(span.to, Number(fields[end]));
  }
  return span;
}

function deliveriesOf(lines: readonly string[], format: FlowLogFormat, seconds: number): Delivery[] {
  const end = format.indexOf('end');
  const networkInterface = format.indexOf('interface-id');
  const deliveries = new Map<string, { at: number; logStream: string; lines: string[] }>();
  for (const line of lines) {
    const fields = line.split(' ');
    const at = (Math.floor(Number(fields[end]) / seconds) + 1) * seconds;
    const logStream = `${fields[networkInterface] ?? 'eni'}-all`;
    const key = `${at} ${logStream}`;
    const delivery = deliveries.get(key);
    if (delivery === undefined) deliveries.set(key, { at, logStream, lines: [line] });
    else delivery.lines.push(line);
  }
  return [...deliveries.values()].sort((a, b) => a.at - b.at || (a.logStream < b.logStream ? -1 : 1));
}

/** The event that Lambda would get (CloudWatch Logs user guide, *Subscription filters*). */
export function subscriptionEvent({ at, logStream, lines }: Delivery): { awslogs: { data: string } } {
  const payload = {
    messageType: 'DATA_MESSAGE',
    owner: '111111111111',
    logGroup: '/ringfence/local/flow-logs',
    logStream,
    subscriptionFilters: ['ringfence'],
    logEvents: lines.map((message, i) => ({
      id: `${at}${String(i).padStart(6, '0')}`,
      timestamp: at * 1000,
      message,
    })),
  };
  return { awslogs: { data: gzipSync(JSON.stringify(payload)).toString('base64') } };
}
