import fc from 'fast-check';
import { judgePending } from '../../lambda/blacklist/judge-pending';
import { MemoryLedger } from '../../lambda/blacklist/memory-ledger';
import type { Contribution, JudgeContext } from '../../lambda/detection';
import type { FlowLogRecord } from '../../lambda/flow-log';
import { deliver, delivery } from '../support/detection-delivery';
import { contributionsOf, judgeContext, judged, judgeOptions } from '../support/detection-judging';
import { type Cut, contentOf, CutError, cutLedger } from '../support/detection-ledger';
import { labLog } from '../support/detection-logs';
import {
  answer,
  exchange,
  HOUR,
  media,
  MINUTE,
  PHONE,
  request,
  SCANNER,
  sweep,
  T0,
} from '../support/detection-records';
import { traffic } from '../support/detection-traffic';

/** What one batch, judged at once, leaves behind. */
async function inOneBatch(records: readonly FlowLogRecord[], judge: JudgeContext) {
  const contributions = contributionsOf(records, 'all', judge);
  const ledger = new MemoryLedger();
  await ledger.recordContributions(contributions);
  await judgePending(judgeOptions(ledger, Infinity, judge));
  return { contributions, content: await contentOf(ledger, contributions, lastSecond(records)) };
}

function lastSecond(records: readonly FlowLogRecord[]): number {
  return records.reduce((last, { end }) => Math.max(last, end), 0);
}

describe('I7: batches divided, disordered, doubled and judged at any time leave the same as one', () => {
  test('on any traffic', async () => {
    const judge = judgeContext();
    let bans = 0;
    await fc.assert(
      fc.asyncProperty(traffic, delivery, async (records, options) => {
        const { contributions, content } = await inOneBatch(records, judge);
        const ledger = await deliver(records, options, judge);
        expect(await contentOf(ledger, contributions, lastSecond(records))).toEqual(content);
        bans += content.latestBans.filter((ban) => ban !== undefined).length;
      }),
      { seed: 7, numRuns: 80 },
    );
    expect(bans).toBeGreaterThan(80);
  });

  test.each(['v2', 'v5'] as const)('on the recorded tools and callers, %s', async (version) => {
    const { records, site } = await labLog('lab_all_P1', version);
    const judge = judgeContext({ site });
    const { contributions, content } = await inOneBatch(records, judge);
    await fc.assert(
      fc.asyncProperty(delivery, async (options) => {
        const ledger = await deliver(records, options, judge);
        expect(await contentOf(ledger, contributions, lastSecond(records))).toEqual(content);
      }),
      { seed: 8, numRuns: 4 },
    );
  });
});

describe('I7: a judgement cut off at any call to the ledger and made again leaves the same as one', () => {
  const ghost = request({ source: '198.51.100.30', packets: 3, at: T0 + MINUTE });
  const records = [
    ...sweep(4),
    ...sweep(2, { at: T0 + 5 * MINUTE }),
    ...exchange({ source: PHONE }),
    ...media(PHONE, T0),
    ...sweep(3, { source: PHONE, at: T0 + MINUTE }),
    ...[31, 32, 33, 34]
      .map((n, i) => sweep(i + 1, { source: `198.51.100.${n}`, at: T0 + MINUTE }).slice(i))
      .flat(),
    ghost,
    answer(ghost, { packets: 20 }),
    ...sweep(4, { at: T0 + 2 * HOUR }),
  ];
  const judge = judgeContext();
  const contributions: readonly Contribution[] = contributionsOf(records, 'all', judge);

  async function filled(): Promise<MemoryLedger> {
    const ledger = new MemoryLedger();
    await ledger.recordContributions(contributions);
    return ledger;
  }

  async function judgeAll(ledger: MemoryLedger): Promise<void> {
    await judgePending(judgeOptions(ledger, Infinity, judge));
  }

  test.each<Cut>(['before the call', 'after the call', 'from the call on'])('cut off %s', async (cut) => {
    const whole = await filled();
    const counted = cutLedger(whole, Infinity, cut);
    await judgeAll(counted.ledger);
    const expected = await contentOf(whole, contributions, T0 + 3 * HOUR);
    expect(expected.latestBans.filter((ban) => ban !== undefined)).toHaveLength(6);
    expect(counted.calls()).toBeGreaterThan(50);
    for (let call = 0; call < counted.calls(); call += 1) {
      const ledger = await filled();
      await expect(judgeAll(cutLedger(ledger, call, cut).ledger)).rejects.toThrow(CutError);
      await judgeAll(ledger);
      expect([call, await contentOf(ledger, contributions, T0 + 3 * HOUR)]).toEqual([call, expected]);
    }
  });

  test('and twice in a row', async () => {
    const whole = await filled();
    await judgeAll(whole);
    const expected = await contentOf(whole, contributions, T0 + 3 * HOUR);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(80), { minLength: 2, maxLength: 6 }), async (cuts) => {
        const ledger = await filled();
        for (const call of cuts) {
          await judgeAll(cutLedger(ledger, call, 'from the call on').ledger).catch((error: unknown) => {
            expect(error).toBeInstanceOf(CutError);
          });
        }
        await judgeAll(ledger);
        expect(await contentOf(ledger, contributions, T0 + 3 * HOUR)).toEqual(expected);
      }),
      { seed: 9, numRuns: 60 },
    );
  });
});

/**
 * A port scan of more flows than one contribution keeps was judged otherwise when it came in several batches: added up
 * by port in one, not in the other, so that a port that answered some requests seemed silent.
 */
test('more flows than are kept are judged alike in one batch and in two', async () => {
  const many = Array.from({ length: 200 }, (_, i) => {
    const asked = request({
      sourcePort: 20_000 + i,
      destination: i % 2 === 0 ? '10.20.1.10' : '10.20.1.11',
      destinationPort: 5060 + (i % 3),
    });
    return i < 12 ? [asked, answer(asked)] : [asked];
  }).flat();
  const whole = await judged(many);
  const ledger = new MemoryLedger();
  await ledger.recordContributions(contributionsOf(many.slice(0, 100), 'first'));
  await ledger.recordContributions(contributionsOf(many.slice(100), 'second'));
  await judgePending(judgeOptions(ledger, Infinity));
  const states = async (from: MemoryLedger) => (await from.sourceStates([SCANNER])).get(SCANNER);
  expect(await states(ledger)).toEqual(await states(whole.ledger));
  expect(whole.bans.map(({ evidence }) => evidence.map(({ rule }) => rule))).toEqual([['port-churn']]);
});
