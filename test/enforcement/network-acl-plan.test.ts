import { CidrSet, formatCidr } from '../../lambda/address';
import { planNetworkAcl } from '../../lambda/enforcement';
import { allow, deny, plan, problem } from './support/acl-world';

const A = '198.51.100.1/32';
const B = '198.51.100.2/32';
const C = '198.51.100.3/32';
const D = '203.0.113.4/32';
const NET = '198.51.100.0/24';
const SIX = '2001:db8:1::/64';

describe('changes of a network ACL', () => {
  it.each([
    ['nothing to do', [], [], []],
    [
      'first fill takes the lowest numbers in order of precedence',
      [],
      [D, A],
      ['+1 203.0.113.4/32', `+2 ${A}`],
    ],
    ['what stays keeps its number', [deny(7, A)], [A, B], [`+1 ${B}`]],
    ['a change is a replace in place', [deny(7, A)], [B], [`~7 ${A} → ${B}`]],
    ['what is over goes', [deny(1, A), deny(2, B)], [B], [`-1 ${A}`]],
    ['new entries come before old ones go', [deny(1, A), deny(2, SIX)], [A, B], [`+3 ${B}`, `-2 ${SIX}`]],
    ['a merge takes the place of a part', [deny(1, A), deny(2, B)], [NET], [`~1 ${A} → ${NET}`, `-2 ${B}`]],
    ['a split makes the other parts first', [deny(1, NET)], [A, B], [`+2 ${A}`, `~1 ${NET} → ${B}`]],
    [
      'a split uses other entries that go',
      [deny(1, NET), deny(2, D)],
      [A, B],
      [`~2 ${D} → ${A}`, `~1 ${NET} → ${B}`],
    ],
    ['of two equal entries one goes', [deny(3, A), deny(9, A)], [A], [`-9 ${A}`]],
    [
      'an entry inside another goes first',
      [deny(1, NET), deny(2, A)],
      [B, C],
      [`~2 ${A} → ${B}`, `~1 ${NET} → ${C}`],
    ],
    ['a block inside another wanted one needs no entry', [], [A, NET, B, NET], [`+1 ${NET}`]],
    ['families do not share entries', [deny(1, A)], [SIX], [`+2 ${SIX}`, `-1 ${A}`]],
  ])('%s', (_, observed, wanted, changes) => expect(plan(observed, wanted)).toEqual(changes));

  it('uses the numbers one family gives up for the other when there are no more', () => {
    const tight = { ruleNumbers: { first: 1, last: 2 } };
    expect(plan([deny(1, A), deny(2, B)], [A, SIX], tight)).toEqual([`-2 ${B}`, `+2 ${SIX}`]);
    expect(plan([deny(1, SIX), deny(2, '2001:db8:2::/64')], [A, B], tight)).toEqual([
      `-1 ${SIX}`,
      '-2 2001:db8:2::/64',
      `+1 ${A}`,
      `+2 ${B}`,
    ]);
  });
});

describe('what is not ours (I2)', () => {
  it('leaves strangers and foreign rules, and reports strangers with the reason', () => {
    const observed = [
      deny(1, A),
      deny(2, B),
      allow(3, NET),
      { ...deny(4, C), protocol: '17' },
      deny(60, D),
      allow(100),
      deny(32_767, '0.0.0.0/0'),
    ];
    const owned = [1, 3, 4, 60].map((ruleNumber) => ({ networkAclId: 'acl-1', ruleNumber, cidr: A }));
    const result = planNetworkAcl(problem(observed, [], { owned }));
    expect(result.changes).toEqual([{ op: 'delete', ruleNumber: 1, from: A }]);
    expect(result.strangers.map(({ ruleNumber, reason }) => [ruleNumber, reason])).toEqual([
      [2, 'not recorded as ours'],
      [3, 'not a plain deny'],
      [4, 'not a plain deny'],
      [60, 'recorded as ours outside the owned numbers'],
    ]);
    expect(result.stale.map(({ ruleNumber }) => ruleNumber)).toEqual([3, 4]);
  });

  it('heals an entry that somebody removed, and forgets the record of one that is not wanted any more', () => {
    const owned = [A, B].map((cidr, i) => ({ networkAclId: 'acl-1', ruleNumber: i + 1, cidr }));
    const result = planNetworkAcl(problem([], [A], { owned }));
    expect(result.changes).toEqual([{ op: 'create', ruleNumber: 1, to: A }]);
    expect(result.stale.map(({ ruleNumber }) => ruleNumber)).toEqual([2]);
  });

  it('replaces an entry of ours whose CIDR somebody edited', () => {
    const owned = [{ networkAclId: 'acl-1', ruleNumber: 1, cidr: A }];
    expect(plan([deny(1, D)], [A], { owned })).toEqual([`~1 ${D} → ${A}`]);
  });
});

describe('room (I3)', () => {
  const many = Array.from({ length: 30 }, (_, i) => `198.51.100.${i}/32`);
  const foreign = Array.from({ length: 5 }, (_, i) => allow(100 + i));

  it('counts the final deny and the foreign rules of the family', () => {
    const result = planNetworkAcl(problem(foreign, [...many, SIX]));
    expect(result.slots).toEqual({ 4: 14, 6: 18 });
    expect(result.changes).toHaveLength(15);
  });

  it('gives up the least important entries when rules of others take the room', () => {
    const ours = many.slice(0, 15).map((cidr, i) => deny(i + 1, cidr));
    expect(plan([...ours, ...foreign], many.slice(0, 15))).toEqual([`-15 ${many[14] ?? ''}`]);
  });

  it('has no slots at all where others use up the quota', () => {
    const full = Array.from({ length: 25 }, (_, i) => allow(100 + i));
    expect(planNetworkAcl(problem(full, [A])).slots[4]).toBe(0);
  });

  it.each([
    [30, 30, { 4: 5, 6: 5 }],
    [30, 2, { 4: 8, 6: 2 }],
    [1, 30, { 4: 1, 6: 9 }],
    [30, 0, { 4: 10, 6: 0 }],
  ])('shares ten numbers between %i IPv4 and %i IPv6 blocks', (four, six, slots) => {
    const sixes = Array.from({ length: six }, (_, i) => `2001:db8:0:${i.toString(16)}::/64`);
    const result = planNetworkAcl(
      problem([], [...many.slice(0, four), ...sixes], { ruleNumbers: { first: 1, last: 10 } }),
    );
    expect(result.slots).toEqual(slots);
    expect(result.changes).toHaveLength(Math.min(10, four + six));
  });
});

describe('the allowlist (I1)', () => {
  const allowlist = CidrSet.parse(['198.51.100.2/32']);

  it('refuses what overlaps it and says so', () => {
    const result = planNetworkAcl(problem([], [NET, D], { allowlist }));
    expect(result.refused.map(formatCidr)).toEqual([NET]);
    expect(result.changes).toEqual([{ op: 'create', ruleNumber: 1, to: D }]);
  });

  it('removes an entry that overlaps it by now, as early as nothing is unblocked by that', () => {
    expect(plan([deny(1, D), deny(2, B)], [A], { allowlist })).toEqual([`~2 ${B} → ${A}`, `-1 ${D}`]);
    expect(plan([deny(1, D), deny(2, NET)], [A], { allowlist })).toEqual([`~2 ${NET} → ${A}`, `-1 ${D}`]);
  });
});
