import * as fc from 'fast-check';
import { parseCidr } from '../../lambda/address';
import { LedgerUnavailableError } from '../../lambda/blacklist/ledger';
import { invariant } from './invariant';
import { Life, SOURCES, lives } from './life';

/** Each run of a life, with what happened before it, checked by `each`. */
async function live(
  life: Life,
  steps: readonly (readonly Parameters<Life['take']>[0][number][])[],
  each: () => Promise<void> | void,
) {
  for (const some of steps) {
    await life.take(some);
    await each();
  }
}

const quiet = { errors: [], applied: true };

describe('in any life of an environment', () => {
  invariant(
    1,
    'no call denies an address of the allowlist, and none is left denied after a run',
    fc.asyncProperty(lives, async (steps) => {
      const life = new Life();
      life.watch.before = (cidrs) => {
        for (const cidr of cidrs) expect(life.allowlist().overlaps(parseCidr(cidr))).toBe(false);
      };
      await live(life, steps, async () => {
        await life.tick();
        for (const cidr of [...life.denied().cidrs(), ...life.listed().cidrs()]) {
          expect(life.allowlist().overlaps(cidr)).toBe(false);
        }
      });
    }),
  );

  invariant(
    2,
    'no rule that is not ours is changed or removed',
    fc.asyncProperty(lives, async (steps) => {
      const life = new Life();
      await live(life, steps, async () => {
        const before = life.foreign();
        life.watch.after = () => expect(life.foreign()).toBe(before);
        await life.tick();
      });
    }),
  );

  invariant(
    3,
    'no quota is passed at any step, and every ban that does not fit is reported',
    fc.asyncProperty(lives, async (steps) => {
      const life = new Life();
      life.watch.after = () => {
        for (const six of [false, true]) {
          const rules = life.ingress().filter(({ ipv6CidrBlock }) => (ipv6CidrBlock !== undefined) === six);
          expect(rules.length).toBeLessThanOrEqual(20);
        }
      };
      await live(life, steps, async () => {
        const report = await life.tick();
        const open = life.inForce().filter(({ cidr }) => !life.denied().covers(parseCidr(cidr)));
        expect(report.overflow.map(({ cidr }) => cidr).sort()).toEqual(open.map(({ cidr }) => cidr).sort());
      });
    }),
  );

  invariant(
    4,
    'reconciling again makes no call',
    fc.asyncProperty(lives, async (steps) => {
      const life = new Life();
      await live(life, steps, async () => {
        await life.tick();
        const before = life.changes.length;
        expect(await life.run()).toMatchObject(quiet);
        expect(life.changes).toHaveLength(before);
      });
    }),
  );

  invariant(
    5,
    'dead at any call, it unblocks nobody who is still banned and fits, and the next run does the rest',
    fc.asyncProperty(lives, fc.nat(40), async (steps, lastCall) => {
      const life = new Life();
      await life.take(steps[0] ?? []);
      await life.tick();
      const kept = life.inForce().filter(({ cidr }) => life.denied().covers(parseCidr(cidr)));
      await life.take(steps.flat().filter(({ kind }) => kind === 'ban'));
      if (life.inForce().length > 14) return;
      life.watch.after = () => {
        for (const each of kept.filter(({ expiresAt }) => expiresAt > life.now + 60)) {
          expect(
            life.denied().covers(parseCidr(each.cidr)) || life.allowlist().overlaps(parseCidr(each.cidr)),
          ).toBe(true);
        }
      };
      let calls = 0;
      life.turn = async () => {
        if (calls++ >= lastCall) throw new Error('the process is dead');
      };
      await life.run().catch(() => undefined);
      life.turn = () => Promise.resolve();
      life.nowMs += 60_000;
      expect(await life.tick()).toMatchObject(quiet);
      for (const { cidr } of life.inForce()) {
        if (!life.allowlist().overlaps(parseCidr(cidr)))
          expect(life.denied().covers(parseCidr(cidr))).toBe(true);
      }
    }),
  );

  const reads = fc.constantFrom(
    'bansInForce',
    'allowedCidrs',
    'ownedEntries',
    'paused',
    'legitimateSources',
    'describe',
    'read' as const,
  );
  invariant(
    6,
    'whatever cannot be read, nothing is changed there, and the run says so or throws',
    fc.asyncProperty(lives, reads, async (steps, read) => {
      const life = new Life();
      await life.take(steps.flat());
      const failed = () => Promise.reject(new LedgerUnavailableError('throttled'));
      let told = false;
      if (read === 'describe' || read === 'read') {
        life.turn = failed;
        told = (await life.tick()).errors.length > 0;
      } else {
        jest.spyOn(life.ledger, read).mockImplementation(failed);
        told = await life.tick().then(
          () => false,
          () => true,
        );
      }
      expect(life.changes).toEqual([]);
      expect(told).toBe(true);
    }),
  );

  invariant(
    8,
    'a ban that is over is gone after one tick; one that was renewed never leaves',
    fc.asyncProperty(lives, fc.nat(SOURCES.length - 1), async (steps, renewed) => {
      const life = new Life();
      const long = { kind: 'ban', source: renewed, minutes: 100_000, weight: 1e9, byHand: false } as const;
      await life.take([long]);
      await life.tick();
      const key = [...life.bans.keys()][0] ?? '';
      const cidr = parseCidr(life.bans.get(key)?.cidr ?? '');
      const others = steps.map((some) => some.filter((each) => each.kind === 'ban' || each.kind === 'time'));
      life.watch.after = () => expect(life.denied().covers(cidr)).toBe(true);
      await live(life, others, async () => {
        await life.take([long]);
        await life.tick();
        const standing = life.inForce().map((each) => parseCidr(each.cidr));
        for (const deny of life.denies().values()) {
          expect(
            standing.some((each) => each.first >= parseCidr(deny).first && each.last <= parseCidr(deny).last),
          ).toBe(true);
        }
        for (const each of life.listed().cidrs()) {
          expect(standing.some((one) => one.first >= each.first && one.last <= each.last)).toBe(true);
        }
      });
    }),
  );

  invariant(
    9,
    'of two that run at once, one writes at a time, and no error is left behind',
    fc.asyncProperty(lives, fc.array(fc.nat(4), { minLength: 8, maxLength: 40 }), async (steps, turns) => {
      const life = new Life();
      let at = 0;
      life.turn = async () => {
        for (let i = turns[at++ % turns.length] ?? 0; i > 0; i--) await Promise.resolve();
      };
      await live(life, steps, async () => {
        const before = life.changes.length;
        life.nowMs += 60_000;
        const reports = await Promise.all([life.run(), life.run()]);
        for (const report of reports) expect(report.errors).toEqual([]);
        const writers = life.changes.slice(before).map(({ holder }) => holder);
        const takeovers = writers.filter((writer, i) => i > 0 && writers[i - 1] !== writer);
        expect(takeovers.length).toBeLessThanOrEqual(1);
        expect(new Set(life.denies().values()).size).toBe(life.denies().size);
      });
    }),
  );

  invariant(
    10,
    'in an hour no more new automatic bans are enforced than the bound; operators’ bans and what stands go on',
    fc.asyncProperty(lives, fc.integer({ min: 1, max: 4 }), async (steps, maxNewPerHour) => {
      const life = new Life({ ban: { first: '1h', factor: 4, max: '30d', maxNewPerHour } });
      const bans = steps.map((some) => some.filter(({ kind }) => kind === 'ban'));
      await live(life, bans, async () => {
        const before = life.denied();
        const report = await life.tick();
        const isNew = (cidr: string): boolean => !before.covers(parseCidr(cidr));
        const made = life
          .inForce()
          .filter(({ cidr }) => isNew(cidr) && life.listed().covers(parseCidr(cidr)));
        const lately = made.filter(
          ({ origin, bannedAt }) => origin === 'automatic' && bannedAt > life.now - 3600,
        );
        expect(lately.length).toBeLessThanOrEqual(maxNewPerHour);
        if (!report.breaker.tripped) expect(report.breaker.held).toBe(0);
        for (const { cidr, origin } of life.inForce()) {
          if (origin === 'operator' || !isNew(cidr)) expect(life.listed().covers(parseCidr(cidr))).toBe(true);
        }
      });
    }),
  );

  const stops = fc.constantFrom('observe' as const, 'dry run' as const, 'pause' as const);
  invariant(
    11,
    'observe, a dry run and a pause make no changing call, and show what a run then does',
    fc.asyncProperty(lives, stops, async (steps, stop) => {
      const life = new Life();
      await life.take(steps.flat());
      if (stop === 'pause') await life.ledger.setPaused({ by: 'ann', because: 'maintenance', at: life.now });
      const shown = await life.run({
        dryRun: stop === 'dry run',
        ...(stop === 'observe' && { deployment: { ...life.site, mode: 'observe' } }),
      });
      expect(life.changes).toEqual([]);
      expect(shown.applied).toBe(false);
      await life.ledger.setPaused(undefined);
      const done = await life.run();
      expect(shown.networkAcls.map(({ changes }) => changes)).toEqual(
        done.networkAcls.map(({ changes }) => changes),
      );
      expect(shown.ipSets.map(({ add, remove }) => [add, remove])).toEqual(
        done.ipSets.map(({ add, remove }) => [add, remove]),
      );
    }),
  );

  invariant(
    12,
    'the same ledger and the same walls give the same plan, byte for byte, in whatever order bans were put',
    fc.asyncProperty(lives, async (steps) => {
      const [one, other] = [new Life(), new Life()];
      await one.take(steps.flat());
      for (const each of [...one.bans.values()].reverse()) await other.ledger.putBan(each, 'detector');
      for (const cidr of [...one.allowed].reverse())
        await other.ledger.allow(cidr, 'ann', 'a carrier', one.now);
      other.nowMs = one.nowMs;
      const plan = async (life: Life) => {
        const { networkAcls, ipSets, overflow } = await life.run({ dryRun: true });
        return JSON.stringify([
          networkAcls.map(({ changes }) => changes),
          ipSets.map(({ add }) => add),
          overflow,
        ]);
      };
      const strangers = one.strangers.size > 0;
      if (!strangers) expect(await plan(other)).toBe(await plan(one));
      expect(await plan(one)).toBe(await plan(one));
    }),
  );
});
