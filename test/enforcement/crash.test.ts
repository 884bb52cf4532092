import { CidrSet, parseCidr } from '../../lambda/address';
import type { EnforcementOptions } from '../../lambda/enforcement';
import { LATE_CALL_SECONDS } from '../../lambda/enforcement/network-acl-writer';
import { NOW, ban } from './support/bans';
import { ACL } from './support/deployment';
import { World } from './support/world';

/** The process dies: this call and every later one fail. `after`: the call that dies had its effect. */
interface Cut {
  readonly call: number;
  readonly after: boolean;
}

/** Wraps a port so that its calls are counted, watched, and end at the cut. */
function mortal<T extends object>(port: T, state: { calls: number }, cut: Cut, seen: () => void): T {
  return new Proxy(port, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      return async (...args: unknown[]): Promise<unknown> => {
        const call = state.calls++;
        if (call > cut.call || (call === cut.call && !cut.after)) throw new Error('the process is dead');
        const result: unknown = await Reflect.apply(member, target, args);
        seen();
        if (call === cut.call) throw new Error('the process is dead');
        return result;
      };
    },
  });
}

/** A run that is cut; how many calls it got through to. */
async function runUntil(world: World, cut: Cut, seen: () => void): Promise<number> {
  const state = { calls: 0 };
  const { ledger, networkAcls, ipSets } = world.options;
  const ports: Partial<EnforcementOptions> = {
    ledger: mortal(ledger, state, cut, seen),
    networkAcls: mortal(networkAcls, state, cut, seen),
    ipSets: mortal(ipSets, state, cut, seen),
  };
  await world.reconcile({ ...ports, holder: 'run-1' }).catch(() => undefined);
  return state.calls;
}

/** Two entries that stay wanted (one becomes part of a wider block), one that goes, and new ones of both families. */
async function halfDone(): Promise<World> {
  const world = await World.start();
  for (const source of ['198.51.100.1', '203.0.113.9', '2001:db8:1::7']) {
    await world.ledger.putBan(ban(source, { expiresAt: NOW + 99_999 }), 'detector');
  }
  await world.ledger.putBan(ban('203.0.113.77', { expiresAt: NOW + 60 }), 'detector');
  await world.ledger.putBan(ban('203.0.113.78', { expiresAt: NOW + 60 }), 'detector');
  await world.reconcile();
  await world.ledger.endBan('198.51.100.1', NOW, 'ann', 'the whole block instead');
  const block = { origin: 'operator', bannedAt: NOW, expiresAt: NOW + 99_999 } as const;
  await world.ledger.putBan(ban('198.51.100.0/24', block), 'ann');
  await world.ledger.putBan(ban('2001:db8:2::7', { bannedAt: NOW, expiresAt: NOW + 99_999 }), 'detector');
  await world.ledger.allow('203.0.113.200/32', 'ann', 'a carrier', NOW);
  world.nowMs += 120_000;
  return world;
}

const STILL_WANTED = ['198.51.100.1/32', '203.0.113.9/32', '2001:db8:1::/64'].map((text) => parseCidr(text));
const FINAL = ['198.51.100.0/24', '2001:db8:1::/64', '2001:db8:2::/64', '203.0.113.9/32'];

function cidrsOf(world: World): string[] {
  return world.denies().map((each) => each.split(' ')[1] ?? '');
}

function expectNobodyUnblocked(world: World): void {
  const slots = CidrSet.parse(cidrsOf(world));
  for (const cidr of STILL_WANTED) expect(slots.covers(cidr)).toBe(true);
  const lists = CidrSet.of([...world.listed('IPV4'), ...world.listed('IPV6')].map((text) => parseCidr(text)));
  for (const cidr of STILL_WANTED) expect(lists.covers(cidr)).toBe(true);
}

describe('I5: a crash between any two calls', () => {
  it('unblocks nobody who is still banned, and the next run converges', async () => {
    let calls = Infinity;
    for (let call = 0; call < calls; call++) {
      for (const after of [false, true]) {
        const world = await halfDone();
        const made = await runUntil(world, { call, after }, () => expectNobodyUnblocked(world));
        if (made <= call) calls = made;
        expectNobodyUnblocked(world);
        // The dead writer's lease has to run out first.
        world.nowMs += 60_000;
        expect(await world.reconcile({ holder: 'run-2' })).toMatchObject({ applied: true, errors: [] });
        expect(cidrsOf(world).sort()).toEqual(FINAL);
        expect(world.listed('IPV4')).toEqual(['198.51.100.0/24', '203.0.113.9/32']);
        world.takeChanges();
        // By then no call of the dead writer can still be on its way, and what it recorded in vain is forgotten.
        world.nowMs += LATE_CALL_SECONDS * 1000;
        await world.reconcile({ holder: 'run-3' });
        expect(world.takeChanges()).toEqual([]);
        const owned = await world.ledger.ownedEntries(ACL);
        expect(owned.map(({ ruleNumber, cidr }) => `${ruleNumber} ${cidr}`)).toEqual(world.denies());
        await world.close();
      }
    }
    expect(calls).toBeGreaterThan(20);
    expect(calls).toBeLessThan(200);
  });
});
