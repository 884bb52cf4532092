import { AddressError } from '../../lambda/address';
import { ENVIRONMENT_KEY } from '../../lambda/blacklist/history';
import type { Ledger } from '../../lambda/blacklist/ledger';
import { DAY, HOUR, T0 } from './values';

/** Holds, notes and the last run. */
export function operatorContract(create: () => Promise<Ledger>): void {
  let ledger: Ledger;
  beforeEach(async () => {
    ledger = await create();
  });
  const hold = { cidr: '198.51.100.7', at: T0, until: T0 + DAY, by: 'alice', because: 'our monitor' };

  describe('holds', () => {
    test('are kept by canonical CIDR, a later one in place of an earlier, also when they are over', async () => {
      await ledger.hold({ ...hold, cidr: '2001:DB8::/64' });
      await ledger.hold(hold);
      await ledger.hold({ ...hold, until: T0 + 1, because: 'a second look' });
      expect(await ledger.holds()).toEqual([
        { ...hold, cidr: '198.51.100.7/32', until: T0 + 1, because: 'a second look' },
        { ...hold, cidr: '2001:db8::/64' },
      ]);
    });

    test('end by hand, and leave who, when and why in the history of the source', async () => {
      await ledger.hold(hold);
      await ledger.releaseHold('198.51.100.7/32', 'bob', 'monitor moved', T0 + HOUR);
      expect(await ledger.holds()).toEqual([]);
      expect(await ledger.history('198.51.100.7')).toEqual([
        {
          at: T0,
          action: 'hold',
          by: 'alice',
          detail: 'not banned automatically for 1d: our monitor',
        },
        { at: T0 + HOUR, action: 'release', by: 'bob', detail: 'monitor moved' },
      ]);
    });

    test('of no CIDR are refused', async () => {
      await expect(ledger.hold({ ...hold, cidr: '198.51.100.7/24' })).rejects.toThrow(AddressError);
      await expect(ledger.releaseHold('nowhere', 'bob', 'x', T0)).rejects.toThrow(AddressError);
      expect(await ledger.holds()).toEqual([]);
    });
  });

  test('what was done to the whole environment has a history of its own', async () => {
    const entry = { at: T0, action: 'pause', by: 'alice', detail: 'maintenance' } as const;
    await ledger.note(ENVIRONMENT_KEY, entry);
    await ledger.note(ENVIRONMENT_KEY, entry);
    expect(await ledger.history(ENVIRONMENT_KEY)).toEqual([entry]);
  });

  test('of the runs of the enforcer the last one is remembered', async () => {
    expect(await ledger.lastRun()).toBeUndefined();
    await ledger.recordRun({ at: T0, ok: false, changes: 0, detail: 'acl-1: throttled' });
    await ledger.recordRun({ at: T0 + 60, ok: true, changes: 2 });
    expect(await ledger.lastRun()).toEqual({ at: T0 + 60, ok: true, changes: 2 });
  });
}
