import { MemoryLedger } from '../../lambda/blacklist/memory-ledger';
import { ChangeGuard, DEADLINE_MARGIN_MS, LEASE_TTL_MS } from '../../lambda/enforcement/change-guard';

/** A guard whose clock the test moves. */
async function guarded(deadlineMs = 1_000_000) {
  const ledger = new MemoryLedger();
  const clock = { now: 1000 };
  const options = {
    ledger,
    deployment: { mode: 'enforce' as const },
    holder: 'run-1',
    clock: () => clock.now,
    deadlineMs,
  };
  const guard = await ChangeGuard.acquire(options);
  if (guard === undefined) throw new Error('nobody else holds the lease');
  return { ledger, clock, guard };
}

describe('before a change (I9)', () => {
  it('nothing is in the way of the one who holds the lease', async () => {
    const { guard } = await guarded();
    await expect(guard.check()).resolves.toBeUndefined();
  });

  it('a second writer gets no guard, and one after the lease was given back does', async () => {
    const { ledger, clock, guard } = await guarded();
    const other = {
      ledger,
      deployment: { mode: 'enforce' as const },
      holder: 'run-2',
      clock: () => clock.now,
      deadlineMs: 1_000_000,
    };
    expect(await ChangeGuard.acquire(other)).toBeUndefined();
    await guard.release();
    expect(await ChangeGuard.acquire(other)).toBeDefined();
  });

  it('the lease is renewed when half of it is gone', async () => {
    const { ledger, clock, guard } = await guarded();
    clock.now += LEASE_TTL_MS / 2 + 1;
    await guard.check();
    clock.now += LEASE_TTL_MS - 1;
    expect(await ledger.acquireLease('run-2', clock.now, LEASE_TTL_MS)).toBeUndefined();
  });

  it('a lease that ran out is lost for good', async () => {
    const { clock, guard } = await guarded();
    clock.now += LEASE_TTL_MS;
    await expect(guard.check()).rejects.toThrow('lease-lost');
    clock.now = 1000;
    await expect(guard.check()).rejects.toThrow('lease-lost');
  });

  it('a lease that somebody else took meanwhile is lost', async () => {
    const { ledger, clock, guard } = await guarded();
    // This writer's clock is behind: by the other's, the lease has run out.
    await ledger.acquireLease('run-2', 1000 + LEASE_TTL_MS, LEASE_TTL_MS);
    clock.now += LEASE_TTL_MS / 2 + 1;
    await expect(guard.check()).rejects.toThrow('lease-lost');
  });

  it('the last seconds before the deadline are for ending well', async () => {
    const { clock, guard } = await guarded(10_000);
    clock.now = 10_000 - DEADLINE_MARGIN_MS;
    await expect(guard.check()).rejects.toThrow('deadline');
  });

  it('an operator’s pause counts at once (I11)', async () => {
    const { ledger, guard } = await guarded();
    await ledger.setPaused({ by: 'ann', because: 'maintenance', at: 1 });
    await expect(guard.check()).rejects.toThrow('paused');
  });
});
