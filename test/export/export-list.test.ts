import { CidrSet, formatCidr } from '../../lambda/address';
import { MemoryLedger } from '../../lambda/blacklist/memory-ledger';
import { LedgerUnavailableError } from '../../lambda/blacklist/ledger';
import type { FactSources } from '../../lambda/enforcement/facts';
import { readExportList } from '../../lambda/export';
import { NOW, ban } from '../enforcement/support/bans';
import { deployment } from '../enforcement/support/deployment';
import { feed } from '../enforcement/support/feeds';

const sourcesOf = (ledger: FactSources['ledger'], change = {}) => ({
  ledger,
  deployment: deployment(change),
  clock: () => NOW * 1000,
});

async function ledgerWith(...sources: string[]): Promise<MemoryLedger> {
  const ledger = new MemoryLedger();
  for (const source of sources) await ledger.putBan(ban(source), 'detector');
  return ledger;
}

/** The ledger with some of its answers changed. */
const withChange = (ledger: MemoryLedger, change: Partial<FactSources['ledger']>): FactSources['ledger'] => ({
  bansInForce: (now) => ledger.bansInForce(now),
  allowedCidrs: () => ledger.allowedCidrs(),
  legitimateSources: (now) => ledger.legitimateSources(now),
  holds: () => ledger.holds(),
  feedsInForce: (now) => ledger.feedsInForce(now),
  ...change,
});

const textOf = async (sources: ReturnType<typeof sourcesOf>, standing = CidrSet.empty) =>
  (await readExportList(sources, async () => standing)).cidrs.map(formatCidr);

it('lists the bans in force, and no longer than they are', async () => {
  const ledger = await ledgerWith('198.18.1.2', '2001:db8:bad::7');
  await ledger.putBan(ban('198.18.1.9', { expiresAt: NOW }), 'detector');
  expect(await textOf(sourcesOf(ledger))).toEqual(['198.18.1.2/32', '2001:db8:bad::/64']);
});

it('leaves out what is allowed, by configuration or by an operator, however it got into the ledger (I1)', async () => {
  const ledger = await ledgerWith('198.18.1.0/30', '103.55.116.9', '10.20.1.1', '192.0.2.5');
  await ledger.allow('198.18.1.1', 'op', 'a monitor', NOW);
  expect(await textOf(sourcesOf(ledger))).toEqual(['198.18.1.0/32', '198.18.1.2/31']);
});

it('leaves out what an operator allows while the list is being made (I1)', async () => {
  const ledger = await ledgerWith('198.18.1.2', '198.18.1.4');
  let reads = 0;
  const slow = withChange(ledger, {
    allowedCidrs: async () => (++reads === 1 ? [] : ['198.18.1.4/32']),
  });
  expect(await textOf(sourcesOf(slow))).toEqual(['198.18.1.2/32']);
  expect(reads).toBe(2);
});

it('is empty where the ledger was read as empty, or where all that is banned is allowed', async () => {
  expect(await textOf(sourcesOf(new MemoryLedger()))).toEqual([]);
  expect(await textOf(sourcesOf(await ledgerWith('103.55.116.9')))).toEqual([]);
});

it('is nothing at all where the ledger cannot be read (I6)', async () => {
  const ledger = await ledgerWith('198.18.1.2');
  const broken = withChange(ledger, {
    bansInForce: () => Promise.reject(new LedgerUnavailableError('throttled')),
  });
  await expect(readExportList(sourcesOf(broken), async () => CidrSet.empty)).rejects.toThrow('throttled');
});

it('lists what feeds ask for too, without what is allowed, held or known to call', async () => {
  const ledger = await ledgerWith('198.18.1.2');
  await ledger.putFeed(
    feed({ cidrs: ['198.18.2.0/24', '103.55.116.7/32', '198.18.3.1/32', '198.18.4.0/24'] }),
  );
  await ledger.hold({ cidr: '198.18.3.0/24', at: NOW, until: NOW + 60, by: 'op', because: 'a partner' });
  await ledger.recordLegitimate(new Map([['198.18.4.9', NOW + 60]]));
  expect(await textOf(sourcesOf(ledger))).toEqual(['198.18.1.2/32', '198.18.2.0/24']);
});

describe('while the breaker is tripped', () => {
  const burst = ['198.18.1.1', '198.18.1.2', '198.18.1.3'];
  const tight = { ban: { first: '1h', factor: 4, max: '30d', maxNewPerHour: 2 } };

  it('lists what came before it and what stands already, not what it holds back (I10)', async () => {
    const ledger = await ledgerWith(...burst);
    expect(await textOf(sourcesOf(ledger, tight))).toHaveLength(2);
    const standing = CidrSet.parse(burst);
    expect(await textOf(sourcesOf(ledger, tight), standing)).toEqual(['198.18.1.1/32', '198.18.1.2/31']);
  });

  it('gives out nothing where everything is held back: that would be an empty list of a ledger that is not', async () => {
    const ledger = new MemoryLedger();
    for (const [i, source] of burst.entries())
      await ledger.putBan(ban(source, { bannedAt: NOW - 1800 + i }), 'detector');
    // The first two have ended since: the third alone is in force, and tripped it.
    const later = withChange(ledger, {
      bansInForce: async () => [ban('198.18.1.3', { bannedAt: NOW - 1 })],
    });
    const options = sourcesOf(later, { ban: { ...tight.ban, maxNewPerHour: 0 } });
    await expect(readExportList(options, async () => CidrSet.empty)).rejects.toThrow(
      /holds all 1 bans .* nothing is exported/,
    );
  });
});
