import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { DEFAULT_BAN_POLICY } from '../../lambda/blacklist/ban-policy';
import { judgePending } from '../../lambda/blacklist/judge-pending';
import { MemoryLedger } from '../../lambda/blacklist/memory-ledger';
import { PbxDetector } from '../../lambda/handlers/pbx-detector';
import { readPbxLogs } from '../../lambda/handlers/pbx-environment';
import { judgeContext } from '../support/detection-judging';
import { T0 } from '../support/detection-records';
import { RecordedTelemetry } from './support/telemetry';

const GROUP = '/pbx/kamailio';

interface LogEvent {
  readonly id: string;
  readonly timestamp: number;
  readonly message: string;
}

function subscription(logEvents: readonly LogEvent[], over: Readonly<Record<string, unknown>> = {}) {
  const payload = { messageType: 'DATA_MESSAGE', logGroup: GROUP, logStream: 'sip1', logEvents, ...over };
  return { awslogs: { data: gzipSync(JSON.stringify(payload)).toString('base64') } };
}

function line(at: number, body: string): LogEvent {
  return {
    id: `${at}${body.length}`,
    timestamp: (T0 + at) * 1000,
    message: ` 1(811) NOTICE: <script>: ringfence ${body}`,
  };
}

function world(over: { now?: number; ledger?: MemoryLedger } = {}) {
  const { now = T0 + 400, ledger = new MemoryLedger() } = over;
  const telemetry = new RecordedTelemetry();
  const detector = new PbxDetector({
    ledger,
    topology: judgeContext().topology,
    logs: new Map([[GROUP, 'kamailio']]),
    telemetry,
    clock: () => now * 1000,
    deliverySeconds: 300,
  });
  return { ledger, telemetry, detector };
}

const guess = (at: number, i: number) =>
  line(at, `event=unknown proto=udp src=198.51.100.7 name=${Buffer.from(String(i)).toString('hex')}`);

async function bansIn(ledger: MemoryLedger) {
  await judgePending({ ledger, judge: judgeContext(), ban: DEFAULT_BAN_POLICY, until: Infinity });
  return ledger.latestBans(['198.51.100.7', '198.51.100.8', '127.0.1.5']);
}

describe('a batch of PBX lines', () => {
  test('becomes contributions that the tick judges, at the time that CloudWatch Logs says', async () => {
    const { detector, ledger, telemetry } = world();
    const events = [0, 1, 2, 3, 4, 5].map((i) => guess(10 + i, i));
    expect(await detector.handle(subscription(events))).toEqual({
      kind: 'batch',
      lines: { read: 6, used: 6, unsafe: 0, illegible: 0 },
      written: 1,
      duplicates: 0,
      late: 0,
    });
    expect((await bansIn(ledger)).get('198.51.100.7')).toMatchObject({
      bannedAt: T0 + 120,
      evidence: [{ rule: 'pbx-unknown-accounts' }],
    });
    expect(telemetry.takeMetrics()).toMatchObject({ PbxLinesRead: 6, PbxLinesUsed: 6, PbxLinesUnsafe: 0 });
  });

  test('delivered again adds nothing', async () => {
    const { detector } = world();
    const event = subscription([guess(1, 1)]);
    await detector.handle(event);
    expect(await detector.handle(event)).toMatchObject({ written: 0, duplicates: 1 });
  });

  test('that comes after its window was due is counted', async () => {
    const { detector, telemetry } = world({ now: T0 + 1000 });
    expect(await detector.handle(subscription([guess(1, 1)]))).toMatchObject({ written: 1, late: 1 });
    expect(telemetry.takeMetrics()).toMatchObject({ PbxLateContributions: 1 });
  });

  test('lines that are not safe are dropped, and said', async () => {
    const { detector, telemetry } = world();
    const events = [
      line(1, 'event=refused proto=udp src=198.51.100.7 name=xx'),
      line(2, `event=flood\nsrc=198.51.100.8`),
    ];
    expect(await detector.handle(subscription(events))).toMatchObject({
      lines: { read: 2, used: 0, unsafe: 1, illegible: 1 },
      written: 0,
    });
    expect(telemetry.takeMetrics()).toMatchObject({ PbxLinesUnsafe: 2 });
  });

  test('of a log that Kamailio wrote bans the scanner', async () => {
    const { detector, ledger } = world();
    const log = readFileSync(join(__dirname, '../data/pbx-log/kamailio/kamailio.log'), 'utf8').split('\n');
    await detector.handle(
      subscription(log.map((message, i) => ({ id: String(i), timestamp: (T0 + 5) * 1000, message }))),
    );
    expect((await bansIn(ledger)).get('127.0.1.5')).toMatchObject({ forgeable: true });
  });

  test('a probe of the destination is nothing', async () => {
    const event = subscription([], { messageType: 'CONTROL_MESSAGE' });
    expect(await world().detector.handle(event)).toEqual({ kind: 'control' });
  });

  test.each([
    [
      'of another log group',
      subscription([], { logGroup: '/pbx/other' }),
      'there is no PBX log "/pbx/other"',
    ],
    ['that is no subscription', { source: 'aws.events' }, 'not of a CloudWatch Logs subscription'],
  ])('an event %s fails loudly', async (_, event, message) => {
    await expect(world().detector.handle(event)).rejects.toThrow(message);
  });
});

/** Invariant I7, for PBX logs. */
test('however lines are divided into batches, doubled and ordered, the bans are the same', async () => {
  const source = fc.constantFrom('198.51.100.7', '198.51.100.8');
  const body = fc.oneof(
    fc
      .tuple(source, fc.nat(30))
      .map(([src, i]) => `event=unknown proto=udp src=${src} name=${Buffer.from(String(i)).toString('hex')}`),
    fc
      .tuple(source, fc.constantFrom('', ' bound=1'))
      .map(([src, bound]) => `event=refused proto=udp src=${src}${bound} name=3130`),
    source.map((src) => `event=challenge proto=tcp src=${src}`),
    source.map((src) => `event=success proto=udp src=${src} name=3130`),
  );
  const lines = fc.array(fc.tuple(fc.nat(900), body), { minLength: 1, maxLength: 200 });
  await fc.assert(
    fc.asyncProperty(lines, fc.array(fc.nat(4), { minLength: 200, maxLength: 200 }), async (all, batchOf) => {
      const events = all.map(([at, text], i) => ({ ...line(at, text), id: String(i) }));
      const once = world();
      await once.detector.handle(subscription(events));
      const many = world();
      for (const batch of [3, 0, 4, 1, 2, 0]) {
        const part = events.filter((_, i) => batchOf[i] === batch).reverse();
        if (part.length > 0) await many.detector.handle(subscription(part));
      }
      expect(await bansIn(many.ledger)).toEqual(await bansIn(once.ledger));
    }),
    { numRuns: 40 },
  );
});

describe('RINGFENCE_PBX_LOGS', () => {
  test('names a dialect for each log group', () => {
    const logs = readPbxLogs({ RINGFENCE_PBX_LOGS: '{"/pbx/a":"asterisk","/pbx/b":"freeswitch"}' });
    expect([...logs]).toEqual([
      ['/pbx/a', 'asterisk'],
      ['/pbx/b', 'freeswitch'],
    ]);
  });

  test.each([
    [undefined, 'is not JSON'],
    ['[]', 'is not an object'],
    ['{}', 'names no log group'],
    ['{"/pbx/a":"3cx"}', 'write one of asterisk'],
  ])('%s is an error', (text, message) => {
    expect(() => readPbxLogs({ RINGFENCE_PBX_LOGS: text })).toThrow(message);
  });
});
