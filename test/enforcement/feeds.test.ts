import fc from 'fast-check';
import { CidrSet, formatCidr, parseCidr } from '../../lambda/address';
import { feedBlocks, feedBlocksBeside } from '../../lambda/enforcement/feed-blocks';
import { planIpSet } from '../../lambda/enforcement/ip-set-plan';
import { banTargets } from '../../lambda/enforcement/ban-target';
import { NOW, ban } from './support/bans';
import { feed } from './support/feeds';
import { World } from './support/world';

const limits = { allowlist: CidrSet.parse(['203.0.113.0/24']), held: [], legitimate: [] };
const texts = (cidrs: readonly { family: 4 | 6 }[]) =>
  cidrs.map((cidr) => formatCidr(cidr as ReturnType<typeof parseCidr>));
const many = (count: number) =>
  Array.from({ length: count }, (_, i) => `198.18.${i >> 7}.${(i & 127) * 2}/32`);

describe('what feeds ask for', () => {
  it('comes in the order of their weights, and once', () => {
    const light = feed({ name: 'a', weight: 0.1, cidrs: ['198.18.1.0/24', '198.18.9.1/32'] });
    const heavy = feed({ name: 'b', weight: 0.9, cidrs: ['198.18.1.7/32', '198.18.2.1/32'] });
    // The block around an entry of the heavier feed goes; what the heavier one lists stays denied.
    expect(texts(feedBlocks([light, heavy], limits))).toEqual([
      '198.18.1.7/32',
      '198.18.2.1/32',
      '198.18.9.1/32',
    ]);
  });

  it('never touches the allowlist, a hold or a source known to call: such an entry is left out whole (I1)', () => {
    const cidrs = ['203.0.113.9/32', '203.0.112.0/20', '198.18.3.0/24', '198.18.4.4/32', '198.18.5.5/32'];
    const spared = { ...limits, held: ['198.18.3.7/32'], legitimate: ['198.18.4.4'] };
    expect(texts(feedBlocks([feed({ cidrs })], spared))).toEqual(['198.18.5.5/32']);
  });

  it('is disjoint from every ban, whatever room there is', () => {
    const block = fc
      .tuple(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 24, max: 32 }))
      .map(([octet, length]) => parseCidr(`198.18.1.${octet}/${length}`, { hostBits: 'mask' }));
    fc.assert(
      fc.property(fc.array(block), fc.array(block), fc.integer({ min: -1, max: 6 }), (feeds, bans, room) => {
        const set = CidrSet.of(bans);
        const beside = feedBlocksBeside(feeds, set, room);
        expect(beside.length).toBeLessThanOrEqual(Math.max(0, room));
        expect(beside.some((cidr) => set.overlaps(cidr))).toBe(false);
      }),
    );
  });
});

describe('an IP set', () => {
  const targets = banTargets(
    [ban('192.0.2.1', { weight: 0.001 }), ban('192.0.2.3', { weight: 5 })],
    NOW,
    CidrSet.empty,
  );
  const feeds = ['198.18.1.1', '198.18.1.3', '192.0.2.0/24'].map((text) => parseCidr(text));

  it('takes feeds where bans leave room, and none that covers a ban', () => {
    const plan = planIpSet({ family: 4, targets, feeds, observed: [], capacity: 3 });
    expect(texts(plan.addresses)).toEqual(['192.0.2.1/32', '192.0.2.3/32', '198.18.1.1/32']);
    expect(plan.overflow).toEqual([]);
  });

  it('gives a feed’s place to the lightest ban at once: hearsay ranks below own evidence', () => {
    const observed = feeds.slice(0, 2);
    const plan = planIpSet({ family: 4, targets, feeds, observed, capacity: 2 });
    expect(texts(plan.addresses)).toEqual(['192.0.2.1/32', '192.0.2.3/32']);
  });
});

describe('reconciling over the wire', () => {
  let world: World;
  beforeEach(async () => (world = await World.start()));
  afterEach(() => world.close());

  it('fills what bans leave of slots and sets with feeds, and calls nothing the second time (I4)', async () => {
    await world.ledger.putBan(ban('192.0.2.77'), 'detector');
    world.deployment = { ...world.deployment, allowlist: [] };
    await world.ledger.putFeed(feed({ cidrs: [...many(30), '2001:db8:bad::/64'] }));
    await world.reconcile();
    expect(world.denies().filter((line) => line.endsWith(' 192.0.2.77/32'))).toHaveLength(1);
    expect(world.denies()).toHaveLength(19);
    expect(world.listed('IPV4')).toHaveLength(31);
    expect(world.listed('IPV6')).toEqual(['2001:0db8:0bad:0000:0000:0000:0000:0000/64']);
    world.takeChanges();
    await world.reconcile();
    expect(world.takeChanges()).toEqual([]);
  });

  it('gives slots to bans, the lightest too, as soon as there are more', async () => {
    world.deployment = { ...world.deployment, allowlist: [] };
    await world.ledger.putFeed(feed({ cidrs: many(30) }));
    await world.reconcile();
    for (let i = 0; i < 18; i++)
      await world.ledger.putBan(ban(`192.0.2.${2 * i}`, { weight: 1e-3 }), 'detector');
    await world.reconcile();
    expect(world.denies().every((line) => line.includes(' 192.0.2.'))).toBe(true);
    expect(world.denies()).toHaveLength(18);
  });

  it('lifts a feed once it has expired, and nothing else (I8)', async () => {
    world.deployment = { ...world.deployment, allowlist: [] };
    await world.ledger.putBan(ban('192.0.2.77', { expiresAt: NOW + 200_000 }), 'detector');
    await world.ledger.putFeed(feed({ cidrs: many(3) }));
    await world.reconcile();
    expect(world.listed('IPV4')).toHaveLength(4);
    world.nowMs += 86_400_000;
    await world.reconcile();
    expect(world.listed('IPV4')).toEqual(['192.0.2.77/32']);
    expect(world.denies()).toHaveLength(1);
  });

  it('changes nothing where a feed cannot be read in full (I6)', async () => {
    await world.ledger.putFeed(feed({ cidrs: many(3) }));
    await world.reconcile();
    world.takeChanges();
    jest.spyOn(world.ledger, 'feedsInForce').mockRejectedValue(new Error('feed apiban has 1 of 2 parts'));
    await expect(world.reconcile()).rejects.toThrow('1 of 2 parts');
    expect(world.takeChanges()).toEqual([]);
    expect(world.listed('IPV4')).toHaveLength(3);
  });
});
