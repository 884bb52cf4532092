import type { Ban } from '../../lambda/blacklist/ban';
import { judgePending } from '../../lambda/blacklist/judge-pending';
import { LedgerConflictError } from '../../lambda/blacklist/ledger';
import { MemoryLedger } from '../../lambda/blacklist/memory-ledger';
import type { Verdict } from '../../lambda/detection';
import type { FlowLogRecord } from '../../lambda/flow-log';
import { contributionsOf, judgeContext, judgeOptions } from '../support/detection-judging';
import { answering, HOUR, MINUTE, PHONE, request, SCANNER, sweep, T0 } from '../support/detection-records';
import { ban } from './values';

async function ledgerWith(records: readonly FlowLogRecord[]): Promise<MemoryLedger> {
  const ledger = new MemoryLedger();
  await ledger.recordContributions(contributionsOf(records));
  return ledger;
}

describe('which windows are judged', () => {
  test('those whose verdicts count from `until` or earlier', async () => {
    const ledger = await ledgerWith(sweep(3));
    expect(await judgePending(judgeOptions(ledger, T0 + 2 * MINUTE - 1))).toEqual({
      windows: 0,
      bans: 0,
      suspects: 0,
      probeSources: 0,
      probePackets: 0,
      unfinished: false,
    });
    expect(await judgePending(judgeOptions(ledger, T0 + 2 * MINUTE))).toMatchObject({ windows: 1, bans: 1 });
    expect(await judgePending(judgeOptions(ledger, Infinity))).toMatchObject({ windows: 0, bans: 0 });
  });

  test('a burst followed by silence is judged at the next tick', async () => {
    const ledger = await ledgerWith(sweep(3));
    await judgePending(judgeOptions(ledger, T0 + HOUR));
    expect(await ledger.bansInForce(T0 + 3 * MINUTE)).toMatchObject([{ source: SCANNER }]);
  });

  test('one by one, until there is no more time; the next run goes on', async () => {
    const ledger = await ledgerWith([0, 1, 2].flatMap((minute) => sweep(1, { at: T0 + minute * MINUTE })));
    let left = 2;
    const first = await judgePending({ ...judgeOptions(ledger, Infinity), mayGoOn: () => left-- > 0 });
    expect(first).toMatchObject({ windows: 2, unfinished: true });
    expect(await ledger.judgedThrough()).toBe(T0 + MINUTE);
    const second = await judgePending({ ...judgeOptions(ledger, Infinity), mayGoOn: () => true });
    expect(second).toMatchObject({ windows: 1, unfinished: false });
  });

  test('one whose writer failed before it wrote anything is passed over', async () => {
    const ledger = new MemoryLedger();
    ledger.nextPendingWindow = async (after) => (after === undefined || after < T0 ? T0 : undefined);
    expect(await judgePending(judgeOptions(ledger, Infinity))).toMatchObject({ windows: 1, bans: 0 });
    expect(await ledger.judgedThrough()).toBe(T0);
  });

  test('each window is read once, though it is the grace of another and just before a third', async () => {
    const minutes = Array.from({ length: 10 }, (_, i) => T0 + i * MINUTE);
    const ledger = await ledgerWith(minutes.flatMap((at) => sweep(1, { at })));
    const read = jest.spyOn(ledger, 'contributionsOf');
    const known = jest.spyOn(ledger, 'answeringAddresses');
    await judgePending(judgeOptions(ledger, Infinity));
    const windows = read.mock.calls.map(([window]) => window).sort((a, b) => a - b);
    expect(windows).toEqual([T0 - MINUTE, ...minutes, T0 + 10 * MINUTE]);
    expect(known).toHaveBeenCalledTimes(1);
  });
});

describe('what is told', () => {
  test('each verdict, with the ban it led to', async () => {
    const ledger = await ledgerWith([...sweep(3), ...sweep(3, { source: '203.0.113.8' })]);
    const told: [Verdict['kind'], Ban | undefined][] = [];
    const report = await judgePending({
      ...judgeOptions(ledger, Infinity),
      onVerdict: (verdict, made) => told.push([verdict.kind, made]),
    });
    expect(told).toEqual([
      ['probe', expect.objectContaining({ source: SCANNER, bannedAt: T0 + 2 * MINUTE })],
      ['suspect', undefined],
    ]);
    expect(report).toMatchObject({ bans: 1, suspects: 1 });
  });

  test('probes and their packets, those that knock while banned included', async () => {
    const knocking = sweep(2, { packets: 10, at: T0 + 10 * MINUTE });
    const ledger = await ledgerWith([...sweep(3), ...knocking, ...answering('10.20.1.10')]);
    expect(await judgePending(judgeOptions(ledger, Infinity))).toMatchObject({
      bans: 1,
      probeSources: 1,
      probePackets: 23,
    });
  });
});

describe('a banned source', () => {
  test('that goes on knocking keeps its weight, and its ban its end', async () => {
    const ledger = await ledgerWith([...sweep(3), ...sweep(3, { packets: 100, at: T0 + 30 * MINUTE })]);
    await judgePending(judgeOptions(ledger, Infinity));
    const [inForce, ...more] = await ledger.bansInForce(T0 + 31 * MINUTE);
    expect(more).toEqual([]);
    expect(inForce).toMatchObject({ weightAt: T0 + 31 * MINUTE, expiresAt: T0 + HOUR + 2 * MINUTE });
    expect(inForce?.weight).toBeGreaterThan(302);
  });

  test('that comes back after its ban is banned again, longer where its evidence is proven', async () => {
    const cracking = (at: number) => {
      const tries = request({ packets: 500, at });
      return [tries, { ...tries, source: tries.destination, destination: tries.source }];
    };
    const ledger = await ledgerWith([...cracking(T0), ...cracking(T0 + 2 * HOUR)]);
    const bans: Ban[] = [];
    await judgePending({
      ...judgeOptions(ledger, Infinity),
      onVerdict: (_, made) => made && bans.push(made),
    });
    expect(bans.map(({ offence, bannedAt, expiresAt }) => [offence, expiresAt - bannedAt])).toEqual([
      [1, HOUR],
      [2, 4 * HOUR],
    ]);
  });

  test('by an operator is left to the operator', async () => {
    const ledger = await ledgerWith(sweep(3));
    const byHand = ban({ key: SCANNER, origin: 'operator', bannedAt: T0, expiresAt: T0 + 30 * 86_400 });
    await ledger.putBan(byHand, 'alice');
    expect(await judgePending(judgeOptions(ledger, Infinity))).toMatchObject({ bans: 0, suspects: 0 });
    expect(await ledger.latestBans([SCANNER])).toEqual(new Map([[SCANNER, byHand]]));
  });

  test('whose ban an operator ended is not banned again for what it did before', async () => {
    const ledger = await ledgerWith([...sweep(3), ...sweep(3, { at: T0 + 8 * MINUTE })]);
    await judgePending(judgeOptions(ledger, T0 + 2 * MINUTE));
    await ledger.endBan(SCANNER, T0 + 20 * MINUTE, 'alice', 'a customer');
    expect(await judgePending(judgeOptions(ledger, Infinity))).toMatchObject({ windows: 1, bans: 0 });
  });
});

test('a judge that is overtaken before it reads the states has nothing left to do', async () => {
  const ledger = await ledgerWith(sweep(1));
  const read = ledger.contributionsOf.bind(ledger);
  let met = false;
  ledger.contributionsOf = async (window) => {
    const contributions = await read(window);
    if (!met) {
      met = true;
      await judgePending(judgeOptions(ledger, Infinity));
    }
    return contributions;
  };
  const slow = judgePending(judgeOptions(ledger, Infinity));
  await expect(slow).resolves.toMatchObject({ windows: 1 });
  expect((await ledger.sourceStates([SCANNER])).get(SCANNER)).toMatchObject({
    version: 1,
    value: { weight: 1 },
  });
});

test('of two judges that read the same states only one writes them', async () => {
  const ledger = await ledgerWith(sweep(1, { source: PHONE }));
  const [, second] = await Promise.allSettled([
    judgePending(judgeOptions(ledger, Infinity)),
    judgePending(judgeOptions(ledger, Infinity, judgeContext())),
  ]);
  expect(second).toMatchObject({ status: 'rejected', reason: expect.any(LedgerConflictError) as unknown });
  expect((await ledger.sourceStates([PHONE])).get(PHONE)).toMatchObject({ version: 1, value: { weight: 1 } });
});
