import fc from 'fast-check';
import { type Ban, isInForce } from '../../lambda/blacklist/ban';
import {
  type BanPolicy,
  BanPolicyError,
  DEFAULT_BAN_POLICY,
  banSeconds,
  checkBanPolicy,
  decideBan,
  parseBanPolicy,
} from '../../lambda/blacklist/ban-policy';
import { DAY, HOUR, T0, ban, evidence, verdict } from './values';

const policy = DEFAULT_BAN_POLICY;

/** The ban for a probe decided at `at` on evidence of the minute before. */
function decide(at: number, latestBan: Ban | undefined, forgeable = false): Ban | undefined {
  const probe = verdict({ decidedAt: at, evidence: [evidence({ at: at - 60, forgeable })] });
  return decideBan({ verdict: probe, latestBan, policy });
}

/** Bans one after the other, each decided `gap` seconds after the one before it was over. */
function bansInARow(count: number, gap: number, isForgeable: (n: number) => boolean = () => false): Ban[] {
  const bans: Ban[] = [];
  for (let n = 1; n <= count; n++) {
    const latest = bans.at(-1);
    const next = decide((latest?.expiresAt ?? T0) + gap, latest, isForgeable(n));
    if (next !== undefined) bans.push(next);
  }
  return bans;
}

const hours = (bans: readonly Ban[]) => bans.map((one) => (one.expiresAt - one.bannedAt) / HOUR);

describe('decideBan', () => {
  test('bans a source for the first time', () => {
    const probe = verdict();
    expect(
      decideBan({ verdict: probe, latestBan: undefined, policy, weight: { value: 31.2, at: T0 - 60 } }),
    ).toEqual({
      schema: 1,
      key: '198.51.100.7',
      source: '198.51.100.7',
      cidr: '198.51.100.7/32',
      bannedAt: T0,
      expiresAt: T0 + HOUR,
      offence: 1,
      proven: 1,
      score: 10,
      evidence: probe.evidence,
      forgeable: false,
      weight: 31.2,
      weightAt: T0 - 60,
      origin: 'automatic',
    });
  });

  test('bans the /64 of an IPv6 source, or the block that is asked for', () => {
    const probe = verdict({ key: '2001:db8:1:2::/64', source: '2001:db8:1:2::7' });
    expect(decideBan({ verdict: probe, latestBan: undefined, policy })).toMatchObject({
      key: '2001:db8:1:2::/64',
      source: '2001:db8:1:2::7',
      cidr: '2001:db8:1:2::/64',
    });
    expect(
      decideBan({ verdict: probe, latestBan: undefined, policy, cidr: '2001:db8:1:2::7/128' })?.cidr,
    ).toBe('2001:db8:1:2::7/128');
  });

  test.each(['suspect', 'clean'] as const)('never bans a %s', (kind) => {
    expect(decideBan({ verdict: verdict({ kind }), latestBan: undefined, policy })).toBeUndefined();
  });

  test('escalates: 1 h, 4 h, 16 h, 64 h, 256 h, then 30 d', () => {
    expect(hours(bansInARow(7, HOUR))).toEqual([1, 4, 16, 64, 256, 720, 720]);
    expect(bansInARow(3, HOUR).map(({ offence }) => offence)).toEqual([1, 2, 3]);
  });

  test('does not ban what is banned, until the second the ban is over', () => {
    const latest = ban();
    expect(decide(latest.expiresAt - 1, latest)).toBeUndefined();
    expect(decide(latest.expiresAt, latest)).toMatchObject({ offence: 2, bannedAt: latest.expiresAt });
  });

  test('does not ban again on evidence the latest ban was made on', () => {
    // Evidence stays in force for a day; the ban of an hour must not renew itself from it.
    const latest = ban();
    const later = verdict({ decidedAt: latest.expiresAt + HOUR, evidence: latest.evidence });
    expect(decideBan({ verdict: later, latestBan: latest, policy })).toBeUndefined();
    const fresh = { ...later, evidence: [...latest.evidence, evidence({ rule: 'rate', at: T0 + 1 })] };
    expect(decideBan({ verdict: fresh, latestBan: latest, policy })).toMatchObject({ offence: 2 });
  });

  test('does not ban again on evidence from before an operator ended the ban', () => {
    const ended = ban({ expiresAt: T0 + 600, endedAt: T0 + 600 });
    const old = verdict({ decidedAt: T0 + 900, evidence: [evidence({ at: T0 + 600 })] });
    expect(decideBan({ verdict: old, latestBan: ended, policy })).toBeUndefined();
    const fresh = { ...old, evidence: [evidence({ at: T0 + 660 })] };
    // What an operator took back was no offence.
    expect(decideBan({ verdict: fresh, latestBan: ended, policy })).toMatchObject({ offence: 1, proven: 1 });
  });

  test('evidence from before an operator’s ban is spent when that is over', () => {
    const byHand = ban({ origin: 'operator', evidence: [], proven: undefined });
    const old = verdict({ decidedAt: T0 + 2 * HOUR, evidence: [evidence({ at: T0 })] });
    expect(decideBan({ verdict: old, latestBan: byHand, policy })).toBeUndefined();
    expect(decide(T0 + 2 * HOUR, byHand)).toMatchObject({ offence: 2, expiresAt: T0 + 6 * HOUR });
  });

  test('a forgeable ban that was ended early takes nothing off the proven offences', () => {
    const ended = ban({ offence: 3, proven: 2, forgeable: true, endedAt: T0 + 600, expiresAt: T0 + 600 });
    expect(decide(T0 + HOUR, ended)).toMatchObject({ offence: 3, proven: 3 });
  });

  test('a forgeable ban that does not say so has no proven offence', () => {
    const plain = ban({ offence: 3, proven: undefined, forgeable: true });
    expect(decide(T0 + 2 * HOUR, plain)).toMatchObject({ offence: 4, proven: 1 });
  });

  test('forgeable evidence always earns the first length and never lengthens a later ban', () => {
    expect(hours(bansInARow(4, HOUR, () => true))).toEqual([1, 1, 1, 1]);
    const mixed = bansInARow(5, HOUR, (n) => n <= 3);
    expect(hours(mixed)).toEqual([1, 1, 1, 1, 4]);
    expect(mixed.map(({ offence }) => offence)).toEqual([1, 2, 3, 4, 5]);
  });

  test('one piece of evidence that cannot be forged is enough to escalate', () => {
    const both = [evidence({ forgeable: true, at: T0 + 2 * HOUR }), evidence({ at: T0 + 2 * HOUR })];
    const probe = verdict({ decidedAt: T0 + 3 * HOUR, evidence: both });
    expect(decideBan({ verdict: probe, latestBan: ban(), policy })).toMatchObject({
      forgeable: false,
      expiresAt: T0 + 7 * HOUR,
    });
  });

  test('each full decay period without a ban takes an offence off', () => {
    const latest = ban({ offence: 4, proven: 4 });
    const after = (days: number) => decide(latest.expiresAt + days * DAY, latest)?.offence;
    expect([29, 30, 59, 60, 90, 120, 1000].map(after)).toEqual([5, 4, 4, 3, 2, 1, 1]);
  });
});

describe('properties', () => {
  const policies: fc.Arbitrary<BanPolicy> = fc
    .record({
      firstSeconds: fc.integer({ min: 60, max: DAY }),
      factor: fc.double({ min: 1, max: 1000, noNaN: true }),
      room: fc.integer({ min: 0, max: 300 * DAY }),
      decaySeconds: fc.integer({ min: 60, max: 90 * DAY }),
    })
    .map(({ room, ...rest }) => checkBanPolicy({ ...rest, maxSeconds: rest.firstSeconds + room }));
  const steps = fc.array(fc.record({ gap: fc.nat({ max: 90 * DAY }), forgeable: fc.boolean() }), {
    maxLength: 15,
  });

  test('a ban is never shorter than the first, never longer than the maximum, and grows with the offences', () => {
    fc.assert(
      fc.property(policies, fc.integer({ min: 1, max: 200 }), (any, n) => {
        const seconds = banSeconds(any, n);
        expect(Number.isInteger(seconds)).toBe(true);
        expect(seconds).toBeGreaterThanOrEqual(any.firstSeconds);
        expect(seconds).toBeLessThanOrEqual(any.maxSeconds);
        expect(banSeconds(any, n + 1)).toBeGreaterThanOrEqual(seconds);
      }),
    );
  });

  test('deciding again on the same verdict decides nothing; a forgeable ban has the first length', () => {
    fc.assert(
      fc.property(policies, steps, (any, history) => {
        let latest: Ban | undefined;
        for (const { gap, forgeable } of history) {
          const at = (latest?.expiresAt ?? T0) + gap;
          const probe = verdict({ decidedAt: at, evidence: [evidence({ at, forgeable })] });
          const next = decideBan({ verdict: probe, latestBan: latest, policy: any });
          if (next === undefined) continue;
          expect(decideBan({ verdict: probe, latestBan: next, policy: any })).toBeUndefined();
          expect(isInForce(next, at)).toBe(true);
          if (forgeable) expect(next.expiresAt - at).toBe(any.firstSeconds);
          expect(next.proven ?? 0).toBeLessThanOrEqual(next.offence);
          latest = next;
        }
      }),
    );
  });
});

describe('policy', () => {
  test('is read from text', () => {
    expect(parseBanPolicy({ first: '15m', factor: 2, max: '1d', decay: '2w' })).toEqual({
      firstSeconds: 900,
      factor: 2,
      maxSeconds: DAY,
      decaySeconds: 14 * DAY,
    });
  });

  test.each<[Partial<BanPolicy>, string]>([
    [
      { firstSeconds: 59 },
      'ban.first is 59 seconds: write a whole number of seconds from 60 (1m) to 31536000',
    ],
    [{ firstSeconds: 90.5 }, 'ban.first is 90.5 seconds'],
    [{ maxSeconds: 3599 }, 'ban.max is 3599 seconds: write a whole number of seconds from 3600 (1h)'],
    [{ maxSeconds: 366 * DAY }, 'to 31536000'],
    [{ decaySeconds: 0 }, 'ban.decay is 0 seconds'],
    [{ factor: 0.5 }, 'ban.factor is 0.5: write a number from 1 (no escalation) to 1000'],
    [{ factor: NaN }, 'ban.factor is NaN'],
  ])('refuses %j', (wrong, message) => {
    const make = () => checkBanPolicy({ ...DEFAULT_BAN_POLICY, ...wrong });
    expect(make).toThrow(BanPolicyError);
    expect(make).toThrow(message);
  });
});
