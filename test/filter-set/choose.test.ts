import { CidrSet, formatCidr, parseCidr } from '../../lambda/address';
import {
  type FilterCandidate,
  FilterSetError,
  MOST_WORTH,
  type FilterSetProblem,
  chooseFilterSet,
  defaultFilterSetPolicy,
  filterSetPolicyFor,
} from '../../lambda/filter-set';

const candidate = (cidr: string, weight = 1, more: Partial<FilterCandidate> = {}): FilterCandidate => ({
  cidr: parseCidr(cidr),
  weight,
  forgeable: false,
  pinned: false,
  ...more,
});

function problem(candidates: FilterCandidate[], more: Partial<FilterSetProblem> = {}): FilterSetProblem {
  return {
    family: candidates[0]?.cidr.family ?? 4,
    slots: 1,
    candidates,
    legitimate: [],
    allowlist: CidrSet.empty,
    current: [],
    policy: defaultFilterSetPolicy,
    ...more,
  };
}

const chosen = (given: FilterSetProblem) =>
  chooseFilterSet(given).entries.map((entry) => formatCidr(entry.cidr));
const neighbours = [1, 2, 3, 4].map((host) => candidate(`198.51.100.${host}`));

describe('chooseFilterSet', () => {
  it('widens to the narrowest prefix that holds enough neighbours', () => {
    const { entries, overflow } = chooseFilterSet(problem([...neighbours, candidate('203.0.113.9', 3)]));
    expect(entries).toEqual([{ cidr: parseCidr('198.51.100.0/29'), weight: 4, sources: 4, collateral: 4 }]);
    expect(overflow.map((c) => formatCidr(c.cidr))).toEqual(['203.0.113.9/32']);
  });

  it('lists what did not fit from the heaviest, of equals the lower address first', () => {
    const many = [
      candidate('203.0.113.9', 0.5),
      candidate('192.0.2.1', 2),
      candidate('198.18.0.1', 2),
      candidate('192.0.2.200', 9),
    ];
    const { overflow, blockedWeight, totalWeight } = chooseFilterSet(problem(many));
    expect(overflow.map((c) => formatCidr(c.cidr))).toEqual([
      '192.0.2.1/32',
      '198.18.0.1/32',
      '203.0.113.9/32',
    ]);
    expect([blockedWeight, totalWeight]).toEqual([9, 13.5]);
  });

  it('does not widen on evidence that could be forged', () => {
    const forged = neighbours.map((c) => ({ ...c, forgeable: true }));
    expect(chosen(problem(forged))).toEqual(['198.51.100.1/32']);
  });

  it('stops widening where the allowlist or a legitimate source begins', () => {
    expect(chosen(problem(neighbours, { allowlist: CidrSet.parse(['198.51.100.0/32']) }))).toEqual([
      '198.51.100.1/32',
    ]);
    const office = { cidr: parseCidr('198.51.100.7'), cost: Infinity };
    expect(chosen(problem(neighbours, { legitimate: [office] }))).toEqual(['198.51.100.0/30']);
  });

  it('gives no slot to what is allowed, not even for an operator', () => {
    const allowlist = CidrSet.parse(['198.51.100.0/24']);
    expect(chosen(problem([candidate('198.51.100.1', 5, { pinned: true })], { allowlist }))).toEqual([]);
  });

  it('puts an operator’s block in as it was written, before anything heavier', () => {
    const block = candidate('203.0.112.0/20', 0.1, { pinned: true });
    expect(chosen(problem([...neighbours, block]))).toEqual(['203.0.112.0/20']);
  });

  it('blocks an IPv6 /64, and only the address where a neighbour in it is legitimate', () => {
    const scanner = candidate('2001:db8::bad');
    expect(chosen(problem([scanner]))).toEqual(['2001:db8::/64']);
    const phone = { cidr: parseCidr('2001:db8::1'), cost: Infinity };
    expect(chosen(problem([scanner], { legitimate: [phone] }))).toEqual(['2001:db8::bad/128']);
    expect(chosen(problem([scanner], { allowlist: CidrSet.parse(['2001:db8::1']) }))).toEqual([
      '2001:db8::bad/128',
    ]);
  });

  const sticky = { ...defaultFilterSetPolicy, stability: 1 };

  it('keeps an entry until another is better by more than the bonus', () => {
    const two = (better: number) => [candidate('192.0.2.1', 1), candidate('203.0.113.1', better)];
    const current = [parseCidr('192.0.2.1')];
    expect(chosen(problem(two(1.9), { current, policy: sticky }))).toEqual(['192.0.2.1/32']);
    expect(chosen(problem(two(2.1), { current, policy: sticky }))).toEqual(['203.0.113.1/32']);
    expect(
      chosen(
        problem([candidate('192.0.2.1'), candidate('192.0.2.129')], { current: [parseCidr('192.0.2.129')] }),
      ),
    ).toEqual(['192.0.2.129/32']);
  });

  it('keeps a current entry of any width that the rules still allow', () => {
    const held = { current: [parseCidr('198.51.100.0/26')], policy: sticky };
    expect(chosen(problem(neighbours, held))).toEqual(['198.51.100.0/26']);
    expect(chosen(problem(neighbours.slice(0, 2), held))).toEqual(['198.51.100.1/32']);
    expect(chosen(problem([candidate('192.0.2.1')], held))).toEqual(['192.0.2.1/32']);
  });

  it('has a bonus in proportion to the traffic where it is deployed: all slots together earn one point', () => {
    const two = (better: number) => [candidate('192.0.2.1', 100), candidate('203.0.113.1', better)];
    const best = (better: number) => {
      const candidates = two(better);
      const policy = filterSetPolicyFor(candidates, 1);
      return chosen(problem(candidates, { current: [parseCidr('192.0.2.1')], policy }));
    };
    expect(best(102)).toEqual(['192.0.2.1/32']);
    expect(best(102.1)).toEqual(['203.0.113.1/32']);
    expect(filterSetPolicyFor(two(300), 4).stability).toBe(1);
    expect(filterSetPolicyFor(two(300), 0).stability).toBe(0);
  });

  it('gives results that the next choice, in the same working memory, leaves alone', () => {
    const first = chooseFilterSet(problem(neighbours));
    const before = JSON.stringify(first, (_, value: unknown) =>
      typeof value === 'bigint' ? String(value) : value,
    );
    chooseFilterSet(problem([candidate('2001:db8::1', 7), candidate('2001:db8:1::1', 8)]));
    expect(
      JSON.stringify(first, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value)),
    ).toBe(before);
    expect(chooseFilterSet(problem(neighbours))).toEqual(first);
  });

  it('adds up the heaviest weights there may be', () => {
    const heavy = [1, 2, 3].map((host) => candidate(`198.51.100.${host}`, MOST_WORTH));
    const { entries, totalWeight } = chooseFilterSet(problem(heavy));
    expect(entries.map((entry) => entry.weight)).toEqual([3 * MOST_WORTH]);
    expect(totalWeight).toBe(3 * MOST_WORTH);
  });

  it('takes a source without weight for a source: no other address, and no reason for an entry', () => {
    const two = [candidate('192.0.2.0', 2), candidate('192.0.2.1', 0), candidate('203.0.113.1', -0)];
    const policy = { ...defaultFilterSetPolicy, minSources: 2, collateralCost: 0.5, stability: 1 };
    const current = [parseCidr('192.0.2.0/31'), parseCidr('203.0.113.1')];
    const { entries, overflow } = chooseFilterSet(problem(two, { slots: 2, policy, current }));
    expect(entries.map((e) => [formatCidr(e.cidr), e.sources, e.collateral])).toEqual([
      ['192.0.2.0/31', 2, 0],
      ['203.0.113.1/32', 1, 0],
    ]);
    expect(overflow).toEqual([]);
    expect(chosen(problem(two, { slots: 2 }))).toEqual(['192.0.2.0/32']);
  });

  it('answers nothing to nothing', () => {
    expect(chooseFilterSet(problem([]))).toEqual({
      entries: [],
      overflow: [],
      blockedWeight: 0,
      totalWeight: 0,
    });
    expect(chosen(problem(neighbours, { slots: 0 }))).toEqual([]);
  });

  it.each<[string, Partial<FilterSetProblem>]>([
    ['slots must be a whole number from 0 to 10000, not 1.5', { slots: 1.5 }],
    [
      'stability must be a number from 0 to 1e+300, not -1',
      { policy: { ...defaultFilterSetPolicy, stability: -1 } },
    ],
    [
      'minDensity must be a number from 0 to 1, not NaN',
      { policy: { ...defaultFilterSetPolicy, minDensity: NaN } },
    ],
    ['weight must be a number from 0 to 1e+300, not -1', { candidates: [candidate('192.0.2.1', -1)] }],
    ['weight must be a number from 0 to 1e+300, not NaN', { candidates: [candidate('192.0.2.1', NaN)] }],
    ['weight must be a number from 0 to 1e+300, not 1e+301', { candidates: [candidate('192.0.2.1', 1e301)] }],
    ['a candidate is not of family IPv6', { family: 6 }],
    ['a current entry is not of family IPv4', { current: [parseCidr('2001:db8::/64')] }],
    [
      'a legitimate source is not of family IPv4',
      { legitimate: [{ cidr: parseCidr('2001:db8::1'), cost: 1 }] },
    ],
    [
      'cost must be a number from 0 to 1e+300, or Infinity, not -1',
      { legitimate: [{ cidr: parseCidr('192.0.2.1'), cost: -1 }] },
    ],
  ])('refuses: %s', (message, change) => {
    const run = () => chooseFilterSet(problem(neighbours, change));
    expect(run).toThrow(FilterSetError);
    expect(run).toThrow(message);
  });
});
