import { parseCidr } from '../../lambda/address';
import type { NetworkAclGateway } from '../../lambda/enforcement';
import { LATE_CALL_SECONDS } from '../../lambda/enforcement/network-acl-writer';
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

/** The gateway with something happening around its calls. */
const gateway = (change: (real: NetworkAclGateway) => Partial<NetworkAclGateway>): NetworkAclGateway => {
  const { networkAcls } = world.options;
  return Object.assign(Object.create(networkAcls) as NetworkAclGateway, change(networkAcls));
};
const theirs = { networkAclId: ACL, egress: false, protocol: '-1', cidrBlock: '0.0.0.0/0' };

describe('between the plan and the call', () => {
  it('I2: an allow that somebody put in the place of our entry is neither replaced nor removed', async () => {
    await put('198.51.100.7', '203.0.113.9');
    await world.reconcile();
    world.nowMs += 3600_000;
    const bans = world.ledger.bansInForce.bind(world.ledger);
    jest.spyOn(world.ledger, 'bansInForce').mockImplementation(async (now) => {
      // After the network ACL was read, before anything is changed.
      if (world.denies().length === 2) {
        world.aws.networkAcls.replaceEntry({ ...theirs, ruleNumber: 1, ruleAction: 'allow' });
      }
      return bans(now);
    });
    const report = await world.reconcile();
    expect(report).toMatchObject({
      applied: true,
      networkAcls: [{ strangers: [{ ruleNumber: 1, action: 'allow' }] }],
    });
    expect(world.denies()).toEqual([]);
    const [first] = world.aws.networkAcls.get(ACL).entries.filter(({ egress }) => !egress);
    expect(first).toMatchObject({ ruleNumber: 1, ruleAction: 'allow' });
  });

  it('I8: a ban that an operator ended is not put in place any more', async () => {
    await put('198.51.100.7', '203.0.113.9');
    const networkAcls = gateway((real) => ({
      createDeny: async (...args) => {
        await real.createDeny(...args);
        await world.ledger.endBan('203.0.113.9', NOW, 'ann', 'a customer');
        world.nowMs += 11_000;
      },
    }));
    expect(await world.reconcile({ networkAcls })).toMatchObject({ applied: true });
    expect(world.denies()).toEqual(['1 198.51.100.7/32']);
    expect(await world.ledger.ownedEntries(ACL)).toHaveLength(1);
  });

  it('I10: a breaker that trips under way holds what has not been made yet', async () => {
    world.deployment = { ...world.deployment, ban: { ...world.deployment.ban, maxNewPerHour: 2 } };
    await put('198.51.100.7', '203.0.113.9');
    let flooded = false;
    const networkAcls = gateway((real) => ({
      createDeny: async (...args) => {
        await real.createDeny(...args);
        if (!flooded) {
          for (let i = 0; i < 5; i++) {
            await world.ledger.putBan(ban(`192.88.99.${i}`, { bannedAt: NOW - 700 }), 'detector');
          }
        }
        flooded = true;
        world.nowMs += 11_000;
      },
    }));
    const report = await world.reconcile({ networkAcls });
    expect(world.denies().filter((each) => each.includes('203.0.113.9'))).toEqual([]);
    expect(report.errors).toEqual([]);
  });

  it('I3: an own quota below what EC2 would take is kept, also when somebody used it up meanwhile', async () => {
    await world.close();
    world = await World.start(5, { entryQuota: 40 });
    for (let i = 0; i < 30; i++) await put(`198.51.${100 + i}.1`);
    let grown = false;
    const networkAcls = gateway((real) => ({
      createDeny: async (...args) => {
        await real.createDeny(...args);
        if (!grown) {
          for (const ruleNumber of [200, 201, 202]) {
            world.aws.networkAcls.createEntry({ ...theirs, ruleNumber, ruleAction: 'allow' });
          }
        }
        grown = true;
      },
    }));
    const report = await world.reconcile({ networkAcls });
    expect(report.errors).toMatchObject([{ error: 'CapacityError' }]);
    expect(world.denies()).toHaveLength(11);
    expect(await world.reconcile()).toMatchObject({ applied: true, errors: [] });
  });
});

describe('I9: a writer whose lease another one took', () => {
  /** Its clock is ahead by more than a lease: it takes the lease while the first one holds it. */
  const takeOver = () => world.ledger.acquireLease('other', world.nowMs + 61_000, 60_000);

  it('makes no further call, whatever its own clock says', async () => {
    await put('198.51.100.7', '203.0.113.9');
    const networkAcls = gateway((real) => ({
      createDeny: async (...args) => {
        await real.createDeny(...args);
        await takeOver();
      },
    }));
    expect(await world.reconcile({ networkAcls })).toMatchObject({ stopped: 'lease-lost', errors: [] });
    expect(world.takeChanges()).toEqual(['CreateNetworkAclEntry']);
  });

  it('does not forget a record that the other one wrote anew', async () => {
    await put('198.51.100.7');
    await world.reconcile();
    world.nowMs += 3600_000;
    const networkAcls = gateway((real) => ({
      deleteEntry: async (...args) => {
        await real.deleteEntry(...args);
        // Stalled here; the other one uses the number for another ban meanwhile.
        const lease = await takeOver();
        const entry = { networkAclId: ACL, ruleNumber: 1, cidr: '203.0.113.9/32' };
        await world.ledger.recordOwnedEntry({ ...entry, fence: lease?.fence ?? 0, recordedAt: NOW });
        await real.createDeny(ACL, 1, parseCidr(entry.cidr));
      },
    }));
    expect(await world.reconcile({ networkAcls })).toMatchObject({ stopped: 'lease-lost', errors: [] });
    expect(await world.ledger.ownedEntries(ACL)).toMatchObject([{ ruleNumber: 1, cidr: '203.0.113.9/32' }]);
  });
});

describe('a call that was given up and arrives late', () => {
  it('leaves an entry that is known as ours, and goes when it is no longer wanted', async () => {
    await put('198.51.100.7');
    const lost: (() => Promise<void>)[] = [];
    const networkAcls = gateway((real) => ({
      createDeny: async (...args) => {
        lost.push(() => real.createDeny(...args));
        throw new Error('the process is dead');
      },
    }));
    await world.reconcile({ networkAcls });
    await world.ledger.endBan('198.51.100.7', NOW + 1, 'ann', 'a customer');
    world.nowMs += 60_000;
    await world.reconcile({ holder: 'run-2' });
    for (const arrive of lost) await arrive();
    expect(world.denies()).toEqual(['1 198.51.100.7/32']);
    world.nowMs += 60_000;
    expect(await world.reconcile({ holder: 'run-3' })).toMatchObject({ applied: true });
    expect(world.denies()).toEqual([]);
    world.nowMs += LATE_CALL_SECONDS * 1000;
    await world.reconcile({ holder: 'run-4' });
    expect(await world.ledger.ownedEntries(ACL)).toEqual([]);
  });
});

describe('a first try that arrives after the entry was made again and removed', () => {
  it('leaves an entry that is known as ours, and goes', async () => {
    await put('198.51.100.7');
    await world.reconcile();
    await world.ledger.endBan('198.51.100.7', NOW + 1, 'ann', 'a customer');
    world.nowMs += 60_000;
    await world.reconcile();
    expect(world.denies()).toEqual([]);
    await world.options.networkAcls.createDeny(ACL, 1, parseCidr('198.51.100.7/32'));
    world.nowMs += 60_000;
    expect(await world.reconcile()).toMatchObject({ applied: true, networkAcls: [{ strangers: [] }] });
    expect(world.denies()).toEqual([]);
  });
});

describe('clocks apart', () => {
  it('I5: a writer whose clock is behind does not unblock what was banned lately by its clock', async () => {
    await put('198.51.100.7', '203.0.113.9');
    await world.reconcile();
    world.takeChanges();
    world.nowMs -= 900_000;
    expect(await world.reconcile({ holder: 'behind' })).toMatchObject({ applied: true });
    expect(world.takeChanges()).toEqual([]);
    expect(world.denies()).toHaveLength(2);
  });
});
