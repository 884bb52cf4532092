import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import {
  type CloudWatchLogsEvent,
  decodeCloudWatchPayload,
  DEFAULT_FORMAT,
  detectFormat,
  type FlowLogFormat,
  FlowLogFormat as Format,
  type FlowLogRecord,
  newRecordScanner,
  PayloadError,
  scanCloudWatchPayload,
} from '../../lambda/flow-log';
import { lineOf } from '../support/flow-log-lines';
import { mutate, seededRandom } from '../support/mutations';

const format = Format.parse(DEFAULT_FORMAT);

interface Event {
  readonly id: string;
  readonly timestamp?: number;
  readonly message: string;
  readonly [more: string]: unknown;
}

const eventsOf = (messages: readonly string[]): Event[] =>
  messages.map((message, i) => ({
    id: `3904573826394857293847${String(i).padStart(34, '0')}`,
    timestamp: 1764000139000 + i,
    message,
  }));

const payloadOf = (logEvents: readonly Event[]) => ({
  messageType: 'DATA_MESSAGE',
  owner: '123456789012',
  logGroup: '/ringfence/dev/flow-log',
  logStream: 'eni-0a1b2c3d4e5f60718-all',
  subscriptionFilters: ['ringfence'],
  logEvents,
});

const delivered = (json: string | Buffer): CloudWatchLogsEvent => ({
  awslogs: { data: gzipSync(json).toString('base64') },
});

/** What is found in a payload, by the scanner or by the plain way. */
function scan(event: CloudWatchLogsEvent, how: 'wasm' | 'plain', as: FlowLogFormat) {
  const records: FlowLogRecord[] = [];
  const scanner = newRecordScanner(
    { add: (record) => records.push(record), addRow: (row) => records.push(row.record()) },
    { how },
  );
  try {
    if (how === 'wasm') {
      const payload = scanCloudWatchPayload(event, scanner, as);
      return { payload, records, counts: scanner.counts, span: scanner.span };
    }
    const decoded = decodeCloudWatchPayload(event);
    if (decoded.kind === 'control') {
      return { payload: decoded, records, counts: scanner.counts, span: scanner.span };
    }
    const { messages, ...payload } = decoded;
    scanner.beginMessages(as);
    for (const message of messages) scanner.pushMessage(message);
    scanner.end();
    return { payload, records, counts: scanner.counts, span: scanner.span };
  } catch (error) {
    if (error instanceof PayloadError) return { error: error.message };
    throw error;
  }
}

function expectAgreement(json: string | Buffer, as = format): ReturnType<typeof scan> {
  const event = delivered(json);
  const scanned = scan(event, 'wasm', as);
  expect(scanned).toEqual(scan(event, 'plain', as));
  return scanned;
}

function readLog(name: string): { header: string; lines: string[] } {
  const bytes = readFileSync(join(__dirname, '..', 'data', name));
  const text = (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  const [header = '', ...lines] = text.trimEnd().split('\n');
  return { header, lines };
}

describe('a payload that is scanned', () => {
  it.each([
    'detection/lab_all_P1.v2.log.gz',
    'detection/lab_all_P1.v5.log.gz',
    'flow-log/lab_sweeps_P1.v2.log',
  ])('with the lines of %s has what decoding it has', (name) => {
    const { header, lines } = readLog(name);
    const scanned = expectAgreement(JSON.stringify(payloadOf(eventsOf(lines))), detectFormat(header));
    expect(scanned.records?.length).toBeGreaterThan(200);
  });

  it('hands records over as rows, not as texts', () => {
    let rows = 0;
    const scanner = newRecordScanner({ add: () => undefined, addRow: () => (rows += 1) }, { how: 'wasm' });
    const events = eventsOf(Array.from({ length: 5000 }, () => lineOf()));
    scanCloudWatchPayload(delivered(JSON.stringify(payloadOf(events))), scanner, format);
    expect(rows).toBe(5000);
  });

  const line = lineOf();
  const cases: readonly [string, string][] = [
    ['no events', JSON.stringify(payloadOf([]))],
    ['one event', JSON.stringify(payloadOf(eventsOf([line])))],
    ['lines that are no records', JSON.stringify(payloadOf(eventsOf([line, '', ' ', 'x', '- -', line])))],
    ['spaces behind a line', JSON.stringify(payloadOf(eventsOf([`${line}  `, `${line} x`, ` ${line}`])))],
    ['a line break behind a line', JSON.stringify(payloadOf(eventsOf([line, `${line}\n`, line])))],
    ['a quote in a line', JSON.stringify(payloadOf(eventsOf([line, line.replace('eni', '"'), line])))],
    ['a backslash in a line', JSON.stringify(payloadOf(eventsOf([line.replace('eni', '\\')])))],
    ['a letter beyond ASCII', JSON.stringify(payloadOf(eventsOf([line, line.replace('eni', 'é€😀'), line])))],
    ['an escaped space', JSON.stringify(payloadOf(eventsOf([line]))).replace('2 1234', '2\\u00201234')],
    ['an escaped letter', JSON.stringify(payloadOf(eventsOf([line]))).replace('eni', '\\u0065ni')],
    ['IPv6', JSON.stringify(payloadOf(eventsOf([lineOf({ srcaddr: '2001:db8::7' }), line])))],
    ['an empty interval', JSON.stringify(payloadOf(eventsOf([lineOf({ 'log-status': 'NODATA' }), line])))],
    [
      'extracted fields',
      JSON.stringify(payloadOf(eventsOf([line, line]).map((e) => ({ ...e, extractedFields: { a: '1' } })))),
    ],
    [
      'events without time',
      JSON.stringify(payloadOf(eventsOf([line]).map(({ id, message }) => ({ id, message })))),
    ],
    ['another order of keys', JSON.stringify(payloadOf([{ message: line, id: '1', timestamp: 1 }]))],
    ['an id that is empty', JSON.stringify(payloadOf([{ id: '', timestamp: 1, message: line }]))],
    ['a time of 0', JSON.stringify(payloadOf([{ id: '1', timestamp: 0, message: line }]))],
    ['a time that is no number', JSON.stringify(payloadOf(eventsOf([line]))).replace('1764000139000', '01')],
    ['space between tokens', JSON.stringify(payloadOf(eventsOf([line, line])), null, 2)],
    ['space at its end', `${JSON.stringify(payloadOf(eventsOf([line])))}\n`],
    ['keys of later days', JSON.stringify({ later: 1, ...payloadOf(eventsOf([line])), even: { later: 2 } })],
    [
      'the events first',
      JSON.stringify(Object.fromEntries(Object.entries(payloadOf(eventsOf([line]))).reverse())),
    ],
    ['another type', JSON.stringify({ ...payloadOf(eventsOf([line])), messageType: 'OTHER' })],
    ['a probe', JSON.stringify({ ...payloadOf(eventsOf([line])), messageType: 'CONTROL_MESSAGE' })],
    ['no group', JSON.stringify({ ...payloadOf(eventsOf([line])), logGroup: undefined })],
    ['an event without message', JSON.stringify(payloadOf(eventsOf([line]))).replace('"message"', '"mess"')],
    ['its end missing', JSON.stringify(payloadOf(eventsOf([line, line]))).slice(0, -1)],
    ['half of an event missing', JSON.stringify(payloadOf(eventsOf([line, line]))).slice(0, -90)],
    ['a comma too many', JSON.stringify(payloadOf(eventsOf([line, line]))).replace(/\]\}$/, ',]}')],
    ['no comma', JSON.stringify(payloadOf(eventsOf([line, line]))).replace('},{', '}{')],
    ['something behind it', `${JSON.stringify(payloadOf(eventsOf([line])))}x`],
    ['a line break in a line', JSON.stringify(payloadOf(eventsOf([line, line]))).replace('eni', '\n')],
    ['a very long line', JSON.stringify(payloadOf(eventsOf([line, `${line} ${'x'.repeat(300_000)}`, line])))],
    [
      'a long account',
      JSON.stringify(payloadOf(eventsOf([lineOf({ 'account-id': '1'.repeat(5000) }), line]))),
    ],
    [
      'events of all lengths',
      JSON.stringify(
        payloadOf(eventsOf(Array.from({ length: 4000 }, (_, i) => lineOf({ 'account-id': 'a'.repeat(i) })))),
      ),
    ],
  ];

  it.each(cases)('with %s has what decoding it has, or is refused as that refuses it', (_what, json) => {
    expectAgreement(json);
  });

  it('refuses events that come twice', () => {
    const json = JSON.stringify(payloadOf(eventsOf([line]))).replace(/\}$/, ',"logEvents":[]}');
    expect(scan(delivered(json), 'wasm', format)).toEqual({
      error: 'the payload is not of a log subscription: one of its keys comes twice',
    });
  });

  it('agrees with decoding on mutated payloads', () => {
    const { header, lines } = readLog('flow-log/lab_sweeps_P1.v5.log');
    const random = seededRandom(7);
    const as = detectFormat(header);
    for (let i = 0; i < 3000; i++) {
      const from = Math.floor(random() * (lines.length - 5));
      const json = Buffer.from(JSON.stringify(payloadOf(eventsOf(lines.slice(from, from + 5)))));
      const event = delivered(mutate(json, random));
      const scanned = scan(event, 'wasm', as);
      const decoded = scan(event, 'plain', as);
      // Which of several mistakes is named may differ.
      if (scanned.error === undefined || decoded.error === undefined) expect(scanned).toEqual(decoded);
    }
  });
});
