import { formatCidr } from '../../lambda/address';
import { legitimateBesides } from '../../lambda/enforcement/legitimate';
import { NOW, ban } from './support/bans';
import { World } from './support/world';

const cidrsOf = (...args: Parameters<typeof legitimateBesides>) =>
  legitimateBesides(...args).map(({ cidr }) => formatCidr(cidr));

describe('known legitimate sources', () => {
  it('are never to be covered, at any price', () => {
    expect(legitimateBesides([], ['198.51.100.7'])).toMatchObject([{ cost: Infinity }]);
    expect(cidrsOf([], ['198.51.100.7', '2001:db8:1:2::/64'])).toEqual([
      '198.51.100.7/32',
      '2001:db8:1:2::/64',
    ]);
  });

  it('do not stand in the way of their own ban', () => {
    expect(cidrsOf([ban('198.51.100.7')], ['198.51.100.7', '198.51.100.8'])).toEqual(['198.51.100.8/32']);
  });

  it('of which an operator banned a part keep the rest', () => {
    const rest = cidrsOf([ban('2001:db8:1:2::/65', { origin: 'operator' })], ['2001:db8:1:2::/64']);
    expect(rest).toEqual(['2001:db8:1:2:8000::/65']);
  });
});

describe('an entry for a whole /24', () => {
  let world: World;
  beforeEach(async () => {
    world = await World.start();
    // One slot for three sources whose evidence cannot be forged: a density of 1.2 % earns the /24.
    world.deployment = {
      ...world.deployment,
      networkAcls: world.deployment.networkAcls.map((acl) => ({ ...acl, slots: { ipv4: 1, ipv6: 1 } })),
    };
    for (const source of ['198.51.100.7', '198.51.100.99', '198.51.100.200']) {
      await world.ledger.putBan(ban(source), 'detector');
    }
  });
  afterEach(() => world.close());

  it('is made where nobody legitimate is known there', async () => {
    await world.reconcile();
    expect(world.denies()).toEqual(['1 198.51.100.0/24']);
  });

  it('is never made over the head of a phone that we know', async () => {
    await world.ledger.recordLegitimate(new Map([['198.51.100.42', NOW + 86_400]]));
    const report = await world.reconcile();
    expect(world.denies()).toHaveLength(1);
    expect(world.denies()).not.toEqual(['1 198.51.100.0/24']);
    expect(report.overflow.length).toBeGreaterThan(0);
  });

  it('gives way when a phone there becomes known, and comes back when its trust has ended', async () => {
    await world.reconcile();
    await world.ledger.recordLegitimate(new Map([['198.51.100.42', NOW + 600]]));
    await world.reconcile();
    expect(world.denies()).not.toEqual(['1 198.51.100.0/24']);
    world.nowMs += 600_000;
    await world.reconcile();
    expect(world.denies()).toEqual(['1 198.51.100.0/24']);
  });

  it('I6: is left as it stands while the legitimate sources cannot be read', async () => {
    await world.reconcile();
    world.takeChanges();
    const unread = new Error('throttled');
    jest.spyOn(world.ledger, 'legitimateSources').mockRejectedValue(unread);
    world.nowMs += 7200_000;
    await expect(world.reconcile()).rejects.toBe(unread);
    expect(world.takeChanges()).toEqual([]);
  });
});
