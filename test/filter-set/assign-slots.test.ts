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
    unplaced: result.unplaced.map(formatCidr),
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
    expect(result).toEqual({ changes: [], slots: { 3: '192.0.2.2/32', 7: '192.0.2.1/32' }, unplaced: [] });
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
    const result = plan({ 1: '192.0.2.1/32' }, ['2001:db8::/64', '2001:db8:1::/64'], []);
    expect(result.changes).toEqual(['delete 1 192.0.2.1/32', 'create 1 -> 2001:db8::/64']);
    expect(result.unplaced).toEqual(['2001:db8:1::/64']);
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
      'replace 2 192.0.2.1/32 -> 192.0.2.0/24',
      'replace 1 198.51.100.1/32 -> 203.0.113.1/32',
      'delete 3 192.0.2.2/32',
    ]);
  });

  it('brings a new block in before anything it overlaps goes', () => {
    // 192.0.2.2 leaves rule 1 by the first replace, so rule 2 must hold the /24 before.
    const result = plan({ 1: '192.0.2.2/32', 2: '192.0.2.0/25' }, ['203.0.113.1', '192.0.2.0/24'], []);
    expect(result.changes).toEqual([
      'replace 1 192.0.2.2/32 -> 192.0.2.0/24',
      'replace 2 192.0.2.0/25 -> 203.0.113.1/32',
    ]);
    const split = plan({ 1: '192.0.2.0/24' }, ['192.0.2.1', '192.0.2.9'], [2]);
    expect(split.changes).toEqual(['create 2 -> 192.0.2.9/32', 'replace 1 192.0.2.0/24 -> 192.0.2.1/32']);
  });

  it('never unblocks in between what is blocked before and after (I5)', () => {
    const random = seeded(5);
    for (let i = 0; i < 500; i++) {
      const current = disjoint(random).map((cidr, n) => ({ ruleNumber: 2 * n, cidr }));
      const chosen = disjoint(random);
      const free = numbersFrom(100, 100 + Math.floor(random() * 8));
      const { changes, unplaced } = assignSlots({ current, chosen, free });
      const wanted = CidrSet.of(chosen.filter((cidr) => !unplaced.includes(cidr)));
      const both = numbersFrom(0, 31).filter((x) => holds(current, x) && wanted.containsIpv4(BASE + x));
      const slots = new Map(current.map((entry) => [entry.ruleNumber, entry.cidr]));
      for (const change of changes) {
        if (change.op === 'create') expect(slots.has(change.ruleNumber)).toBe(false);
        if (change.to === undefined) slots.delete(change.ruleNumber);
        else slots.set(change.ruleNumber, change.to);
        const now = [...slots].map(([ruleNumber, cidr]) => ({ ruleNumber, cidr }));
        expect(both.filter((x) => !holds(now, x))).toEqual([]);
      }
      expect([...slots.values()].map(formatCidr).sort()).toEqual(wantedTexts(chosen, unplaced));
    }
  });
});

const BASE = 0xc0000200; // 192.0.2.0
const holds = (entries: readonly SlotEntry[], x: number) =>
  CidrSet.of(entries.map((entry) => entry.cidr)).containsIpv4(BASE + x);
const wantedTexts = (chosen: readonly Cidr[], unplaced: readonly Cidr[]) =>
  chosen
    .filter((cidr) => !unplaced.includes(cidr))
    .map(formatCidr)
    .sort();

/** A few disjoint blocks inside 192.0.2.0/27 and 2001:db8::/59, in random order. */
function disjoint(random: () => number): Cidr[] {
  const blocks: Cidr[] = [];
  for (let i = 0; i < 8; i++) {
    const offset = BigInt(Math.floor(random() * 32));
    const narrower = Math.floor(random() * 4);
    const cidr =
      random() < 0.7
        ? cidrOf({ family: 4, value: BigInt(BASE) + offset }, 32 - narrower)
        : cidrOf({ family: 6, value: (0x20010db8n << 96n) + (offset << 64n) }, 64 - narrower);
    if (!blocks.some((block) => cidrsOverlap(block, cidr))) blocks.push(cidr);
  }
  return blocks;
}
