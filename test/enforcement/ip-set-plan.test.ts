import * as fc from 'fast-check';
import { CidrSet, formatCidr, parseCidr } from '../../lambda/address';
import type { Ban } from '../../lambda/blacklist/ban';
import { banTargets } from '../../lambda/enforcement/ban-target';
import { IP_SET_CAPACITY, planIpSet } from '../../lambda/enforcement/ip-set-plan';
import { NOW, ban } from './support/bans';

interface Options {
  readonly family?: 4 | 6;
  readonly observed?: readonly string[];
  readonly allowed?: readonly string[];
  readonly capacity?: number;
}

const plan = (bans: readonly Ban[], { family = 4, observed = [], allowed = [], ...rest }: Options = {}) => {
  const targets = banTargets(bans, NOW, CidrSet.parse(allowed));
  const result = planIpSet({ family, targets, observed: observed.map((text) => parseCidr(text)), ...rest });
  return {
    addresses: result.addresses.map(formatCidr),
    add: result.add.map(formatCidr),
    remove: result.remove.map(formatCidr),
    overflow: result.overflow.map((target) => target.ban.source),
  };
};

describe('the list of an IP set', () => {
  it('holds each family’s bans, joined without loss', () => {
    const bans = [ban('198.51.100.3'), ban('198.51.100.2'), ban('2001:db8::7'), ban('203.0.113.9')];
    expect(plan(bans).addresses).toEqual(['198.51.100.2/31', '203.0.113.9/32']);
    expect(plan(bans, { family: 6 }).addresses).toEqual(['2001:db8::/64']);
  });

  it('says what comes and what goes', () =>
    expect(plan([ban('198.51.100.2')], { observed: ['198.51.100.9/32'] })).toMatchObject({
      add: ['198.51.100.2/32'],
      remove: ['198.51.100.9/32'],
    }));

  it('I4: asks for no change where the set holds the same addresses, in whatever pieces', () => {
    const bans = [ban('198.51.100.2'), ban('198.51.100.3')];
    expect(plan(bans, { observed: ['198.51.100.2/31'] })).toMatchObject({ add: [], remove: [] });
    expect(plan(bans, { observed: ['198.51.100.3/32', '198.51.100.2/32'] })).toMatchObject({
      add: [],
      remove: [],
    });
  });

  it('fills a set again that was emptied from outside, as CloudFormation does', () =>
    expect(plan([ban('198.51.100.2')], { observed: [] }).add).toEqual(['198.51.100.2/32']));

  it('empties the set when the last ban is over', () =>
    expect(plan([], { observed: ['198.51.100.2/32'] })).toMatchObject({
      addresses: [],
      remove: ['198.51.100.2/32'],
    }));

  it('I1: cuts what is allowed out of an operator’s block, and keeps the rest', () => {
    const block = ban('198.51.100.0/30', { origin: 'operator' });
    expect(plan([block], { allowed: ['198.51.100.1/32'] }).addresses).toEqual([
      '198.51.100.0/32',
      '198.51.100.2/31',
    ]);
  });

  it('writes halves where WAFv2 takes no /0', () => {
    const halves = [ban('0.0.0.0/1', { origin: 'operator' }), ban('128.0.0.0/1', { origin: 'operator' })];
    expect(plan(halves)).toMatchObject({ addresses: ['0.0.0.0/1', '128.0.0.0/1'], overflow: [] });
  });

  it('I3: keeps operators’ bans and the heaviest where they do not all fit, and names the others', () => {
    const bans = [
      ban('198.51.100.1', { weight: 5 }),
      ban('198.51.100.3', { weight: 1, origin: 'operator' }),
      ban('198.51.100.6', { weight: 4 }),
      ban('198.51.100.7', { weight: 4 }),
      ban('198.51.100.9', { weight: 5 }),
    ];
    expect(plan(bans, { capacity: 3 })).toMatchObject({
      addresses: ['198.51.100.1/32', '198.51.100.3/32', '198.51.100.6/31'],
      overflow: ['198.51.100.9'],
    });
  });

  it('I3: ten thousand and one that cannot be joined leave out exactly the lightest', () => {
    const bans = Array.from({ length: IP_SET_CAPACITY + 1 }, (_, i) =>
      ban(`2001:db8:${(2 * i).toString(16)}::1`, { weight: i + 1 }),
    );
    const { addresses, overflow } = plan(bans, { family: 6 });
    expect(addresses).toHaveLength(IP_SET_CAPACITY);
    expect(overflow).toEqual(['2001:db8:0::1']);
  });

  const sources = fc.array(
    fc.nat(31).map((i) => `198.51.100.${i}`),
    { maxLength: 20 },
  );

  it('I1, I12: holds exactly the banned addresses that are not allowed, in whatever order they come', () =>
    fc.assert(
      fc.property(sources, sources, (banned, allowed) => {
        const bans = [...new Set(banned)].map((source) => ban(source));
        const { addresses } = plan(bans, { allowed });
        const set = CidrSet.parse(addresses);
        for (let i = 0; i < 32; i++) {
          const text = `198.51.100.${i}`;
          expect(set.containsText(text)).toBe(banned.includes(text) && !allowed.includes(text));
        }
        expect(plan([...bans].reverse(), { allowed }).addresses).toEqual(addresses);
      }),
    ));
});
