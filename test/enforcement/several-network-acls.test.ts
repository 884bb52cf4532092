import type { Deployment } from '../../lambda/enforcement';
import { NOW, ban } from './support/bans';
import { ACL } from './support/deployment';
import { World } from './support/world';

const OTHER = 'acl-0b1b2c3d4e5f60718';

let world: World;
beforeEach(async () => {
  world = await World.start();
});
afterEach(() => world.close());

/** A second network ACL, with so many rules of the customer's. */
function addOther(foreignRules: number, slots = { ipv4: 2, ipv6: 2 }): void {
  world.aws.networkAcls.seed({
    id: OTHER,
    vpcId: 'vpc-0a1b2c3d4e5f60718',
    entries: Array.from({ length: foreignRules }, (_, i) => ({
      ruleNumber: 100 + i,
      egress: false,
      protocol: '17',
      ruleAction: 'allow',
      cidrBlock: '0.0.0.0/0',
      portRange: { from: 5060, to: 5060 + i },
    })),
  });
  const acls: Deployment['networkAcls'] = [ACL, OTHER].map((id) => ({
    id,
    ruleNumbers: '1-50',
    quota: 20,
    slots: id === ACL ? { ipv4: 2, ipv6: 2 } : slots,
  }));
  world.deployment = { ...world.deployment, networkAcls: acls };
}

async function put(weights: Readonly<Record<string, number>>): Promise<void> {
  for (const [source, weight] of Object.entries(weights)) {
    await world.ledger.putBan(ban(source, { weight }), 'detector');
  }
}

const [A, B, C] = ['198.51.100.7', '203.0.113.9', '198.18.1.1'] as const;

describe('several network ACLs', () => {
  it('deny the same, and what fits neither is in the IP set and reported', async () => {
    addOther(1);
    await put({ [A]: 30, [B]: 20, [C]: 10 });
    const report = await world.reconcile();
    expect([world.denies(ACL), world.denies(OTHER)]).toEqual([
      [`1 ${A}/32`, `2 ${B}/32`],
      [`1 ${A}/32`, `2 ${B}/32`],
    ]);
    expect(report.overflow).toEqual([
      { source: C, cidr: `${C}/32`, weight: 10, reason: 'capacity', heldBy: 'ip-set' },
    ]);
    expect(world.listed('IPV4')).toContain(`${C}/32`);
  });

  it('have their own free slots: one with less room denies what is best for that room', async () => {
    addOther(18);
    await put({ [A]: 30, [B]: 20 });
    const report = await world.reconcile();
    expect([world.denies(ACL), world.denies(OTHER)]).toEqual([[`1 ${A}/32`, `2 ${B}/32`], [`1 ${A}/32`]]);
    expect(report.networkAcls.map(({ slots }) => slots.ipv4)).toEqual([
      { effective: 2, used: 2 },
      { effective: 1, used: 1 },
    ]);
    expect(report.overflow.map(({ source, heldBy }) => [source, heldBy])).toEqual([[B, 'ip-set']]);
    expect(report.errors).toEqual([]);
  });

  it('agree again after one of them was behind, without a change for a hair’s breadth (I4)', async () => {
    addOther(1);
    await put({ [A]: 100, [B]: 100 });
    await world.reconcile();
    // A little heavier than what is there: not worth a call. One ACL is emptied by hand meanwhile.
    await put({ [C]: 100.5 });
    for (const { ruleNumber } of await world.ledger.ownedEntries(OTHER)) {
      world.aws.networkAcls.deleteEntry({ networkAclId: OTHER, ruleNumber, egress: false });
    }
    world.takeChanges();
    await world.reconcile();
    expect(world.denies(ACL)).toEqual([`1 ${A}/32`, `2 ${B}/32`]);
    expect(world.denies(OTHER)).toEqual(world.denies(ACL));
    expect(world.takeChanges()).toEqual(['CreateNetworkAclEntry', 'CreateNetworkAclEntry', 'UpdateIPSet']);
    await world.reconcile();
    expect(world.takeChanges()).toEqual([]);
  });

  it('do not hold each other up: one that cannot be read leaves the other its plan', async () => {
    world.deployment = {
      ...world.deployment,
      networkAcls: [ACL, OTHER].map((id) => ({
        id,
        ruleNumbers: '1-50',
        quota: 20,
        slots: { ipv4: 2, ipv6: 2 },
      })),
    };
    await put({ [A]: 30 });
    const report = await world.reconcile();
    expect(report.errors.map(({ target }) => target)).toEqual([OTHER]);
    expect(world.denies(ACL)).toEqual([`1 ${A}/32`]);
  });
});

describe('a denied source', () => {
  it('keeps its slot against one that weighs about as much, and loses it when its ban is over', async () => {
    addOther(1, { ipv4: 1, ipv6: 1 });
    world.deployment = { ...world.deployment, networkAcls: world.deployment.networkAcls.slice(1) };
    const first = ban(A, { weight: 100, expiresAt: NOW + 600 });
    await world.ledger.putBan(first, 'detector');
    await world.reconcile();
    await put({ [B]: 100.9 });
    await world.reconcile();
    expect(world.denies(OTHER)).toEqual([`1 ${A}/32`]);
    world.nowMs += 601_000;
    world.takeChanges();
    await world.reconcile();
    expect(world.denies(OTHER)).toEqual([`1 ${B}/32`]);
    expect(world.takeChanges()).toEqual(['ReplaceNetworkAclEntry', 'UpdateIPSet']);
  });
});
