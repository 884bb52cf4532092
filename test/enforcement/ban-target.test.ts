import { CidrSet, formatCidr, parseCidr } from '../../lambda/address';
import type { Ban } from '../../lambda/blacklist/ban';
import { DEFAULT_HALF_LIFE_SECONDS } from '../../lambda/detection/weight';
import { banTargets, subtract } from '../../lambda/enforcement/ban-target';
import { NOW, ban } from './support/bans';

const target = (one: Ban, allowed: readonly string[] = []) => {
  const [{ pieces, candidates, weight } = { pieces: [], candidates: [], weight: 0 }] = banTargets(
    [one],
    NOW,
    CidrSet.parse(allowed),
  );
  return {
    pieces: pieces.map(formatCidr),
    candidates: candidates.map(({ cidr }) => formatCidr(cidr)),
    weight,
  };
};

describe('what a ban denies', () => {
  it('is its CIDR where nothing of it is allowed', () => {
    expect(target(ban('198.51.100.7'))).toMatchObject({
      pieces: ['198.51.100.7/32'],
      candidates: ['198.51.100.7/32'],
    });
    expect(target(ban('2001:db8::7')).pieces).toEqual(['2001:db8::/64']);
  });

  it('is nothing where all of it is allowed (I1)', () =>
    expect(target(ban('198.51.100.7'), ['198.51.100.0/24'])).toMatchObject({ pieces: [], candidates: [] }));

  it('is an operator’s block without the allowed part (I1)', () =>
    expect(target(ban('198.51.100.0/30', { origin: 'operator' }), ['198.51.100.1/32'])).toMatchObject({
      pieces: ['198.51.100.0/32', '198.51.100.2/31'],
      candidates: ['198.51.100.0/32', '198.51.100.2/31'],
    }));

  it('is the one address of an IPv6 source whose /64 is allowed in part, where slots are concerned', () => {
    const { pieces, candidates } = target(ban('2001:db8::7'), ['2001:db8::1/128']);
    expect(pieces).toHaveLength(64);
    expect(candidates).toEqual(['2001:db8::7/128']);
    expect(target(ban('2001:db8::7'), ['2001:db8::7/128', '2001:db8::9/128']).candidates).toEqual([]);
  });

  it('weighs what it weighed, faded to now, and never nothing', () => {
    expect(target(ban('198.51.100.7', { weight: 8, weightAt: NOW - DEFAULT_HALF_LIFE_SECONDS })).weight).toBe(
      4,
    );
    expect(target(ban('198.51.100.7', { weight: 0 })).weight).toBeGreaterThan(0);
  });

  it('weighs more for a source that keeps coming back, by what cannot be forged', () => {
    const weights = (change: Partial<Ban>) => target(ban('198.51.100.7', { weight: 6, ...change })).weight;
    expect([1, 2, 3, 5].map((offence) => weights({ offence }))).toEqual([6, 8, 9, 10]);
    expect(weights({ offence: 5, proven: 2 })).toBe(8);
    expect(weights({ offence: 5, forgeable: true })).toBe(6);
    expect(weights({ offence: 1_000_000 })).toBeLessThan(12);
  });

  it('cuts every allowed address out of a block, and no other', () => {
    const holes = CidrSet.parse(['198.51.100.3/32', '198.51.100.8/30', '203.0.113.0/24']);
    const left = CidrSet.of(subtract(parseCidr('198.51.100.0/28'), holes));
    for (let i = 0; i < 16; i++) {
      const address = parseCidr(`198.51.100.${i}`);
      expect(left.covers(address)).toBe(!holes.covers(address));
    }
  });
});
