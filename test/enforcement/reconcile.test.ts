import { LedgerUnavailableError } from '../../lambda/blacklist/ledger';
import { NOW, ban } from './support/bans';
import { ACL } from './support/deployment';
import { World } from './support/world';

let world: World;
beforeEach(async () => {
  world = await World.start();
});
afterEach(() => world.close());

const put = async (...sources: string[]): Promise<void> => {
  for (const source of sources) await world.ledger.putBan(ban(source), 'detector');
};
const operator = { origin: 'operator', because: 'known' } as const;

describe('a run', () => {
  it('fills network ACL and IP sets of both families the first time', async () => {
    await put('198.51.100.7', '203.0.113.9', '2001:db8:1::7');
    const report = await world.reconcile();
    expect(report).toMatchObject({
      environment: 'dev',
      mode: 'enforce',
      applied: true,
      overflow: [],
      errors: [],
    });
    expect(report.networkAcls).toEqual([
      {
        id: ACL,
        changes: [
          { op: 'create', ruleNumber: 1, to: '198.51.100.7/32' },
          { op: 'create', ruleNumber: 2, to: '203.0.113.9/32' },
          { op: 'create', ruleNumber: 3, to: '2001:db8:1::/64' },
        ],
        strangers: [],
        slots: { ipv4: { effective: 18, used: 2 }, ipv6: { effective: 18, used: 1 } },
        refused: [],
        differs: [],
      },
    ]);
    expect(report.ipSets.map(({ addresses, add }) => [addresses, add])).toEqual([
      [2, ['198.51.100.7/32', '203.0.113.9/32']],
      [1, ['2001:db8:1::/64']],
    ]);
    expect(world.denies()).toEqual(['1 198.51.100.7/32', '2 203.0.113.9/32', '3 2001:db8:1::/64']);
    expect(world.listed('IPV4')).toEqual(['198.51.100.7/32', '203.0.113.9/32']);
  });

  it('I4: makes no changing call the second time', async () => {
    await put('198.51.100.7', '2001:db8:1::7');
    await world.reconcile();
    expect(world.takeChanges()).toHaveLength(4);
    const again = await world.reconcile();
    expect(world.takeChanges()).toEqual([]);
    expect(again).toMatchObject({
      applied: true,
      networkAcls: [{ changes: [] }],
      ipSets: [{ add: [] }, { add: [] }],
    });
  });

  it('I8: an expired ban leaves, a renewed one stays in its place without a call', async () => {
    await put('198.51.100.7', '203.0.113.9');
    await world.reconcile();
    await world.ledger.putBan(
      ban('203.0.113.9', { bannedAt: NOW + 1, expiresAt: NOW + 99_999, offence: 2 }),
      'detector',
    );
    world.nowMs += 3600_000;
    world.takeChanges();
    await world.reconcile();
    expect(world.denies()).toEqual(['2 203.0.113.9/32']);
    expect(world.listed('IPV4')).toEqual(['203.0.113.9/32']);
    expect(world.takeChanges()).toEqual(['DeleteNetworkAclEntry', 'UpdateIPSet']);
    expect(await world.ledger.ownedEntries(ACL)).toHaveLength(1);
  });

  it('I2: leaves the customer’s rules as they are, byte for byte', async () => {
    const before = world.foreign();
    await put('198.51.100.7', '2001:db8:1::7');
    await world.reconcile();
    world.nowMs += 7200_000;
    await world.reconcile();
    expect(world.denies()).toEqual([]);
    expect(world.foreign()).toBe(before);
  });

  it('I2: works around a stranger among our numbers, and reports it every time', async () => {
    const stranger = {
      ruleNumber: 1,
      egress: false,
      protocol: '-1',
      ruleAction: 'deny',
      cidrBlock: '203.0.113.200/32',
    };
    world.aws.networkAcls.createEntry({ networkAclId: ACL, ...stranger });
    await put('198.51.100.7');
    for (const changes of [1, 0]) {
      const [report] = (await world.reconcile()).networkAcls;
      expect(report?.changes).toHaveLength(changes);
      expect(report?.strangers).toEqual([
        {
          ruleNumber: 1,
          action: 'deny',
          protocol: '-1',
          cidr: '203.0.113.200/32',
          reason: 'not recorded as ours',
        },
      ]);
    }
    expect(world.denies()).toEqual(['1 203.0.113.200/32', '2 198.51.100.7/32']);
  });

  it('I1: removes an entry whose source an operator allows later, and says that the ban is held by nothing', async () => {
    await put('198.51.100.7', '203.0.113.9');
    await world.reconcile();
    await world.ledger.allow('198.51.100.0/29', 'ann', 'our carrier', NOW);
    const report = await world.reconcile();
    expect(world.denies()).toEqual(['2 203.0.113.9/32']);
    expect(world.listed('IPV4')).toEqual(['203.0.113.9/32']);
    expect(report.overflow).toEqual([
      { source: '198.51.100.7', cidr: '198.51.100.7/32', weight: 10, reason: 'allowlist', heldBy: 'nothing' },
    ]);
  });

  it.each(['192.0.2.7', '10.20.3.4', '103.55.116.9', '2001:db8:5::9'])(
    'I1: never denies %s of the configured ranges',
    async (source) => {
      world.deployment = { ...world.deployment, mediaRanges: ['2001:db8:5::/48'] };
      await world.ledger.putBan(ban(source, operator), 'ann');
      await world.reconcile();
      expect(world.takeChanges()).toEqual([]);
    },
  );

  it('I1: an allow item that comes while the run is on is heeded before the next call', async () => {
    await put('198.51.100.7', '203.0.113.9');
    const { networkAcls } = world.options;
    const createDeny: typeof networkAcls.createDeny = async (...args) => {
      await networkAcls.createDeny(...args);
      await world.ledger.allow('203.0.113.9/32', 'ann', 'our carrier', NOW);
    };
    await world.reconcile({
      networkAcls: Object.assign(Object.create(networkAcls) as typeof networkAcls, { createDeny }),
    });
    expect(world.denies()).toEqual(['1 198.51.100.7/32']);
    expect(world.listed('IPV4')).toEqual(['198.51.100.7/32']);
  });

  it('fills a set that was emptied from outside, and keeps its description', async () => {
    await put('198.51.100.7');
    await world.reconcile();
    world.writeSet('IPV4', []);
    await world.reconcile();
    expect(world.listed('IPV4')).toEqual(['198.51.100.7/32']);
    expect(world.aws.ipSets.list('REGIONAL')[0]?.Description).toBe('Sources banned by Ringfence');
  });

  it('heals an entry that somebody removed and one that somebody edited', async () => {
    await put('198.51.100.7', '203.0.113.9');
    await world.reconcile();
    world.aws.networkAcls.deleteEntry({ networkAclId: ACL, ruleNumber: 1, egress: false });
    world.aws.networkAcls.replaceEntry({
      ...{ networkAclId: ACL, ruleNumber: 2, egress: false, protocol: '-1', ruleAction: 'deny' },
      cidrBlock: '198.51.100.99/32',
    });
    await world.reconcile();
    expect(
      world
        .denies()
        .map((each) => each.split(' ')[1])
        .sort(),
    ).toEqual(['198.51.100.7/32', '203.0.113.9/32']);
  });
});

describe('more than fits (I3)', () => {
  it('uses what a quota of 20 leaves beside five rules of the customer, operators’ bans and heavy ones first', async () => {
    await world.close();
    world = await World.start(5);
    // Every fourth address, so that no wider prefix is worth it.
    for (let i = 0; i < 30; i++) {
      await world.ledger.putBan(ban(`198.51.${100 + i}.1`, { weight: 100 - i }), 'detector');
    }
    await world.ledger.putBan(ban('203.0.113.9', { ...operator, weight: 0 }), 'ann');
    const report = await world.reconcile();
    expect(report.networkAcls[0]?.slots.ipv4).toEqual({ effective: 14, used: 14 });
    expect(world.denies()).toHaveLength(14);
    expect(world.denies()[0]).toBe('1 203.0.113.9/32');
    expect(report.overflow).toHaveLength(17);
    expect(report.overflow[0]).toEqual({
      source: '198.51.113.1',
      cidr: '198.51.113.1/32',
      weight: 87,
      reason: 'capacity',
      heldBy: 'ip-set',
    });
  });

  it('does not count on an IP set that could not be written', async () => {
    await world.close();
    world = await World.start(19);
    await put('198.51.100.7');
    world.aws.failNext({ action: 'UpdateIPSet', code: 'WAFLimitsExceededException' });
    const report = await world.reconcile();
    expect(report.errors).toMatchObject([{ target: 'banned-ipv4', error: 'CapacityError' }]);
    expect(report.overflow).toMatchObject([
      { source: '198.51.100.7', reason: 'capacity', heldBy: 'nothing' },
    ]);
  });

  it('reports what EC2 had no room for where the document promises more, and still removes what has to go', async () => {
    await put('198.51.100.7');
    await world.reconcile();
    await world.close();
    world = await World.start(17);
    await world.ledger.recordOwnedEntry({
      networkAclId: ACL,
      ruleNumber: 9,
      cidr: '203.0.113.9/32',
      fence: 0,
      recordedAt: 0,
    });
    const entry = { ruleNumber: 9, egress: false, protocol: '-1', ruleAction: 'deny' };
    world.aws.networkAcls.createEntry({ networkAclId: ACL, ...entry, cidrBlock: '203.0.113.9/32' });
    const [acl] = world.deployment.networkAcls;
    if (acl === undefined) throw new Error('no network ACL');
    world.deployment = { ...world.deployment, networkAcls: [{ ...acl, quota: 40 }] };
    await put('198.51.100.7', '198.51.103.7', '198.51.107.7', '2001:db8:1::7');
    await world.ledger.putBan(ban('198.51.105.7', operator), 'ann');
    const report = await world.reconcile();
    expect(report.errors).toMatchObject([{ target: ACL, error: 'CapacityError' }]);
    expect(report.applied).toBe(false);
    expect(world.denies()).toHaveLength(3);
    expect(report.overflow.map(({ reason, heldBy }) => [reason, heldBy])).toEqual([
      ['capacity', 'ip-set'],
      ['capacity', 'ip-set'],
    ]);
    expect(await world.ledger.ownedEntries(ACL)).toHaveLength(3);
  });
});

describe('the breaker (I10)', () => {
  it('records but does not enforce what comes beyond the bound; operators’ bans and what stands are enforced', async () => {
    world.deployment = { ...world.deployment, ban: { ...world.deployment.ban, maxNewPerHour: 1 } };
    await put('198.51.100.7', '203.0.113.9');
    await world.ledger.putBan(ban('203.0.113.77', operator), 'ann');
    const report = await world.reconcile();
    expect(report.breaker).toEqual({ tripped: true, held: 1 });
    expect(report.overflow).toMatchObject([{ source: '203.0.113.9', reason: 'breaker', heldBy: 'nothing' }]);
    expect(world.denies()).toHaveLength(2);
    await world.ledger.putBan(ban('198.51.100.7', { bannedAt: NOW, offence: 2 }), 'detector');
    await world.reconcile();
    expect(world.denies()).toContain('2 198.51.100.7/32');
  });
});

describe('what stops a run', () => {
  it.each([
    ['a dry run', async () => undefined, { dryRun: true }],
    ['observe mode', async () => void (world.deployment = { ...world.deployment, mode: 'observe' }), {}],
    ['a pause', () => world.ledger.setPaused({ by: 'ann', because: 'maintenance', at: NOW }), {}],
  ])('I11: %s makes no changing call and still shows the plan', async (_, prepare, options) => {
    await put('198.51.100.7');
    await prepare();
    const report = await world.reconcile(options);
    expect(world.takeChanges()).toEqual([]);
    expect(await world.ledger.ownedEntries(ACL)).toEqual([]);
    expect(report.applied).toBe(false);
    expect(report.networkAcls[0]?.changes).toEqual([{ op: 'create', ruleNumber: 1, to: '198.51.100.7/32' }]);
    expect(report.ipSets[0]?.add).toEqual(['198.51.100.7/32']);
  });

  it('I11: a pause is shown with who and why', async () => {
    const pause = { by: 'ann', because: 'maintenance', at: NOW };
    await world.ledger.setPaused(pause);
    expect((await world.reconcile()).paused).toEqual(pause);
  });

  it('I9: another writer’s lease: it gives up without looking', async () => {
    await put('198.51.100.7');
    await world.ledger.acquireLease('run-2', world.nowMs, 60_000);
    expect(await world.reconcile()).toMatchObject({ stopped: 'lease-held', applied: false, errors: [] });
    expect(world.aws.calls).toEqual([]);
  });

  it('I9: a lease that is lost under way: no further call, no error', async () => {
    await put('198.51.100.7', '203.0.113.9');
    const { networkAcls } = world.options;
    const createDeny: typeof networkAcls.createDeny = async (...args) => {
      await networkAcls.createDeny(...args);
      world.nowMs += 60_000;
    };
    const report = await world.reconcile({
      networkAcls: Object.assign(Object.create(networkAcls) as typeof networkAcls, { createDeny }),
    });
    expect(report).toMatchObject({ stopped: 'lease-lost', applied: false, errors: [] });
    expect(world.takeChanges()).toEqual(['CreateNetworkAclEntry']);
  });

  it('gives the lease back', async () => {
    await world.reconcile();
    expect(await world.ledger.acquireLease('run-2', world.nowMs, 1000)).toBeDefined();
  });
});

describe('what cannot be read (I6)', () => {
  it.each(['bansInForce', 'allowedCidrs', 'ownedEntries', 'paused'] as const)(
    'the ledger failing in %s: nothing is changed, and the caller hears of it',
    async (method) => {
      await put('198.51.100.7');
      await world.reconcile();
      world.takeChanges();
      world.nowMs += 7200_000;
      jest.spyOn(world.ledger, method).mockRejectedValue(new LedgerUnavailableError('throttled'));
      await expect(world.reconcile()).rejects.toThrow(LedgerUnavailableError);
      expect(world.takeChanges()).toEqual([]);
    },
  );

  it('one network ACL missing: the others and the sets are done all the same', async () => {
    const [acl] = world.deployment.networkAcls;
    if (acl === undefined) throw new Error('no network ACL');
    world.deployment = { ...world.deployment, networkAcls: [{ ...acl, id: 'acl-00000000000000abc' }, acl] };
    await put('198.51.100.7');
    const report = await world.reconcile();
    expect(report.errors).toMatchObject([{ target: 'acl-00000000000000abc', error: 'ReadIncompleteError' }]);
    expect(report.applied).toBe(false);
    expect(world.denies()).toEqual(['1 198.51.100.7/32']);
    expect(world.listed('IPV4')).toEqual(['198.51.100.7/32']);
  });

  it('an IP set missing: the network ACL is done all the same', async () => {
    const [four, six] = world.deployment.ipSets;
    if (four === undefined || six === undefined) throw new Error('no sets');
    world.deployment = { ...world.deployment, ipSets: [{ ...four, name: 'gone' }, six] };
    await put('198.51.100.7', '2001:db8:1::7');
    const report = await world.reconcile();
    expect(report.errors).toMatchObject([{ target: 'gone', error: 'ReadIncompleteError' }]);
    expect(world.denies()).toHaveLength(2);
    expect(world.listed('IPV6')).toHaveLength(1);
  });

  it('an error nobody planned for is reported and stops that network ACL only', async () => {
    await put('198.51.100.7');
    world.aws.failNext({ action: 'CreateNetworkAclEntry', code: 'UnauthorizedOperation', status: 403 });
    const report = await world.reconcile();
    expect(report.errors).toMatchObject([{ target: ACL, error: 'UnauthorizedOperation' }]);
    expect(world.listed('IPV4')).toEqual(['198.51.100.7/32']);
    await world.reconcile();
    expect(world.denies()).toEqual(['1 198.51.100.7/32']);
  });

  it('a lease that cannot be given back does not hide what was found', async () => {
    jest.spyOn(world.ledger, 'releaseLease').mockRejectedValue(new LedgerUnavailableError('throttled'));
    await expect(world.reconcile()).resolves.toMatchObject({ applied: true });
  });
});
