import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import {
  type CloudWatchLogsEvent,
  MAX_INFLATED_BYTES,
  PayloadError,
  decodeCloudWatchPayload,
  isCloudWatchLogsEvent,
} from '../../lambda/flow-log';
import { lineOf } from '../support/flow-log-lines';

const PAYLOAD = {
  messageType: 'DATA_MESSAGE',
  owner: '123456789012',
  logGroup: '/ringfence/dev/flow-log',
  logStream: 'eni-0a1b2c3d4e5f60718-all',
  subscriptionFilters: ['detect'],
  logEvents: [
    { id: '39276893184513872', timestamp: 1764000139000, message: lineOf() },
    { id: '39276893184513873', timestamp: 1764000139000, message: lineOf({ srcport: '5075' }) },
  ],
};

const eventOf = (data: string): CloudWatchLogsEvent => ({ awslogs: { data } });
const packed = (content: string | Buffer, level = 6): CloudWatchLogsEvent =>
  eventOf(gzipSync(content, { level }).toString('base64'));
const delivered = (payload: unknown): CloudWatchLogsEvent => packed(JSON.stringify(payload));
const digestOf = (payload: unknown): string => {
  const decoded = decodeCloudWatchPayload(delivered(payload));
  return decoded.kind === 'data' ? decoded.digest : 'no data';
};

/** The message of the PayloadError that decoding throws. */
function refusalOf(event: CloudWatchLogsEvent): string {
  try {
    decodeCloudWatchPayload(event);
  } catch (error) {
    if (error instanceof PayloadError) return error.message;
    throw error;
  }
  return 'not refused';
}

describe('a payload of CloudWatch Logs', () => {
  it('has the log lines and where they come from', () => {
    expect(decodeCloudWatchPayload(delivered(PAYLOAD))).toEqual({
      kind: 'data',
      logGroup: '/ringfence/dev/flow-log',
      logStream: 'eni-0a1b2c3d4e5f60718-all',
      messages: [lineOf(), lineOf({ srcport: '5075' })],
      digest: expect.stringMatching(/^[\w-]{22}$/) as string,
    });
  });

  it('that probes the destination is nothing to do', () => {
    const probe = {
      messageType: 'CONTROL_MESSAGE',
      owner: 'CloudwatchLogs',
      logGroup: '',
      logStream: '',
      subscriptionFilters: [],
      logEvents: [
        { id: '', timestamp: 1764000139000, message: 'CWL CONTROL MESSAGE: Checking health of destination.' },
      ],
    };
    expect(decodeCloudWatchPayload(delivered(probe))).toEqual({ kind: 'control' });
  });

  it('may have extracted fields, fields of later days and no events', () => {
    const extracted = { ...PAYLOAD.logEvents[0], extractedFields: { srcaddr: '198.51.100.7' } };
    const decoded = decodeCloudWatchPayload(delivered({ ...PAYLOAD, later: 1, logEvents: [extracted] }));
    expect(decoded).toMatchObject({ messages: [lineOf()] });
    expect(decodeCloudWatchPayload(delivered({ ...PAYLOAD, logEvents: [] }))).toMatchObject({ messages: [] });
  });

  it.each([
    [delivered(PAYLOAD), true],
    [{ awslogs: null }, true],
    [{ Records: [] }, false],
    [null, false],
    [undefined, false],
    ['awslogs', false],
  ])('is told from other events: %#', (event, expected) =>
    expect(isCloudWatchLogsEvent(event)).toBe(expected),
  );
});

describe('the digest of a payload', () => {
  it('is the same however the same events are packed, labelled and timed', () => {
    const again = { ...PAYLOAD, subscriptionFilters: ['another'], owner: '210987654321' };
    expect(digestOf(again)).toBe(digestOf(PAYLOAD));
    const repacked = packed(JSON.stringify(PAYLOAD, null, 2), 1);
    expect(decodeCloudWatchPayload(repacked)).toEqual(decodeCloudWatchPayload(delivered(PAYLOAD)));
  });

  it.each([
    ['another group', { logGroup: '/ringfence/prod/flow-log' }],
    ['another stream', { logStream: 'eni-0f0f0f0f0f0f0f0f0-all' }],
    ['fewer events', { logEvents: PAYLOAD.logEvents.slice(1) }],
    ['no events', { logEvents: [] }],
    ['another order', { logEvents: [...PAYLOAD.logEvents].reverse() }],
    ['another id', { logEvents: PAYLOAD.logEvents.map((event) => ({ ...event, id: '1' })) }],
    ['another message', { logEvents: PAYLOAD.logEvents.map((event) => ({ ...event, message: 'x' })) }],
  ])('differs with %s', (_what, change) => {
    expect(digestOf({ ...PAYLOAD, ...change })).not.toBe(digestOf(PAYLOAD));
  });

  it('cannot be the same for one message that looks like two', () => {
    const one = [{ id: '1', message: 'a\n2\tb' }];
    const two = [
      { id: '1', message: 'a' },
      { id: '2', message: 'b' },
    ];
    expect(digestOf({ ...PAYLOAD, logEvents: one })).not.toBe(digestOf({ ...PAYLOAD, logEvents: two }));
    const moved = { logGroup: '/ringfence/dev/flow-log\neni', logStream: '' };
    expect(digestOf({ ...PAYLOAD, ...moved })).not.toBe(
      digestOf({ ...PAYLOAD, logGroup: '', logStream: 'eni' }),
    );
  });
});

describe('what is not a payload is a PayloadError that says so', () => {
  it.each([
    ['no data', {}],
    ['empty data', { data: '' }],
    ['data that is no text', { data: 7 }],
    ['nothing', null],
  ])('%s', (_what, awslogs) => {
    const event = { awslogs } as CloudWatchLogsEvent;
    expect(() => decodeCloudWatchPayload(event)).toThrow(
      new PayloadError('awslogs.data is missing or empty'),
    );
  });

  it.each([
    ['text that is not base64', eventOf('!!!!'), 'unexpected end of file'],
    ['base64 of something else', eventOf(Buffer.from('plain').toString('base64')), 'incorrect header check'],
    ['truncated gzip', eventOf(gzipSync('{}').subarray(0, -4).toString('base64')), 'unexpected end of file'],
  ])('%s', (_what, event, reason) => {
    expect(refusalOf(event)).toBe(`awslogs.data cannot be inflated: ${reason}`);
  });

  it('a bomb, which is not inflated', () => {
    const bomb = packed(Buffer.alloc(MAX_INFLATED_BYTES + 1), 9);
    expect(bomb.awslogs.data.length).toBeLessThan(1_000_000);
    expect(refusalOf(bomb)).toMatch(/cannot be inflated: .*larger than 134217728/);
  });

  it.each(['', 'not JSON', '{"messageType":', '\0'])('text that is not JSON: %j', (text) => {
    expect(refusalOf(packed(text))).toBe('the inflated payload is not JSON');
  });

  it.each([
    ['null', null, 'expected object, received null'],
    ['a list', [], 'expected object, received array'],
    ['no message type', { ...PAYLOAD, messageType: undefined }, 'at messageType'],
    ['no events', { ...PAYLOAD, logEvents: undefined }, 'at logEvents'],
    ['an event without message', { ...PAYLOAD, logEvents: [{ id: '1' }] }, 'at logEvents[0].message'],
    [
      'an event whose id is a number',
      { ...PAYLOAD, logEvents: [{ id: 1, message: '' }] },
      'at logEvents[0].id',
    ],
  ])('another shape: %s', (_what, payload, reason) => {
    const refusal = refusalOf(delivered(payload));
    expect(refusal).toContain('the payload is not of a log subscription: ');
    expect(refusal).toContain(reason);
  });

  it('ten thousand wrong events, in a short message', () => {
    const logEvents = Array.from({ length: 10_000 }, () => ({}));
    expect(refusalOf(delivered({ ...PAYLOAD, logEvents })).length).toBeLessThan(200);
  });

  it('an unknown message type, shown without control characters', () => {
    const unknown = { ...PAYLOAD, messageType: 'DATA\u001b[2J' };
    expect(refusalOf(delivered(unknown))).toBe(
      'messageType "DATA\\u001b[2J" is neither DATA_MESSAGE nor CONTROL_MESSAGE',
    );
  });

  it('whatever it is', () => {
    const anything = fc.oneof(
      fc.string({ unit: 'binary' }).map(eventOf),
      fc.json().map((text) => packed(text)),
      fc.jsonValue().map((value) => ({ awslogs: value }) as CloudWatchLogsEvent),
      fc.jsonValue().map((logEvents) => delivered({ ...PAYLOAD, logEvents: [logEvents] })),
    );
    fc.assert(
      fc.property(anything, (event) => {
        expect(refusalOf(event)).not.toBe('not refused');
      }),
    );
  });
});
