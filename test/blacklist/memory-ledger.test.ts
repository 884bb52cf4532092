import { MemoryLedger } from '../../lambda/blacklist/memory-ledger';
import { ledgerContract } from './ledger-contract';
import { HOUR, T0, ban, contribution } from './values';

describe('MemoryLedger', () => {
  ledgerContract(async () => new MemoryLedger());

  test('that forgets the past keeps what is not judged and not over', async () => {
    const ledger = new MemoryLedger({ forgetPast: true });
    await ledger.recordContributions([contribution(), contribution({ window: T0 + 300 })]);
    await ledger.advanceJudgedThrough(T0);
    expect(await ledger.contributionsOf(T0)).toHaveLength(1);
    await ledger.advanceJudgedThrough(T0 + 300);
    expect(await ledger.contributionsOf(T0)).toEqual([]);
    expect(await ledger.contributionsOf(T0 + 300)).toHaveLength(1);

    await ledger.putBan(ban(), 'detector');
    expect(await ledger.bansInForce(T0)).toHaveLength(1);
    expect(await ledger.bansInForce(T0 + HOUR)).toHaveLength(0);
    expect(await ledger.bansInForce(T0)).toHaveLength(0);
    expect(await ledger.latestBans(['198.51.100.7'])).toHaveProperty('size', 1);
  });
});
