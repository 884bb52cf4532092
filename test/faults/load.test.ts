import { constants, gzipSync } from 'node:zlib';
import { MemoryLedger } from '../../lambda/blacklist/memory-ledger';
import { packContributions } from '../../lambda/blacklist/packed-contributions';
import type { Ledger } from '../../lambda/blacklist/ledger';
import type { Contribution } from '../../lambda/detection';
import { DEPLOYED_FORMAT, FlowLogFormat, PayloadError } from '../../lambda/flow-log';
import { MAX_INFLATED_BYTES } from '../../lambda/flow-log/cloudwatch-payload';
import { Detector } from '../../lambda/handlers/detector';
import { deployment } from '../enforcement/support/deployment';
import { RecordedTelemetry } from '../handlers/support/telemetry';
import { START, encoded, probe, subscription } from '../handlers/support/traffic';
import { Life } from '../invariants/life';

const TICK = { source: 'aws.events' };
const PLENTY = (): number => 900_000;

/** A ledger in memory that counts the requests the one in DynamoDB would make for its writes. */
class CountedLedger extends MemoryLedger {
  readonly writes = new Map<string, number>();
  bytes = 0;

  constructor() {
    super();
    const count = (name: string, by: number): void =>
      void this.writes.set(name, (this.writes.get(name) ?? 0) + by);
    for (const name of ['putSourceState', 'putNetworkState', 'putBan', 'updateBanWeight'] as const) {
      const write = this[name].bind(this) as (...args: unknown[]) => Promise<void>;
      Object.assign(this, {
        [name]: (...args: unknown[]) => {
          count(name, 1);
          return write(...args);
        },
      });
    }
    const record = this.recordContributions.bind(this);
    this.recordContributions = (contributions: readonly Contribution[]) => {
      count('recordContributions', packContributions(contributions).length);
      return record(contributions);
    };
  }
}

function detectorOn(ledger: Ledger, clock: () => number) {
  const telemetry = new RecordedTelemetry();
  const format = FlowLogFormat.parse(DEPLOYED_FORMAT);
  return {
    telemetry,
    detector: new Detector({ ledger, deployment: deployment(), format, telemetry, clock }),
  };
}

const ipv4 = (n: number): string => `${11 + (n >> 16)}.${(n >> 8) & 255}.${n & 255}.7`;

describe('hostile lines', () => {
  const good = probe('198.51.100.7', '10.20.0.10');
  const fieldSet = (at: number, value: string): string => good.split(' ').with(at, value).join(' ');
  const hostile: [string, string][] = [
    ['a huge number of packets', fieldSet(8, '9'.repeat(400))],
    ['a negative number', fieldSet(8, '-5')],
    ['NaN', fieldSet(9, 'NaN')],
    ['an exponent', fieldSet(9, '1e309')],
    ['Unicode digits', fieldSet(8, '\u0661\u0662\u0663')],
    ['full-width digits', fieldSet(5, '\uff15\uff10\uff16\uff10')],
    ['NUL bytes', good.replaceAll('198.51.100.7', '198.51.100.7\0')],
    ['a line of 1 MB', 'x'.repeat(1_000_000)],
    ['a million fields', ' '.repeat(1_000_000)],
    ['a time after its end', fieldSet(10, '99999999999999')],
    ['half a surrogate pair', good.replaceAll('198.51.100.7', '\ud800')],
    ['a script', fieldSet(2, '<script>alert(1)</script>').replace('ACCEPT', 'MAYBE')],
  ];

  it('are counted one by one, and stop nothing', async () => {
    const ledger = new CountedLedger();
    const { detector, telemetry } = detectorOn(ledger, () => START * 1000);
    const lines = [...hostile.map(([, line]) => line), good];
    await expect(detector.handle(subscription(lines), PLENTY)).resolves.toMatchObject({
      records: { read: hostile.length + 1, parsed: 1, malformed: hostile.length },
    });
    expect(telemetry.takeMetrics()).toMatchObject({ MalformedRecords: hostile.length, SipRecords: 1 });
  });

  it.each(hostile)('%s is malformed', async (_, line) => {
    const { detector } = detectorOn(new CountedLedger(), () => START * 1000);
    await expect(detector.handle(subscription([line]), PLENTY)).resolves.toMatchObject({
      records: { read: 1, malformed: 1 },
    });
  });
});

describe('hostile payloads', () => {
  const { detector } = detectorOn(new CountedLedger(), () => START * 1000);
  const refused = (data: Buffer) =>
    expect(detector.handle({ awslogs: { data: data.toString('base64') } }, PLENTY)).rejects.toThrow(
      PayloadError,
    );

  it('that inflate without end are refused at the bound', async () => {
    const bomb = gzipSync(Buffer.alloc(MAX_INFLATED_BYTES + 1), { level: constants.Z_BEST_SPEED });
    const before = process.memoryUsage().arrayBuffers;
    await refused(bomb);
    expect(bomb.length).toBeLessThan(1_000_000);
    // Twice the bound: what was inflated so far, and the pieces it came in.
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(3 * MAX_INFLATED_BYTES);
  });

  it.each([
    ['lists', '['.repeat(2_000_000)],
    ['closed lists', `${'['.repeat(200_000)}${']'.repeat(200_000)}`],
    ['objects', '{"a":'.repeat(500_000)],
    [
      'events',
      `{"messageType":"DATA_MESSAGE","logGroup":"g","logStream":"s","logEvents":${'['.repeat(200_000)}`,
    ],
  ])('that are deep in %s are refused', async (_, json) => {
    await refused(gzipSync(json));
  });

  it('with keys of JavaScript’s own are read as what they are', async () => {
    const payload = {
      ...(JSON.parse('{"__proto__":{"polluted":true}}') as object),
      messageType: 'NO_MESSAGE',
    };
    await expect(detector.handle(encoded(payload), PLENTY)).rejects.toThrow(PayloadError);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

describe('load', () => {
  it('a million records in bursts: few writes, bounded memory, all counted', async () => {
    const ledger = new CountedLedger();
    const { detector } = detectorOn(ledger, () => START * 1000);
    const burst = Array.from({ length: 10_000 }, (_, i) => probe(ipv4(i % 500), `10.20.1.${i % 250}`));
    const event = subscription(burst);
    // The first warms up; what is left after the others would be a leak.
    await detector.handle(event, PLENTY);
    const before = process.memoryUsage().heapUsed;
    let read = 0;
    for (let i = 1; i < 100; i++) {
      const outcome = await detector.handle(event, PLENTY);
      if (outcome.kind === 'batch') read += outcome.records.parsed;
    }
    expect(read).toBe(990_000);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(400 * 1024 * 1024);
    // 500 sources in one window, however often they come: a few items a batch.
    expect(ledger.writes.get('recordContributions')).toBeLessThanOrEqual(100 * 20);
  }, 300_000);

  it('100,000 sources in an hour: one state each, and the breaker holds what comes beyond the bound', async () => {
    const ledger = new CountedLedger();
    let now = START;
    const { detector } = detectorOn(ledger, () => now * 1000);
    const perWindow = Math.ceil(100_000 / 60);
    for (let window = 0; window < 60; window++) {
      const at = START + 60 * window;
      const sources = Array.from({ length: perWindow }, (_, i) => ipv4(window * perWindow + i));
      const lines = sources.flatMap((source) => [0, 1, 2].map((k) => probe(source, `10.20.1.${10 + k}`, at)));
      await detector.handle(subscription(lines), PLENTY);
    }
    now = START + 3600 + 600;
    await expect(detector.handle(TICK, PLENTY)).resolves.toMatchObject({ unfinished: false });
    const bans = ledger.writes.get('putBan') ?? 0;
    expect(bans).toBeGreaterThan(90_000);
    expect(ledger.writes.get('putSourceState')).toBeLessThanOrEqual(60 * perWindow);
    expect(ledger.writes.get('recordContributions')).toBeLessThanOrEqual(60 * 20);

    const life = new Life();
    life.nowMs = now * 1000;
    const report = await life.run({ ledger });
    expect(report.breaker.tripped).toBe(true);
    const listed = life
      .listed()
      .cidrs()
      .reduce((sum, { first, last }) => sum + Number(last - first) + 1, 0);
    expect(listed).toBeLessThanOrEqual(life.site.ban.maxNewPerHour);
    expect(life.denies().size).toBeLessThanOrEqual(18);
  }, 300_000);

  it('a forged flood from the allowlist bans nobody, and costs a state an address', async () => {
    const ledger = new CountedLedger();
    let now = START;
    const { detector, telemetry } = detectorOn(ledger, () => now * 1000);
    for (let i = 0; i < 20; i++) {
      const lines = Array.from({ length: 5_000 }, (_, k) =>
        probe(`192.0.2.${k % 256}`, `10.20.1.${k % 200}`),
      );
      await detector.handle(subscription([...lines, probe('192.0.2.1', `10.20.2.${i}`)]), PLENTY);
    }
    now = START + 600;
    await expect(detector.handle(TICK, PLENTY)).resolves.toMatchObject({ bans: 0 });
    expect(ledger.writes.get('putBan')).toBeUndefined();
    expect(ledger.writes.get('putSourceState')).toBeLessThanOrEqual(256);
    expect(telemetry.takeMetrics()['SipRecords']).toBe(100_020);
  }, 120_000);
});
