import { gzipSync } from 'node:zlib';
import { judgePending } from '../../../lambda/blacklist/judge-pending';
import { ENVIRONMENT_KEY } from '../../../lambda/blacklist/history';
import { contributionsOf, judgeOptions } from '../../support/detection-judging';
import { media, MINUTE } from '../../support/detection-records';
import { lineOf } from '../../support/flow-log-lines';
import { log, START, sweep } from '../support/logs';
import { OperatedEnvironment } from './support/environment';
import { CALLER } from './support/front';
import { PlayedQueue } from './support/played-sqs';

const HOUR = 3600;
const queue = new PlayedQueue('https://sqs.example.com/111111111111/dev-Automation-DetectFailures0AB1-xyz');
let environment: OperatedEnvironment;
beforeEach(async () => {
  environment = await OperatedEnvironment.start({ players: [queue.play] });
  environment.clock.nowMs = (START + HOUR) * 1000;
});
afterEach(() => environment.close());

/** RTP both ways between a caller and us, in the default format. */
const mediaLines = (remote: string, at: number) =>
  media(remote, at).map((record) =>
    lineOf({
      version: '2',
      srcaddr: record.source,
      dstaddr: record.destination,
      srcport: String(record.sourcePort),
      dstport: String(record.destinationPort),
      packets: String(record.packets),
      bytes: String(record.bytes),
      start: String(record.start),
      end: String(record.end),
    }),
  );

interface BackfillDocument {
  readonly records: { readonly read: number; readonly sip: number };
  readonly bans: readonly { readonly source: string; readonly bannedAt: number }[];
  readonly inForce: readonly string[];
}

describe('ringfence backfill', () => {
  it('makes the bans that the detector would have made, by event time: some are history, some in force', async () => {
    const old = sweep('198.51.100.7', START - 24 * HOUR);
    const fresh = sweep('198.51.100.9', START);
    const file = environment.folder.file('flows.log.gz', gzipSync(log(...fresh, ...old)));
    const document = await environment.json<BackfillDocument>('backfill', file);
    expect(document.records).toMatchObject({ read: 6, sip: 6 });
    expect(document.bans.map(({ source, bannedAt }) => [source, bannedAt - START])).toEqual([
      ['198.51.100.7', 2 * MINUTE - 24 * HOUR],
      ['198.51.100.9', 2 * MINUTE],
    ]);
    expect(document.inForce).toEqual(['198.51.100.9/32']);
    const { bans } = await environment.json<{ bans: { source: string }[] }>('list');
    expect(bans.map(({ source }) => source)).toEqual(['198.51.100.9']);
    const [line] = await environment.ledger.history('198.51.100.7');
    expect(line).toMatchObject({
      at: START + 2 * MINUTE - 24 * HOUR,
      by: `detector, in a log read by ${CALLER}`,
    });
    expect(await environment.ledger.history(ENVIRONMENT_KEY)).toMatchObject([
      { action: 'backfill', by: CALLER },
    ]);
  });

  it('done again changes nothing', async () => {
    const lines = [0, 6, 12].flatMap((hours) => sweep('198.51.100.7', START - hours * HOUR));
    const file = environment.folder.file('flows.log', log(...lines, ...mediaLines('192.0.2.7', START)));
    const keys = ['198.51.100.7', '192.0.2.7'];
    const known = async () => ({
      states: await environment.ledger.sourceStates(keys),
      bans: await environment.ledger.latestBans(keys),
      legitimate: await environment.ledger.legitimateSources(environment.now),
      histories: await Promise.all(keys.map((key) => environment.ledger.history(key))),
    });
    const first = await environment.json<BackfillDocument>('backfill', file);
    expect(first.bans).toHaveLength(3);
    const once = await known();
    const second = await environment.json<BackfillDocument>('backfill', file);
    expect(second.bans).toEqual([]);
    expect(await known()).toEqual(once);
  });

  it('gives a source that is seen live already the trust of its past, and the live detector goes on', async () => {
    const caller = '192.0.2.7';
    const live = environment.ledger;
    await live.recordContributions(contributionsOf([]));
    const file = environment.folder.file('flows.log', log(...mediaLines(caller, START - 24 * HOUR)));
    await environment.ledger.recordContributions(
      contributionsOf(
        ['10.20.1.201', '10.20.1.202'].map((destination) => ({
          source: caller,
          destination,
          sourcePort: 5060,
          destinationPort: 5060,
          protocol: 17,
          packets: 1,
          bytes: 441,
          start: START,
          end: START,
          action: 'ACCEPT' as const,
        })),
      ),
    );
    await judgePending(judgeOptions(environment.ledger, START + 10 * MINUTE));
    const before = (await live.sourceStates([caller])).get(caller)?.value;
    await environment.json('backfill', file);
    const after = (await live.sourceStates([caller])).get(caller)?.value;
    expect(after).toEqual({
      ...before,
      firstSeen: START - 24 * HOUR,
      mediaAt: START - 24 * HOUR + MINUTE,
    });
    expect(await live.judgedThrough()).toBe(START);
    expect(await live.legitimateSources(environment.now)).toEqual([caller]);
    expect(await environment.json('why', caller)).toMatchObject({ trust: { reason: 'media within 7 days' } });
  });

  it('--as-of judges as if it were then', async () => {
    const file = environment.folder.file('flows.log', log(...sweep('198.51.100.7', START - 24 * HOUR)));
    const asOf = String(START - 24 * HOUR + 10 * MINUTE);
    expect(await environment.json('backfill', file, '--as-of', asOf)).toMatchObject({
      inForce: ['198.51.100.7/32'],
    });
    expect(await environment.json('list', '--as-of', asOf)).toMatchObject({
      bans: [{ source: '198.51.100.7' }],
    });
    expect(await environment.json('list')).toMatchObject({ bans: [] });
  });

  it('reads standard input, and fits 80 columns', async () => {
    const ran = await environment.run(['backfill'], { stdin: log(...sweep('198.51.100.7')), columns: 80 });
    expect(ran.stdout).toContain('1 made: 0 over already, 1 in force');
    for (const line of ran.stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  it.each([
    ['/nowhere/gone.log', 1, '/nowhere/gone.log cannot be read: there is no such file'],
    ['-', 2, 'no input: name flow-log files'],
  ])('of %s ends with exit code %i', async (path, exitCode, says) => {
    const ran = await environment.run(['backfill', path]);
    expect(ran).toMatchObject({ exitCode, stdout: '' });
    expect(ran.stderr).toContain(says);
  });

  it('of records that cannot be read changes nothing', async () => {
    const file = environment.folder.file('other.log', log('a b c', 'd e f'));
    const ran = await environment.run(['backfill', file]);
    expect(ran).toMatchObject({ exitCode: 1, stdout: '' });
    expect(ran.stderr).toContain('none of 2 records can be read');
    expect(await environment.ledger.history(ENVIRONMENT_KEY)).toEqual([]);
  });
});

describe('ringfence redrive', () => {
  afterEach(() => {
    queue.show();
    for (const body of queue.bodies) expect(body).toBe('unreadable');
  });

  const delivery = (lines: readonly string[]) => ({
    version: '1.0',
    requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: 3 },
    requestPayload: {
      awslogs: {
        data: gzipSync(
          JSON.stringify({
            messageType: 'DATA_MESSAGE',
            owner: '111111111111',
            logGroup: 'flows',
            logStream: 'eni-1',
            subscriptionFilters: ['all'],
            logEvents: lines.map((message, i) => ({ id: String(i), timestamp: 0, message })),
          }),
        ).toString('base64'),
      },
    },
  });
  const format = [
    '--format',
    'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status',
  ];

  it('lets the detector see what it gave up on, and empties the queue', async () => {
    await environment.ledger.advanceJudgedThrough(START + 30 * MINUTE);
    queue.send(delivery(sweep('198.51.100.7')));
    queue.send({ requestPayload: { source: 'aws.events' } });
    const look = await environment.json('redrive', '--dry-run', ...format);
    expect(look).toMatchObject({ queue: queue.url, messages: 2, records: 3, ticks: 1, bans: 0, left: 0 });
    expect(queue.bodies).toHaveLength(2);
    queue.show();
    expect(await environment.json('redrive', ...format)).toMatchObject({
      messages: 2,
      records: 3,
      bans: 1,
      left: 0,
    });
    expect(queue.bodies).toEqual([]);
    expect(await environment.ledger.bansInForce(environment.now)).toMatchObject([{ source: '198.51.100.7' }]);
    expect(await environment.ledger.history(ENVIRONMENT_KEY)).toMatchObject([
      { action: 'redrive', by: CALLER },
    ]);
  });

  it('gives windows that are still open to the live detector, once', async () => {
    await environment.ledger.advanceJudgedThrough(START - MINUTE);
    for (let i = 0; i < 2; i++) queue.send(delivery(sweep('198.51.100.7')));
    expect(await environment.json('redrive', ...format)).toMatchObject({ messages: 2, bans: 0 });
    const contributions = await environment.ledger.contributionsOf(START);
    expect(contributions.map(({ source }) => source)).toEqual(['198.51.100.7']);
  });

  it('leaves what it cannot understand, and fails', async () => {
    queue.send('unreadable');
    const ran = await environment.run(['redrive', '--json']);
    expect(ran.exitCode).toBe(1);
    expect(JSON.parse(ran.stdout)).toMatchObject({ left: 1 });
    expect(ran.stderr).toContain(
      '1 message stayed in the queue: it is not what Lambda writes about a failed event',
    );
  });
});
