import { CapacityError, ConflictError, type NetworkAclChange } from '../../lambda/enforcement';
import { isStillToDo } from '../../lambda/enforcement/entry-check';
import { allow, deny } from './support/acl-world';

const bounds = { id: 'acl-1', ruleNumbers: { first: 1, last: 10 }, quota: 4 };
const A = '198.51.100.1/32';
const B = '198.51.100.2/32';
const create: NetworkAclChange = { op: 'create', ruleNumber: 5, to: A };
const replace: NetworkAclChange = { op: 'replace', ruleNumber: 5, from: A, to: B };
const remove: NetworkAclChange = { op: 'delete', ruleNumber: 5, from: A };

describe('just before a change', () => {
  it.each([
    ['a new entry whose number is free', create, [allow(100)]],
    ['a replacement of what the plan saw', replace, [deny(5, A)]],
    ['a removal of what the plan saw', remove, [deny(5, A)]],
  ])('%s is still to be made', (_, change, observed) => {
    expect(isStillToDo(change, observed, bounds)).toBe(true);
  });

  it.each([
    ['a new entry', create, [deny(5, A)]],
    ['a replacement', replace, [deny(5, B)]],
    ['a removal', remove, []],
  ])('%s that is there already is not made again', (_, change, observed) => {
    expect(isStillToDo(change, observed, bounds)).toBe(false);
  });

  it.each([
    ['a new entry on a number that somebody took', create, [deny(5, B)]],
    ['a replacement where somebody put an allow', replace, [allow(5)]],
    ['a replacement of an entry that is gone', replace, []],
    ['a replacement where somebody put another deny', replace, [deny(5, '203.0.113.0/24')]],
    ['a removal where somebody put an allow', remove, [allow(5)]],
    ['a removal where somebody put one for one protocol', remove, [{ ...deny(5, A), protocol: '17' }]],
    ['a number that is not ours', { ...create, ruleNumber: 11 }, []],
    ['a number below ours', { ...create, ruleNumber: 0 }, []],
  ])('I2: %s is not made', (_, change, observed) => {
    expect(() => isStillToDo(change, observed, bounds)).toThrow(ConflictError);
  });

  it('I3: the last rule of the quota is made, one more is not; the other family does not count', () => {
    const six = [deny(1, '2001:db8::/64'), deny(2, '2001:db8:1::/64'), deny(3, '2001:db8:2::/64')];
    expect(isStillToDo(create, [deny(1, B), allow(100), ...six], bounds)).toBe(true);
    const full = [deny(1, B), allow(100), allow(101), deny(32_767, '0.0.0.0/0')];
    expect(() => isStillToDo(create, full, bounds)).toThrow(CapacityError);
  });
});
