import { type Ledger, LedgerConflictError } from '../../lambda/blacklist/ledger';
import { HOUR, T0, ban } from './values';

/** Bans and history. */
export function banContract(create: () => Promise<Ledger>): void {
  const key = '198.51.100.7';
  let ledger: Ledger;
  beforeEach(async () => {
    ledger = await create();
  });
  const latest = async () => (await ledger.latestBans([key])).get(key);
  const actions = async () => (await ledger.history(key)).map(({ at, action }) => `${at - T0} ${action}`);

  describe('bans', () => {
    test('a ban is the latest, in force until before expiresAt whatever clock made it, and in the history', async () => {
      await ledger.putBan(ban(), 'detector');
      expect(await latest()).toEqual(ban());
      const counts = await Promise.all(
        [T0 - 1, T0, T0 + HOUR - 1, T0 + HOUR].map((now) => ledger.bansInForce(now)),
      );
      expect(counts).toEqual([[ban()], [ban()], [ban()], []]);
      expect(await ledger.history(key)).toEqual([
        {
          at: T0,
          action: 'ban',
          by: 'detector',
          detail:
            '198.51.100.7/32 for 1h, offence 1: dark-addresses: 4 own addresses that never answered SIP in 1 h',
        },
      ]);
    });

    test('putting it again changes nothing', async () => {
      await ledger.putBan(ban(), 'detector');
      await ledger.updateBanWeight(ban(), 99, T0 + 60);
      await ledger.putBan(ban(), 'detector');
      expect(await ledger.bansInForce(T0 + 60)).toEqual([ban({ weight: 99, weightAt: T0 + 60 })]);
      expect(await actions()).toEqual(['0 ban']);
    });

    test('a later ban takes its place, in force or not', async () => {
      const second = ban({ bannedAt: T0 + 2 * HOUR, expiresAt: T0 + 6 * HOUR, offence: 2 });
      const byHand = ban({
        bannedAt: T0 + 3 * HOUR,
        expiresAt: T0 + 4 * HOUR,
        origin: 'operator',
        because: 'test',
      });
      await ledger.putBan(ban(), 'detector');
      await ledger.putBan(second, 'detector');
      expect(await latest()).toEqual(second);
      await ledger.putBan(byHand, 'alice');
      expect(await ledger.bansInForce(T0 + 3 * HOUR)).toEqual([byHand]);
      expect(await ledger.bansInForce(T0 + 5 * HOUR)).toEqual([]);
      expect(await actions()).toEqual(['0 ban', '7200 ban', '10800 ban']);
    });

    test('an older ban never takes the place of a newer one, and leaves no history', async () => {
      await ledger.putBan(ban({ bannedAt: T0 + 1 }), 'detector');
      await expect(ledger.putBan(ban(), 'detector')).rejects.toThrow(LedgerConflictError);
      expect(await latest()).toEqual(ban({ bannedAt: T0 + 1 }));
      expect(await actions()).toEqual(['1 ban']);
    });

    test('within a second the operator’s word counts, whoever was first', async () => {
      const byHand = ban({ origin: 'operator', expiresAt: T0 + 24 * HOUR, because: 'known scanner' });
      await ledger.putBan(ban(), 'detector');
      await ledger.putBan(byHand, 'alice');
      await expect(ledger.putBan(ban(), 'detector')).rejects.toThrow(LedgerConflictError);
      expect(await ledger.bansInForce(T0)).toEqual([byHand]);
    });

    test('bans in force are ordered by key, and complete', async () => {
      const keys = Array.from({ length: 120 }, (_, i) => `198.51.100.${i}`);
      await Promise.all(keys.map((one) => ledger.putBan(ban({ key: one, cidr: `${one}/32` }), 'detector')));
      const v6 = ban({ key: '2001:db8:1:2::/64', source: '2001:db8:1:2::7', cidr: '2001:db8:1:2::/64' });
      await ledger.putBan(v6, 'detector');
      const read = await ledger.bansInForce(T0);
      expect(read.map((one) => one.key)).toEqual([...keys, v6.key].sort());
      expect(await ledger.latestBans([...keys, '203.0.113.1'])).toHaveProperty('size', 120);
    });

    test('several who ban at the same time agree on one ban', async () => {
      const bans = [0, 1, 2, 3].map((n) => ban({ bannedAt: T0 + n, expiresAt: T0 + HOUR + n }));
      await Promise.allSettled(bans.map((one) => ledger.putBan(one, 'detector')));
      expect(await latest()).toEqual(bans[3]);
      expect(await ledger.bansInForce(T0 + 60)).toEqual([bans[3]]);
    });
  });

  describe('weights of bans', () => {
    test('are updated in time order, of the ban that is in force', async () => {
      await ledger.putBan(ban(), 'detector');
      await ledger.updateBanWeight(ban(), 50, T0 + 600);
      await ledger.updateBanWeight(ban(), 40, T0 + 300);
      expect(await ledger.bansInForce(T0 + 600)).toEqual([ban({ weight: 50, weightAt: T0 + 600 })]);
    });

    test('of the same time: the last one stands', async () => {
      await ledger.putBan(ban(), 'detector');
      await ledger.updateBanWeight(ban(), 50, T0);
      await ledger.updateBanWeight(ban(), 40, T0);
      expect(await ledger.bansInForce(T0)).toEqual([ban({ weight: 40, weightAt: T0 })]);
    });

    test('of a ban that is not there, or no longer the latest, change nothing', async () => {
      await ledger.updateBanWeight(ban(), 50, T0 + 600);
      expect(await ledger.bansInForce(T0)).toEqual([]);
      const second = ban({ bannedAt: T0 + 60, expiresAt: T0 + HOUR });
      await ledger.putBan(ban(), 'detector');
      await ledger.putBan(second, 'detector');
      await ledger.updateBanWeight(ban(), 50, T0 + 600);
      expect(await ledger.bansInForce(T0 + 600)).toEqual([second]);
    });
  });

  describe('endBan', () => {
    const ended = ban({ expiresAt: T0 + 600, endedAt: T0 + 600 });

    test('ends a ban at once', async () => {
      await ledger.putBan(ban(), 'detector');
      expect(await ledger.endBan(key, T0 + 600, 'alice', 'our own monitor')).toEqual(ban());
      expect(await ledger.bansInForce(T0 + 600)).toEqual([]);
      expect(await latest()).toEqual(ended);
      expect(await actions()).toEqual(['0 ban', '600 unban']);
      expect((await ledger.history(key))[1]).toMatchObject({ by: 'alice', detail: 'our own monitor' });
    });

    test('a retry of the ban does not bring it back', async () => {
      await ledger.putBan(ban(), 'detector');
      await ledger.endBan(key, T0 + 600, 'alice', 'our own monitor');
      await ledger.putBan(ban(), 'detector');
      expect(await ledger.bansInForce(T0 + 600)).toEqual([]);
      expect(await latest()).toEqual(ended);
    });

    test('has nothing to do without a ban, or after its end', async () => {
      expect(await ledger.endBan(key, T0, 'alice', 'why not')).toBeUndefined();
      await ledger.putBan(ban(), 'detector');
      expect(await ledger.endBan(key, T0 + HOUR, 'alice', 'why not')).toBeUndefined();
      expect(await latest()).toEqual(ban());
      expect(await actions()).toEqual(['0 ban']);
    });

    test('a new ban may follow', async () => {
      await ledger.putBan(ban(), 'detector');
      await ledger.endBan(key, T0 + 600, 'alice', 'on probation');
      const again = ban({ bannedAt: T0 + 900, expiresAt: T0 + 5 * HOUR });
      await ledger.putBan(again, 'detector');
      expect(await ledger.bansInForce(T0 + 900)).toEqual([again]);
    });
  });

  test('the history of a key that nothing was done to is empty', async () => {
    expect(await ledger.history('203.0.113.1')).toEqual([]);
  });
}
