import fc from 'fast-check';
import { parseCidr } from '../../lambda/address';
import type { Ban } from '../../lambda/blacklist/ban';
import { sourceKey } from '../../lambda/detection';
import type { FlowLogRecord } from '../../lambda/flow-log';
import { judgeContext, judged, type JudgingOptions } from '../support/detection-judging';
import { labLog, recordedDay } from '../support/detection-logs';
import { traffic } from '../support/detection-traffic';

/** The ways in which a log can be cut off at a time. */
const CUTS: readonly ((record: FlowLogRecord, at: number) => boolean)[] = [
  ({ end }, at) => end <= at,
  ({ start }, at) => start <= at,
];

/** The bans made up to a time, without what is only counted later. */
function decidedBy(bans: readonly Ban[], at: number) {
  return bans.filter(({ bannedAt }) => bannedAt <= at);
}

/** Checks that nothing after `bannedAt` decided a ban: a log cut off there gives it, and all before it, again. */
async function expectSameWhenCut(
  records: readonly FlowLogRecord[],
  options: JudgingOptions,
  pick: (times: readonly number[]) => readonly number[] = (times) => times,
): Promise<number> {
  const { bans } = await judged(records, options);
  const times = [...new Set(bans.map(({ bannedAt }) => bannedAt))];
  for (const at of pick(times)) {
    for (const isKept of CUTS) {
      const cut = await judged(
        records.filter((record) => isKept(record, at)),
        options,
      );
      expect(decidedBy(cut.bans, at)).toEqual(decidedBy(bans, at));
    }
  }
  return bans.length;
}

function everyNth(n: number): (times: readonly number[]) => readonly number[] {
  return (times) => times.filter((_, i) => i % n === 0);
}

describe('a log cut off when a ban was decided gives the same ban', () => {
  test('on any traffic', async () => {
    let bans = 0;
    await fc.assert(
      fc.asyncProperty(traffic, async (records) => {
        bans += await expectSameWhenCut(records, {});
      }),
      { seed: 21, numRuns: 40 },
    );
    expect(bans).toBeGreaterThan(40);
  });

  test.each(['v2', 'v5'] as const)('on the recorded tools and callers, %s', async (version) => {
    const { records, site } = await labLog('lab_all_P1', version);
    expect(await expectSameWhenCut(records, { site })).toBeGreaterThan(30);
  });

  test('on the recorded day', async () => {
    const { records, site } = await recordedDay();
    expect(await expectSameWhenCut(records, { site }, everyNth(40))).toBeGreaterThan(100);
  });
});

describe('bans', () => {
  test('are made after the evidence, the evidence after the source was first seen', async () => {
    await fc.assert(
      fc.asyncProperty(traffic, async (records) => {
        const { bans } = await judged(records);
        for (const { key, bannedAt, evidence, expiresAt } of bans) {
          const seen = records.filter(({ source }) => sourceKey(source) === key).map(({ end }) => end);
          expect(evidence.length).toBeGreaterThan(0);
          expect(bannedAt).toBeLessThan(expiresAt);
          for (const { at } of evidence) {
            expect(at).toBeGreaterThan(Math.min(...seen));
            expect(at).toBeLessThan(bannedAt);
          }
        }
      }),
      { seed: 22, numRuns: 100 },
    );
  });

  test('I1: never cover an own or allowlisted address, whatever the records say', async () => {
    const { allowlist } = judgeContext();
    await fc.assert(
      fc.asyncProperty(traffic, async (records) => {
        const { bans } = await judged(records);
        expect(bans.filter(({ cidr }) => allowlist.overlaps(parseCidr(cidr)))).toEqual([]);
      }),
      { seed: 23, numRuns: 100 },
    );
  });

  test('I1: nor one that operators allow, of all that would be banned', async () => {
    const { records, site } = await labLog('lab_all_P1', 'v2');
    const { bans } = await judged(records, { site });
    const allowed = bans.map(({ cidr }) => cidr);
    const without = await judged(records, { site, allowed });
    expect(without.bans).toEqual([]);
    const trusted = without.verdicts.filter(({ trust }) => trust === 'on the allowlist');
    expect(trusted.length).toBeGreaterThan(20);
  });
});
