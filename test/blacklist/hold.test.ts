import { holdAgainst } from '../../lambda/blacklist/hold';
import { judgePending } from '../../lambda/blacklist/judge-pending';
import { MemoryLedger } from '../../lambda/blacklist/memory-ledger';
import { contributionsOf, judgeOptions } from '../support/detection-judging';
import { HOUR, MINUTE, SCANNER, sweep, T0 } from '../support/detection-records';
import { ban } from './values';

/** When the sweep's window, which starts at T0, is decided. */
const DECIDED = T0 + 2 * MINUTE;
const hold = { cidr: `${SCANNER}/32`, at: T0, until: T0 + HOUR, by: 'alice', because: 'our monitor' };

describe('a hold', () => {
  const inForce = ban({ bannedAt: 1000, expiresAt: 4600 });

  test.each([
    ['of the source', { cidr: '198.51.100.7/32', at: 900, until: 2000 }, true],
    ['of a network around it', { cidr: '198.51.100.0/24', at: 900, until: 2000 }, true],
    ['of a part of it', { cidr: '198.51.100.7/32', at: 900, until: 2000 }, true],
    ['given after the decision was due, before the ban would be over', { at: 1200, until: 2000 }, true],
    ['of somebody else', { cidr: '198.51.100.8/32', at: 900, until: 2000 }, false],
    ['of the other family', { cidr: '2001:db8::/32', at: 900, until: 2000 }, false],
    ['that ends when the ban would begin', { at: 900, until: 1000 }, false],
    ['given when the ban would be over already: that is history', { at: 4600, until: 9000 }, false],
  ])('%s: %#', (_, part, stops) => {
    const given = { ...hold, cidr: '198.51.100.7/32', ...part };
    expect(holdAgainst(inForce, [given])).toEqual(stops ? given : undefined);
  });
});

describe('judging what is pending', () => {
  async function judged(prepare: (ledger: MemoryLedger) => Promise<void>) {
    const ledger = new MemoryLedger();
    await ledger.recordContributions(contributionsOf(sweep(3)));
    await prepare(ledger);
    const report = await judgePending(judgeOptions(ledger, Infinity));
    return { ledger, report };
  }

  test('bans nobody inside a hold, whose probing is still counted', async () => {
    const { ledger, report } = await judged((one) => one.hold(hold));
    expect(report).toMatchObject({ bans: 0, probeSources: 1 });
    expect(await ledger.bansInForce(DECIDED)).toEqual([]);
    expect((await ledger.latestBans([SCANNER])).size).toBe(0);
  });

  test('bans when the hold was released, is over or is for somebody else', async () => {
    const released = async (ledger: MemoryLedger) => {
      await ledger.hold(hold);
      await ledger.releaseHold(hold.cidr, 'alice', 'not ours after all', T0);
    };
    for (const prepare of [
      released,
      (ledger: MemoryLedger) => ledger.hold({ ...hold, until: DECIDED }),
      (ledger: MemoryLedger) => ledger.hold({ ...hold, cidr: '192.0.2.1/32' }),
    ]) {
      const { ledger, report } = await judged(prepare);
      expect(report).toMatchObject({ bans: 1 });
      expect(await ledger.bansInForce(DECIDED)).toMatchObject([{ source: SCANNER }]);
    }
  });

  test('bans after the hold on new evidence only', async () => {
    const { ledger } = await judged((one) => one.hold(hold));
    await ledger.recordContributions(contributionsOf(sweep(1, { at: T0 + 2 * HOUR })));
    expect(await judgePending(judgeOptions(ledger, Infinity))).toMatchObject({ bans: 0 });
    await ledger.recordContributions(contributionsOf(sweep(3, { at: T0 + 3 * HOUR })));
    expect(await judgePending(judgeOptions(ledger, Infinity))).toMatchObject({ bans: 1 });
  });

  test('reads the holds only when a ban is about to be made, and once', async () => {
    const ledger = new MemoryLedger();
    const read = jest.spyOn(ledger, 'holds');
    await ledger.recordContributions(contributionsOf(sweep(1)));
    await judgePending(judgeOptions(ledger, Infinity));
    expect(read).toHaveBeenCalledTimes(0);
    const scanners = ['198.18.0.8', '198.18.0.9'].flatMap((source) =>
      sweep(3, { source, at: T0 + 10 * MINUTE }),
    );
    await ledger.recordContributions(contributionsOf(scanners));
    expect(await judgePending(judgeOptions(ledger, Infinity))).toMatchObject({ bans: 2 });
    expect(read).toHaveBeenCalledTimes(1);
  });
});
