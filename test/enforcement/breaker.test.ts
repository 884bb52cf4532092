import * as fc from 'fast-check';
import { CidrSet } from '../../lambda/address';
import type { Ban } from '../../lambda/blacklist/ban';
import { applyBreaker } from '../../lambda/enforcement';
import { NOW, ban } from './support/bans';

const at = (source: string, secondsAgo: number, change: Partial<Ban> = {}): Ban =>
  ban(source, { bannedAt: NOW - secondsAgo, expiresAt: NOW + 86_400, ...change });
const address = (i: number): string => `198.51.100.${i}`;
const decide = (bans: readonly Ban[], maxNewPerHour: number, standing: readonly string[] = []) => {
  const result = applyBreaker({ bans, now: NOW, maxNewPerHour, standing: CidrSet.parse(standing) });
  return { held: result.held.map(({ source }) => source), tripped: result.tripped };
};

describe('the breaker (I10)', () => {
  it('lets everything pass up to the bound', () =>
    expect(decide([at(address(1), 30), at(address(2), 20)], 2)).toEqual({ held: [], tripped: false }));

  it('holds what comes beyond the bound within an hour, the latest first to wait', () => {
    const bans = [at(address(3), 10), at(address(1), 30), at(address(2), 20)];
    expect(decide(bans, 2)).toEqual({ held: [address(3)], tripped: true });
  });

  it('decides bans of one second by key', () => {
    const bans = [at(address(2), 10), at(address(1), 10)];
    expect(decide(bans, 1).held).toEqual([address(2)]);
  });

  it('stays open until fewer than the bound began within the last hour', () => {
    const bans = [at(address(1), 3600), at(address(2), 3590), at(address(3), 3580)];
    // One has left the hour, two are in it: not below the bound of two.
    expect(decide(bans, 2)).toEqual({ held: [address(3)], tripped: true });
  });

  it('lets the held ones pass once it closes', () => {
    const bans = [at(address(1), 3610), at(address(2), 3605), at(address(3), 3000)];
    expect(decide(bans, 2)).toEqual({ held: [], tripped: false });
  });

  it('trips again in a later hour', () => {
    const bans = [at(address(1), 9000), at(address(2), 8999), at(address(3), 20), at(address(4), 10)];
    expect(decide(bans, 1)).toEqual({ held: [address(4)], tripped: true });
  });

  it('neither counts nor holds operators’ bans', () => {
    const bans = [at(address(1), 30), at(address(2), 20, { origin: 'operator' }), at(address(3), 10)];
    expect(decide(bans, 2)).toEqual({ held: [], tripped: false });
    expect(decide(bans, 1)).toEqual({ held: [address(3)], tripped: true });
  });

  it('keeps what stands, also when its ban was renewed while it is open (I8)', () => {
    const bans = [at(address(1), 30), at(address(2), 20, { offence: 2 })];
    expect(decide(bans, 1, ['198.51.100.2/32'])).toEqual({ held: [], tripped: true });
  });

  const bans = fc
    .uniqueArray(fc.record({ i: fc.nat(255), ago: fc.nat(9000), byHand: fc.boolean() }), {
      selector: ({ i }) => i,
      maxLength: 20,
    })
    .map((all) =>
      all.map(({ i, ago, byHand }) => at(address(i), ago, { origin: byHand ? 'operator' : 'automatic' })),
    );

  it('I10: the end of one ban never holds back another (what stands stays)', () =>
    fc.assert(
      fc.property(bans, fc.integer({ min: 1, max: 6 }), fc.nat(19), (all, bound, gone) => {
        const held = new Set(decide(all, bound).held);
        for (const source of decide(
          all.filter((_, i) => i !== gone),
          bound,
        ).held)
          expect(held).toContain(source);
      }),
    ));

  it('I10: what began up to now and is enforced never exceeds the bound by itself while the breaker is open', () =>
    fc.assert(
      fc.property(bans, fc.integer({ min: 1, max: 6 }), (all, bound) => {
        const { enforced, tripped } = applyBreaker({
          bans: all,
          now: NOW,
          maxNewPerHour: bound,
          standing: CidrSet.empty,
        });
        const recent = enforced.filter((each) => each.origin === 'automatic' && each.bannedAt > NOW - 3600);
        if (tripped) expect(recent.length).toBeLessThanOrEqual(bound);
      }),
    ));

  it('I12: does not depend on the order of the bans', () =>
    fc.assert(
      fc.property(bans, fc.integer({ min: 1, max: 6 }), (all, bound) => {
        expect(new Set(decide([...all].reverse(), bound).held)).toEqual(new Set(decide(all, bound).held));
      }),
    ));
});
