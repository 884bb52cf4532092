import { createHash } from 'node:crypto';
import { createReadStream, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { createGunzip, gunzipSync } from 'node:zlib';
import { numberToIpv4 } from '../../lambda/address';
import { ContributionCollector, defaultDetectionPolicy, portsOf, topologyOf } from '../../lambda/detection';
import {
  DEFAULT_FORMAT,
  decodeCloudWatchPayload,
  FlowLogFormat,
  newRecordScanner,
  portFilter,
  readFlowLogText,
  RecordParser,
  type RecordSink,
  scanCloudWatchPayload,
  scanFlowLogText,
  TCP_PORT,
  UDP_PORT,
} from '../../lambda/flow-log';

/** Reads a corpus in one way; an answer, where it has one, has to be the same for all. */
export type Contender = (path: string) => Promise<string> | string;

/** Size of a piece that gunzip gives, bytes: its best, see docs/performance.md. */
const CHUNK = 256 * 1024;

/** SIP ports of the question that all have to answer: how many records and packets came to them, by source? */
const ASKED_PORTS = [5060, 5061];

const inflatedChunks = (path: string) =>
  createReadStream(path, { highWaterMark: CHUNK }).pipe(createGunzip({ chunkSize: CHUNK }));

/** Sums by source, as texts or as numbers. */
class Answer {
  readonly #sums = new Map<string | number, { records: number; packets: number }>();

  add(source: string | number, packets: number): void {
    const sum = this.#sums.get(source);
    if (sum === undefined) this.#sums.set(source, { records: 1, packets });
    else {
      sum.records += 1;
      sum.packets += packets;
    }
  }

  toString(): string {
    const rows = Array.from(
      this.#sums,
      ([source, { records, packets }]) =>
        `${typeof source === 'number' ? numberToIpv4(source) : source} ${records} ${packets}`,
    );
    return answerOf(rows);
  }
}

/** The answer in short: rows `source records packets`, in any order. */
export function answerOf(rows: readonly string[]): string {
  const hash = createHash('sha256')
    .update([...rows].sort().join('\n'))
    .digest('hex')
    .slice(0, 12);
  return `${rows.length} sources, ${hash}`;
}

/** Where the fields of the question are in a line of the header's format. */
function placesOf(header: string): [source: number, port: number, packets: number] {
  const fields = header.trimEnd().split(' ');
  return [fields.indexOf('srcaddr'), fields.indexOf('dstport'), fields.indexOf('packets')];
}

const site = topologyOf({
  ownCidrs: ['10.20.0.0/16'],
  proxyRanges: ['103.55.116.0/24'],
  allowlist: [],
  sip: { ports: ASKED_PORTS, rtp: '10000-20000' },
});

async function scan(
  path: string,
  sink: RecordSink,
  ports = portsOf(site),
  afterPiece?: () => void,
): Promise<void> {
  const chunks = createReadStream(path, { highWaterMark: CHUNK });
  await scanFlowLogText(chunks, newRecordScanner(sink, { ports }), { ...(afterPiece && { afterPiece }) });
}

function collector(): ContributionCollector {
  return new ContributionCollector(site, defaultDetectionPolicy);
}

/** Flows and sources added up before they become contributions, as in `replay`: lib/cli/replay/log-reader.ts. */
const MOST_PENDING = 8192;

const NOTHING: RecordSink = { add: () => undefined, addRow: () => undefined };

const format = FlowLogFormat.parse(DEFAULT_FORMAT);
const payloads = (path: string) => readFileSync(path, 'utf8').trimEnd().split('\n');

export const contenders: Readonly<Record<string, Contender>> = {
  'streaming gunzip alone': async (path) => {
    let bytes = 0;
    for await (const chunk of inflatedChunks(path)) bytes += (chunk as Buffer).length;
    return bytes > 0 ? '' : 'empty';
  },
  'gunzipSync alone': (path) => (gunzipSync(readFileSync(path)).length > 0 ? '' : 'empty'),
  'ours: parse': async (path) => {
    await scan(path, NOTHING);
    return '';
  },
  'ours: parse + aggregate': async (path) => {
    const answer = new Answer();
    const ports = portFilter((port) => (ASKED_PORTS.includes(port) ? TCP_PORT | UDP_PORT : 0));
    await scan(
      path,
      {
        add: (record) => {
          if (ASKED_PORTS.includes(record.destinationPort)) answer.add(record.source, record.packets);
        },
        addRow: (row) => {
          if (ASKED_PORTS.includes(row.destinationPort)) answer.add(row.source, row.packets);
        },
      },
      ports,
    );
    return answer.toString();
  },
  'ours: parse + detect': async (path) => {
    const collecting = collector();
    let contributions = 0;
    const drain = (): void => {
      contributions += collecting.drain('bench').length;
    };
    await scan(path, collecting, portsOf(site), () => {
      if (collecting.pending >= MOST_PENDING) drain();
    });
    drain();
    return contributions > 0 ? '' : 'none';
  },
  'plain parser': async (path) => {
    const answer = new Answer();
    for await (const lines of readFlowLogText(createReadStream(path, { highWaterMark: CHUNK }))) {
      for (const line of lines) {
        if (line.kind === 'record' && ASKED_PORTS.includes(line.record.destinationPort))
          answer.add(line.record.source, line.record.packets);
      }
    }
    return answer.toString();
  },
  'streamed split': async (path) => {
    const answer = new Answer();
    let rest = '';
    let places: [number, number, number] | undefined;
    for await (const chunk of inflatedChunks(path)) {
      const lines = (rest + (chunk as Buffer).toString('latin1')).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        if (places === undefined) places = placesOf(line);
        else answerLine(answer, line, places);
      }
    }
    return answer.toString();
  },
  readline: async (path) => {
    const answer = new Answer();
    let places: [number, number, number] | undefined;
    for await (const line of createInterface({ input: inflatedChunks(path), crlfDelay: Infinity })) {
      if (places === undefined) places = placesOf(line);
      else answerLine(answer, line, places);
    }
    return answer.toString();
  },
  DuckDB: async (path) => {
    const { DuckDBInstance } = await import('@duckdb/node-api');
    const connection = await (await DuckDBInstance.create()).connect();
    const result = await connection.runAndReadAll(
      `SELECT srcaddr, count(*)::INTEGER AS records, sum(packets::BIGINT)::BIGINT AS packets
       FROM read_csv('${path}', delim=' ', header=true, nullstr='-', quote='', escape='')
       WHERE dstport IN (${ASKED_PORTS.join(', ')}) GROUP BY srcaddr`,
    );
    return answerOf(result.getRows().map((row) => row.map(String).join(' ')));
  },
  'payloads: gunzipSync alone': (path) => {
    for (const data of payloads(path)) gunzipSync(Buffer.from(data, 'base64'));
    return '';
  },
  'payloads: ours': (path) => {
    const collecting = collector();
    for (const data of payloads(path)) {
      const scanner = newRecordScanner(collecting, { ports: portsOf(site) });
      scanCloudWatchPayload({ awslogs: { data } }, scanner, format);
    }
    return String(collecting.drain('bench').length);
  },
  'payloads: naive': (path) => {
    const collecting = collector();
    const parser = new RecordParser(format);
    for (const data of payloads(path)) {
      const payload = decodeCloudWatchPayload({ awslogs: { data } });
      if (payload.kind === 'control') continue;
      for (const message of payload.messages) {
        const line = parser.parse(message.trimEnd());
        if (line.kind === 'record') collecting.add(line.record);
      }
    }
    return String(collecting.drain('bench').length);
  },
};

function answerLine(answer: Answer, line: string, [source, port, packets]: [number, number, number]): void {
  const fields = line.split(' ');
  if (ASKED_PORTS.includes(Number(fields[port]))) answer.add(fields[source] ?? '', Number(fields[packets]));
}
