import { type Cidr, CidrSet, cidrOf, cidrsOverlap, formatCidr, parseCidr } from '../../lambda/address';
import { type SlotChange, type SlotEntry, assignSlots } from '../../lambda/filter-set';
import { seeded } from './seeded';

const numbersFrom = (first: number, last = first + 20) =>
  Array.from({ length: last - first + 1 }, (_, i) => first + i);

function plan(current: Record<number, string>, chosen: string[], free: number[]) {
  const result = assignSlots({
    current: Object.entries(current).map(([n, cidr]) => ({ ruleNumber: Number(n), cidr: parseCidr(cidr) })),
    chosen: chosen.map((cidr) => parseCidr(cidr)),
    free,
  });
  return {
    changes: result.changes.map(show),
    slots: Object.fromEntries(result.assignments.map((e) => [e.ruleNumber, formatCidr(e.cidr)])),
  };
}

function show(change: SlotChange): string {
  const from = change.from === undefined ? '' : ` ${formatCidr(change.from)}`;
  const to = change.to === undefined ? '' : ` -> ${formatCidr(change.to)}`;
  return `${change.op} ${change.ruleNumber}${from}${to}`;
}

describe('assignSlots', () => {
  it('leaves entries that stay where they are', () => {
    const result = plan({ 7: '192.0.2.1/32', 3: '192.0.2.2/32' }, ['192.0.2.1', '192.0.2.2'], numbersFrom(1));
    expect(result).toEqual({ changes: [], slots: { 3: '192.0.2.2/32', 7: '192.0.2.1/32' } });
  });

  it('replaces in place, then creates on free numbers in the order given', () => {
    const result = plan({ 5: '192.0.2.1/32' }, ['192.0.2.8', '192.0.2.9'], [2, 1]);
    expect(result.changes).toEqual(['replace 5 192.0.2.1/32 -> 192.0.2.8/32', 'create 2 -> 192.0.2.9/32']);
  });

  it('never turns an IPv4 entry into an IPv6 one in place', () => {
    const result = plan({ 1: '192.0.2.1/32' }, ['2001:db8::/64'], [2]);
    expect(result.changes).toEqual(['create 2 -> 2001:db8::/64', 'delete 1 192.0.2.1/32']);
  });

  it('uses a number that the other family gives up once no other is left, after the delete', () => {
    const result = plan({ 1: '192.0.2.1/32' }, ['2001:db8::/64'], []);
    expect(result.changes).toEqual(['delete 1 192.0.2.1/32', 'create 1 -> 2001:db8::/64']);
    const two = plan({ 1: '192.0.2.1/32' }, ['2001:db8::/64', '2001:db8:1::/64'], [9]);
    expect(two.slots).toEqual({ 1: '2001:db8:1::/64', 9: '2001:db8::/64' });
  });

  it('refuses more blocks than there are numbers: whom to leave out is not decided here', () => {
    expect(() => plan({ 1: '192.0.2.1/32' }, ['192.0.2.8', '192.0.2.9'], [])).toThrow(
      '2 blocks are chosen for 1 rule numbers',
    );
  });

  it('gives up early what is urgent to give up', () => {
    const result = assignSlots({
      current: [1, 2].map((n) => ({ ruleNumber: n, cidr: parseCidr(`192.0.2.${n}`) })),
      chosen: [parseCidr('192.0.2.8')],
      free: [3],
      urgent: (cidr) => formatCidr(cidr) === '192.0.2.2/32',
    });
    expect(result.changes.map(show)).toEqual([
      'replace 2 192.0.2.2/32 -> 192.0.2.8/32',
      'delete 1 192.0.2.1/32',
    ]);
  });

  it('keeps the lower of two numbers that hold the same block', () => {
    const result = plan({ 4: '192.0.2.1/32', 2: '192.0.2.1/32' }, ['192.0.2.1'], numbersFrom(1));
    expect(result).toMatchObject({ changes: ['delete 4 192.0.2.1/32'], slots: { 2: '192.0.2.1/32' } });
  });

  it('widens in place where the wider block overlaps what is there', () => {
    const result = plan(
      { 1: '198.51.100.1/32', 2: '192.0.2.1/32', 3: '192.0.2.2/32' },
      ['203.0.113.1', '192.0.2.0/24'],
      [],
    );
    expect(result.changes).toEqual([
      'replace 1 198.51.100.1/32 -> 203.0.113.1/32',
      'replace 2 192.0.2.1/32 -> 192.0.2.0/24',
      'delete 3 192.0.2.2/32',
    ]);
  });

  it('brings a new block in before anything that only that one denies goes', () => {
    const merge = plan({ 1: '192.0.2.2/32', 2: '192.0.2.9/32' }, ['203.0.113.1', '192.0.2.0/24'], []);
    expect(merge.changes).toEqual([
      'replace 1 192.0.2.2/32 -> 192.0.2.0/24',
      'replace 2 192.0.2.9/32 -> 203.0.113.1/32',
    ]);
    // 192.0.2.2 stays denied by rule 2 when it leaves rule 1.
    const nested = plan({ 1: '192.0.2.2/32', 2: '192.0.2.0/25' }, ['203.0.113.1', '192.0.2.0/24'], []);
    expect(nested.changes).toEqual([
      'replace 1 192.0.2.2/32 -> 203.0.113.1/32',
      'replace 2 192.0.2.0/25 -> 192.0.2.0/24',
    ]);
    const split = plan({ 1: '192.0.2.0/24' }, ['192.0.2.1', '192.0.2.9'], [2]);
    expect(split.changes).toEqual(['create 2 -> 192.0.2.1/32', 'replace 1 192.0.2.0/24 -> 192.0.2.9/32']);
  });

  it('never unblocks in between what is blocked before and after (I5), whatever stood there, nested or twice', () => {
    const random = seeded(5);
    for (let i = 0; i < 1000; i++) {
      const current = (i % 2 === 0 ? disjoint(random) : blocks(random)).map((cidr, n) => ({
        ruleNumber: 2 * n,
        cidr,
      }));
      const chosen = disjoint(random);
      const need = Math.max(0, chosen.length - current.length);
      const free = numbersFrom(100, 99 + need + Math.floor(random() * 8));
      const { changes, assignments } = assignSlots({ current, chosen, free });
      const wanted = CidrSet.of(chosen);
      const both = numbersFrom(0, 31).filter((x) => holds(current, x) && wanted.containsIpv4(BASE + x));
      const slots = new Map(current.map((entry) => [entry.ruleNumber, entry.cidr]));
      const most = { 4: mostOf(4, current, chosen), 6: mostOf(6, current, chosen) };
      for (const change of changes) {
        if (change.op === 'create') expect(slots.has(change.ruleNumber)).toBe(false);
        if (change.to === undefined) slots.delete(change.ruleNumber);
        else slots.set(change.ruleNumber, change.to);
        const now = [...slots].map(([ruleNumber, cidr]) => ({ ruleNumber, cidr }));
        expect(both.filter((x) => !holds(now, x))).toEqual([]);
        // I3: at no time more entries of a family than before or after.
        for (const family of [4, 6] as const)
          expect(count(family, [...slots.values()])).toBeLessThanOrEqual(most[family]);
      }
      expect([...slots.values()].map(formatCidr).sort()).toEqual(chosen.map(formatCidr).sort());
      expect(assignments.map((e) => [e.ruleNumber, e.cidr])).toEqual([...slots].sort(([a], [b]) => a - b));
    }
  });
});

const BASE = 0xc0000200; // 192.0.2.0
const holds = (entries: readonly SlotEntry[], x: number) =>
  CidrSet.of(entries.map((entry) => entry.cidr)).containsIpv4(BASE + x);
const count = (family: 4 | 6, cidrs: readonly Cidr[]) =>
  cidrs.filter((cidr) => cidr.family === family).length;
const mostOf = (family: 4 | 6, current: readonly SlotEntry[], chosen: readonly Cidr[]) =>
  Math.max(
    count(
      family,
      current.map((entry) => entry.cidr),
    ),
    count(family, chosen),
  );

/** A few blocks inside 192.0.2.0/27 and 2001:db8::/59, in random order. */
function blocks(random: () => number): Cidr[] {
  return Array.from({ length: 8 }, () => {
    const offset = BigInt(Math.floor(random() * 32));
    const narrower = Math.floor(random() * 4);
    return random() < 0.7
      ? cidrOf({ family: 4, value: BigInt(BASE) + offset }, 32 - narrower)
      : cidrOf({ family: 6, value: (0x20010db8n << 96n) + (offset << 64n) }, 64 - narrower);
  });
}

/** The first of such blocks that do not overlap. */
function disjoint(random: () => number): Cidr[] {
  return blocks(random).reduce<Cidr[]>(
    (kept, cidr) => (kept.some((block) => cidrsOverlap(block, cidr)) ? kept : [...kept, cidr]),
    [],
  );
}
