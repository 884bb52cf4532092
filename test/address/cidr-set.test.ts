import fc from 'fast-check';
import { AddressError, CidrSet, parseAddress, parseCidr } from '../../lambda/address';

describe('a set of addresses', () => {
  it('joins what is adjacent, overlapping or repeated, and drops what is inside', () => {
    const set = CidrSet.parse([
      '198.51.100.128/25',
      '198.51.100.0/25',
      '198.51.100.7',
      '198.51.101.0/24',
      '203.0.113.7',
      '203.0.113.7',
    ]);
    expect(set.toStrings()).toEqual(['198.51.100.0/23', '203.0.113.7/32']);
  });

  it('writes an unaligned range as the fewest blocks', () => {
    const set = CidrSet.parse(['198.51.100.1', '198.51.100.2/31', '198.51.100.4/30', '198.51.100.8']);
    expect(set.toStrings()).toEqual([
      '198.51.100.1/32',
      '198.51.100.2/31',
      '198.51.100.4/30',
      '198.51.100.8/32',
    ]);
  });

  it('reaches from the first address to the last', () => {
    const ends = CidrSet.parse([
      '0.0.0.0',
      '255.255.255.255',
      '::',
      'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
    ]);
    expect(ends.toStrings()).toEqual([
      '0.0.0.0/32',
      '255.255.255.255/32',
      '::/128',
      'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128',
    ]);
    expect(ends.containsText('0.0.0.1')).toBe(false);
    expect(ends.containsText('255.255.255.254')).toBe(false);
    expect(ends.containsText('::1')).toBe(false);
    expect(CidrSet.parse(['0.0.0.0/1', '128.0.0.0/1']).toStrings()).toEqual(['0.0.0.0/0']);
    expect(CidrSet.parse(['::/1', '8000::/1']).toStrings()).toEqual(['::/0']);
  });

  it('never mixes the families, though the numbers are the same', () => {
    const ipv4 = CidrSet.parse(['0.0.0.0/0']);
    const ipv6 = CidrSet.parse(['::/0']);
    expect(ipv4.contains(parseAddress('::7'))).toBe(false);
    expect(ipv4.overlaps(parseCidr('::/0'))).toBe(false);
    expect(ipv6.containsIpv4(7)).toBe(false);
    expect(ipv6.containsText('0.0.0.7')).toBe(false);
    expect(ipv6.covers(parseCidr('0.0.0.7'))).toBe(false);
    expect(ipv4.union(ipv6).toStrings()).toEqual(['0.0.0.0/0', '::/0']);
    // The last of IPv4 and a following number of IPv6 are not neighbours.
    expect(CidrSet.parse(['255.255.255.255', '::1:0:0']).toStrings()).toEqual([
      '255.255.255.255/32',
      '::1:0:0/128',
    ]);
  });

  it('finds a mapped address under the IPv4 address it maps', () => {
    const set = CidrSet.parse(['::ffff:198.51.100.0/120']);
    expect(set.containsText('198.51.100.7')).toBe(true);
    expect(set.containsText('::ffff:c633:6407')).toBe(true);
    expect(CidrSet.parse(['::/0']).containsText('::ffff:198.51.100.7')).toBe(false);
  });

  it.each(['', '-', '198.51.100', '198.51.100.7/32', '198.51.100.07', 'localhost'])(
    'does not hold "%s", which is no address',
    (text) => expect(CidrSet.parse(['0.0.0.0/0', '::/0']).containsText(text)).toBe(false),
  );

  it.each([NaN, -1, 2 ** 32, Infinity])('does not hold the number %d, which is no address', (value) => {
    expect(CidrSet.parse(['0.0.0.0/0']).containsIpv4(value)).toBe(false);
  });

  it('is empty when made of nothing', () => {
    expect(CidrSet.empty.isEmpty).toBe(true);
    expect(CidrSet.empty.toStrings()).toEqual([]);
    expect(CidrSet.empty.containsText('198.51.100.7')).toBe(false);
    expect(CidrSet.empty.containsText('2001:db8::7')).toBe(false);
    expect(CidrSet.empty.overlaps(parseCidr('::/0'))).toBe(false);
    expect(CidrSet.empty.covers(parseCidr('0.0.0.0'))).toBe(false);
    expect(CidrSet.parse(['2001:db8::7']).isEmpty).toBe(false);
  });

  it('names the entry that is no CIDR', () => {
    expect(() => CidrSet.parse(['198.51.100.0/24', '203.0.113.7/24'])).toThrow(AddressError);
    expect(() => CidrSet.parse(['198.51.100.0/24', '203.0.113.7/24'])).toThrow(
      '"203.0.113.7/24" has host bits',
    );
  });

  it('does not depend on the order of its blocks, and unites with itself without change', () => {
    const texts = fc.array(
      fc.constantFrom('198.51.100.0/25', '198.51.100.128/26', '198.51.100.7', '2001:db8::/33'),
    );
    fc.assert(
      fc.property(texts, (list) => {
        const set = CidrSet.parse(list);
        expect(CidrSet.parse([...list].reverse()).toStrings()).toEqual(set.toStrings());
        expect(set.union(set).toStrings()).toEqual(set.toStrings());
        expect(set.union(CidrSet.empty).toStrings()).toEqual(set.toStrings());
      }),
    );
  });
});
