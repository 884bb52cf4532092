import * as fc from 'fast-check';
import { CidrSet, cidrOf, formatCidr, parseCidr } from '../../lambda/address';
import { banTargets } from '../../lambda/enforcement/ban-target';
import { type BoundedNetworkAcl, boundNetworkAcl } from '../../lambda/enforcement/network-acl-state';
import { chooseWanted } from '../../lambda/enforcement/wanted-entries';
import { deny } from './support/acl-world';
import { NOW, ban } from './support/bans';

/** A network ACL with entries of ours from number 1 up. */
function acl(id: string, cidrs: readonly string[], ipv4 = 2): BoundedNetworkAcl {
  const owned = cidrs.map((cidr, i) => ({ networkAclId: id, ruleNumber: i + 1, cidr }));
  const config = { id, ruleNumbers: '1-50', quota: 20, slots: { ipv4, ipv6: 2 } };
  return boundNetworkAcl(config, { observed: cidrs.map((cidr, i) => deny(i + 1, cidr)), owned });
}

function wanted(
  weights: Readonly<Record<string, number>>,
  one: BoundedNetworkAcl,
  others: BoundedNetworkAcl[],
) {
  const bans = Object.entries(weights).map(([source, weight]) => ban(source, { weight }));
  const targets = banTargets(bans, NOW, CidrSet.empty);
  const result = chooseWanted({ acl: one, others, targets, allowlist: CidrSet.empty, legitimate: [] });
  return [...result[4], ...result[6]].map(formatCidr);
}

const [A, B, C] = ['198.51.100.1', '203.0.113.2', '192.0.2.130'] as const;

describe('what network ACLs should deny', () => {
  it('is the heaviest first, each family with its own slots', () => {
    const weights = { [A]: 1, [B]: 3, [C]: 2, '2001:db8:7::1': 1 };
    expect(wanted(weights, acl('acl-1', []), [])).toEqual([`${B}/32`, `${C}/32`, '2001:db8:7::/64']);
  });

  it('does not change for a gain of less than a hundredth of the weight', () => {
    const held = acl('acl-1', [`${A}/32`], 1);
    expect(wanted({ [A]: 100, [B]: 102 }, held, [])).toEqual([`${A}/32`]);
    expect(wanted({ [A]: 100, [B]: 103 }, held, [])).toEqual([`${B}/32`]);
  });

  it('is the same for network ACLs with as many slots, whatever each of them holds', () => {
    const [one, two] = [acl('acl-1', [`${A}/32`], 1), acl('acl-2', [], 1)];
    const weights = { [A]: 100, [B]: 101 };
    expect(wanted(weights, one, [two])).toEqual([`${A}/32`]);
    expect(wanted(weights, two, [one])).toEqual([`${A}/32`]);
    expect(wanted(weights, two, [])).toEqual([`${B}/32`]);
  });

  it('is the best for each number of slots: one with fewer does not get what is best for more', () => {
    const weights = { '198.51.100.1': 5, '198.51.100.2': 5, '198.51.100.14': 5, [B]: 9, [C]: 8 };
    const small = acl('acl-1', [], 1);
    const large = acl('acl-2', [`${B}/32`, `${C}/32`], 4);
    expect(wanted(weights, small, [large])).toEqual(['198.51.100.0/28']);
    expect(wanted(weights, large, [small])).toEqual(['198.51.100.0/28', `${B}/32`, `${C}/32`]);
  });

  it('I4: stays what it is while it is carried out, in whatever order and however far', () => {
    const address = (n: number) =>
      cidrOf({ family: 4, value: parseCidr('198.51.100.0').first + BigInt(n) }, 32);
    const held = fc
      .uniqueArray(fc.nat(15), { maxLength: 3 })
      .map((ns) => ns.map((n) => formatCidr(address(n))));
    const weights = fc.array(fc.integer({ min: 90, max: 110 }), { minLength: 1, maxLength: 16 });
    fc.assert(
      fc.property(weights, held, held, fc.nat(3), fc.nat(3), (packets, inOne, inTwo, doneOne, doneTwo) => {
        const bans = Object.fromEntries(
          packets.map((weight, n) => [formatCidr(address(n)).replace('/32', ''), weight]),
        );
        const plan = wanted(bans, acl('acl-1', inOne, 3), [acl('acl-2', inTwo, 3)]);
        expect(wanted(bans, acl('acl-2', inTwo, 3), [acl('acl-1', inOne, 3)])).toEqual(plan);
        const [one, two] = [partly(inOne, plan, doneOne), partly(inTwo, plan, doneTwo)];
        expect(wanted(bans, acl('acl-1', one, 3), [acl('acl-2', two, 3)])).toEqual(plan);
      }),
    );
  });
});

/** What is held when `done` of the plan's entries have come, each in place of one that goes. */
function partly(held: readonly string[], plan: readonly string[], done: number): string[] {
  const coming = plan.filter((cidr) => !held.includes(cidr)).slice(0, done);
  const going = held.filter((cidr) => !plan.includes(cidr)).slice(coming.length);
  return [...held.filter((cidr) => plan.includes(cidr)), ...coming, ...going];
}
