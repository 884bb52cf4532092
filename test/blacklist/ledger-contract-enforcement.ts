import { AddressError } from '../../lambda/address';
import { type Ledger, LedgerConflictError } from '../../lambda/blacklist/ledger';
import { T0 } from './values';

/** Allow items, owned entries, lease and pause. */
export function enforcementContract(create: () => Promise<Ledger>): void {
  let ledger: Ledger;
  beforeEach(async () => {
    ledger = await create();
  });

  describe('allow items', () => {
    test('are canonical and ordered by address', async () => {
      for (const cidr of ['2001:DB8::/32', '203.0.113.0/24', '198.51.100.7', '198.51.100.0/24']) {
        await ledger.allow(cidr, 'alice', 'carrier', T0);
      }
      await ledger.allow('198.51.100.7/32', 'alice', 'the same again', T0);
      expect(await ledger.allowedCidrs()).toEqual([
        '198.51.100.0/24',
        '198.51.100.7/32',
        '203.0.113.0/24',
        '2001:db8::/32',
      ]);
    });

    test('go when they are disallowed, and leave a history under the key of the CIDR', async () => {
      await ledger.allow('203.0.113.7/32', 'alice', 'carrier', T0);
      await ledger.disallow('203.0.113.7', 'bob', 'contract ended', T0 + 60);
      expect(await ledger.allowedCidrs()).toEqual([]);
      expect(await ledger.history('203.0.113.7')).toEqual([
        { at: T0, action: 'allow', by: 'alice', detail: 'carrier' },
        { at: T0 + 60, action: 'disallow', by: 'bob', detail: 'contract ended' },
      ]);
    });

    test('done twice in a second by one person for two reasons leave two lines', async () => {
      for (const because of ['carrier', 'their second trunk', 'carrier']) {
        await ledger.allow('203.0.113.7', 'alice', because, T0);
      }
      const reasons = (await ledger.history('203.0.113.7')).map(({ detail }) => detail);
      expect(reasons.sort()).toEqual(['carrier', 'their second trunk']);
    });

    test.each(['203.0.113.7/24', '203.0.113.0/33', '203.0.113', ''])('%j is refused', async (cidr) => {
      await expect(ledger.allow(cidr, 'alice', 'carrier', T0)).rejects.toThrow(AddressError);
      await expect(ledger.disallow(cidr, 'alice', 'carrier', T0)).rejects.toThrow(AddressError);
      expect(await ledger.allowedCidrs()).toEqual([]);
    });
  });

  test('owned entries are kept for each network ACL, ordered by rule number', async () => {
    const entry = (ruleNumber: number, cidr: string, networkAclId = 'acl-1') => ({
      networkAclId,
      ruleNumber,
      cidr,
      fence: 3,
      recordedAt: T0,
    });
    await ledger.recordOwnedEntry(entry(100, '198.51.100.1/32'));
    await ledger.recordOwnedEntry(entry(9, '198.51.100.2/32'));
    await ledger.recordOwnedEntry(entry(9, '198.51.100.3/32', 'acl-2'));
    await ledger.recordOwnedEntry(entry(9, '198.51.100.4/32'));
    await ledger.recordOwnedEntry(entry(20, '2001:db8:1:2::/64'));
    await ledger.forgetOwnedEntry('acl-1', 20, 3);
    await ledger.forgetOwnedEntry('acl-3', 20, 3);
    expect(await ledger.ownedEntries('acl-1')).toEqual([
      entry(9, '198.51.100.4/32'),
      entry(100, '198.51.100.1/32'),
    ]);
    expect(await ledger.ownedEntries('acl-2')).toEqual([entry(9, '198.51.100.3/32', 'acl-2')]);
    expect(await ledger.ownedEntries('acl-3')).toEqual([]);
  });

  test('an owned entry is neither overwritten nor removed by a writer whose lease is older (I9)', async () => {
    const entry = { networkAclId: 'acl-1', ruleNumber: 5, cidr: '198.51.100.1/32', recordedAt: T0 };
    await ledger.recordOwnedEntry({ ...entry, fence: 2 });
    const late = { ...entry, cidr: '198.51.100.2/32', fence: 1 };
    await expect(ledger.recordOwnedEntry(late)).rejects.toThrow(LedgerConflictError);
    await expect(ledger.forgetOwnedEntry('acl-1', 5, 1)).rejects.toThrow(LedgerConflictError);
    expect(await ledger.ownedEntries('acl-1')).toEqual([{ ...entry, fence: 2 }]);
    await ledger.recordOwnedEntry({ ...late, fence: 3 });
    await ledger.forgetOwnedEntry('acl-1', 5, 3);
    expect(await ledger.ownedEntries('acl-1')).toEqual([]);
  });

  test('the gate shows lease and pause as they are', async () => {
    expect(await ledger.gate()).toEqual({});
    const lease = await ledger.acquireLease('a', T0 * 1000, 1000);
    expect(await ledger.gate()).toEqual({ lease });
    const pause = { by: 'alice', because: 'maintenance', at: T0 };
    await ledger.setPaused(pause);
    expect(await ledger.gate()).toEqual({ lease, pause });
  });

  describe('the lease', () => {
    const now = T0 * 1000;

    test('is held by one, renewed by its holder, and taken by others when it has run out', async () => {
      expect(await ledger.acquireLease('a', now, 1000)).toEqual({
        holder: 'a',
        expiresAtMs: now + 1000,
        fence: 1,
      });
      expect(await ledger.acquireLease('b', now + 999, 1000)).toBeUndefined();
      expect(await ledger.acquireLease('a', now + 999, 1000)).toEqual({
        holder: 'a',
        expiresAtMs: now + 1999,
        fence: 1,
      });
      expect(await ledger.acquireLease('b', now + 1999, 1000)).toMatchObject({ holder: 'b', fence: 2 });
      expect(await ledger.acquireLease('a', now + 2000, 1000)).toBeUndefined();
    });

    test('is taken anew by a holder who let it run out: others may have acted in between', async () => {
      await ledger.acquireLease('a', now, 1000);
      expect(await ledger.acquireLease('a', now + 1000, 1000)).toMatchObject({ fence: 2 });
    });

    test('given back, it is free at once, and its fence still grows', async () => {
      const lease = await ledger.acquireLease('a', now, 1000);
      await ledger.releaseLease(lease ?? fail());
      expect(await ledger.acquireLease('b', now, 1000)).toMatchObject({ holder: 'b', fence: 2 });
    });

    test('one that was lost cannot be given back', async () => {
      const lost = (await ledger.acquireLease('a', now, 1000)) ?? fail();
      await ledger.acquireLease('b', now + 1000, 1000);
      await ledger.releaseLease(lost);
      await ledger.releaseLease({ ...lost, holder: 'b' });
      expect(await ledger.acquireLease('c', now + 1001, 1000)).toBeUndefined();
    });

    test('that ends later than any clock could say in good faith stops nobody', async () => {
      const year = 365 * 86_400_000;
      await ledger.acquireLease('clock a year ahead', now + year, 1000);
      expect(await ledger.acquireLease('b', now, 1000)).toMatchObject({ holder: 'b', fence: 2 });
      await ledger.releaseLease((await ledger.acquireLease('b', now, 1000)) ?? fail());
      await ledger.acquireLease('four minutes ahead', now + 240_000, 1000);
      expect(await ledger.acquireLease('b', now, 1000)).toBeUndefined();
    });

    test('is won by one of several who ask at the same time', async () => {
      const asked = await Promise.all(
        ['a', 'b', 'c', 'd'].map((holder) => ledger.acquireLease(holder, now, 1000)),
      );
      expect(asked.filter((lease) => lease !== undefined)).toHaveLength(1);
    });
  });

  test('a pause holds until it is lifted', async () => {
    const pause = { by: 'alice', because: 'maintenance', at: T0 };
    expect(await ledger.paused()).toBeUndefined();
    await ledger.setPaused(pause);
    expect(await ledger.paused()).toEqual(pause);
    await ledger.setPaused({ ...pause, by: 'bob' });
    expect(await ledger.paused()).toMatchObject({ by: 'bob' });
    await ledger.setPaused(undefined);
    await ledger.setPaused(undefined);
    expect(await ledger.paused()).toBeUndefined();
  });
}

function fail(): never {
  throw new Error('no lease');
}
