import fc from 'fast-check';
import {
  AddressError,
  cidrContains,
  cidrOf,
  cidrsOverlap,
  compareCidrs,
  formatCidr,
  parseAddress,
  parseCidr,
  tryParseCidr,
} from '../../lambda/address';

const canonical = (text: string): string => formatCidr(parseCidr(text));
const masked = (text: string): string => formatCidr(parseCidr(text, { hostBits: 'mask' }));

describe('reading a CIDR', () => {
  it.each([
    ['198.51.100.0/24', '198.51.100.0/24'],
    ['198.51.100.7/32', '198.51.100.7/32'],
    ['198.51.100.7', '198.51.100.7/32'],
    ['198.51.100.6/31', '198.51.100.6/31'],
    ['128.0.0.0/1', '128.0.0.0/1'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['2001:db8::/32', '2001:db8::/32'],
    ['2001:DB8:0::/48', '2001:db8::/48'],
    ['2001:db8::7', '2001:db8::7/128'],
    ['2001:db8::7/128', '2001:db8::7/128'],
    ['8000::/1', '8000::/1'],
    ['::/0', '::/0'],
  ])('gives %s as %s', (text, expected) => expect(canonical(text)).toBe(expected));

  it('knows the first and the last address', () => {
    expect(parseCidr('198.51.100.0/24')).toEqual({
      family: 4,
      first: 0xc6336400n,
      last: 0xc63364ffn,
      prefixLength: 24,
    });
    expect(parseCidr('::/0')).toEqual({ family: 6, first: 0n, last: (1n << 128n) - 1n, prefixLength: 0 });
  });

  it.each([
    ['::ffff:198.51.100.7', '198.51.100.7/32'],
    ['::ffff:198.51.100.7/128', '198.51.100.7/32'],
    ['::ffff:198.51.100.0/120', '198.51.100.0/24'],
    ['::ffff:c633:6400/120', '198.51.100.0/24'],
    ['::ffff:128.0.0.0/97', '128.0.0.0/1'],
    ['::ffff:0:0/96', '0.0.0.0/0'],
  ])('takes the mapped block %s for %s', (text, expected) => expect(canonical(text)).toBe(expected));

  it.each([
    ['198.51.100.7/24', '198.51.100.0/24', '198.51.100.7'],
    ['255.255.255.255/0', '0.0.0.0/0', '255.255.255.255'],
    ['2001:db8::7/32', '2001:db8::/32', '2001:db8::7'],
    ['::ffff:198.51.100.7/120', '198.51.100.0/24', '198.51.100.7'],
  ])('refuses the host bits of %s, or masks them when asked', (text, block, address) => {
    expect(() => parseCidr(text)).toThrow(
      new AddressError(text, `has host bits set: did you mean ${block}, or the one address ${address}?`),
    );
    expect(() => parseCidr(text, { hostBits: 'reject' })).toThrow(AddressError);
    expect(tryParseCidr(text)).toBeUndefined();
    expect(masked(text)).toBe(block);
    expect(tryParseCidr(text, { hostBits: 'mask' })).toEqual(parseCidr(block));
  });

  it.each([
    ['198.51.100.0/33', 0, 32],
    ['198.51.100.7/032', 0, 32],
    ['198.51.100.0/', 0, 32],
    ['198.51.100.0/-1', 0, 32],
    ['198.51.100.0/+24', 0, 32],
    ['198.51.100.0/24.0', 0, 32],
    ['198.51.100.0/2e1', 0, 32],
    ['198.51.100.0/0x18', 0, 32],
    ['198.51.100.0/ 24', 0, 32],
    ['198.51.100.0/24 ', 0, 32],
    ['198.51.100.0/24\n', 0, 32],
    ['198.51.100.0/24/24', 0, 32],
    ['198.51.100.0/255.255.255.0', 0, 32],
    ['198.51.100.0/٢٤', 0, 32],
    ['0.0.0.0/00', 0, 32],
    ['2001:db8::/129', 0, 128],
    ['2001:db8::/1000', 0, 128],
    ['::ffff:198.51.100.0/24', 96, 128],
    ['::ffff:0:0/95', 96, 128],
    ['::ffff:198.51.100.7/129', 96, 128],
  ])('refuses the prefix length of %s and says the bounds', (text, least, most) => {
    expect(() => parseCidr(text)).toThrow(
      new AddressError(
        text,
        `has no valid prefix length: write a number from ${least} to ${most} after the slash`,
      ),
    );
    expect(tryParseCidr(text)).toBeUndefined();
  });

  it.each(['', '/', '/24', '010.0.0.1/8', '10.1/16', '198.51.100/24', 'fe80::1%eth0/64', ' 198.51.100.0/24'])(
    'refuses "%s", whose address is none',
    (text) => {
      expect(() => parseCidr(text)).toThrow(
        new AddressError(text, 'is not a CIDR: write 198.51.100.0/24, 2001:db8::/32 or a single address'),
      );
      expect(tryParseCidr(text, { hostBits: 'mask' })).toBeUndefined();
    },
  );

  it('throws AddressError or nothing, whatever the text', () => {
    const piece = fc.constantFrom(
      '198.51.100.0',
      '2001:db8::',
      '::ffff:',
      '/',
      '0',
      '24',
      '128',
      '%',
      ' ',
      '-',
    );
    const nearly = fc.array(piece, { maxLength: 5 }).map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(fc.oneof(nearly, fc.string({ unit: 'binary' })), (text) => {
        const tried = tryParseCidr(text);
        if (tried === undefined) expect(() => parseCidr(text)).toThrow(AddressError);
        else expect(parseCidr(text)).toEqual(tried);
      }),
      { numRuns: 1000 },
    );
  });
});

const anyCidr = fc.oneof(
  fc.tuple(fc.ipV4(), fc.integer({ min: 0, max: 32 })),
  fc.tuple(
    fc.ipV6().filter((text) => parseAddress(text).family === 6),
    fc.integer({ min: 0, max: 128 }),
  ),
);

describe('a block', () => {
  it('survives being written and read', () => {
    fc.assert(
      fc.property(anyCidr, ([address, length]) => {
        const cidr = cidrOf(parseAddress(address), length);
        expect(parseCidr(formatCidr(cidr))).toEqual(cidr);
        expect(parseCidr(`${address}/${length}`, { hostBits: 'mask' })).toEqual(cidr);
      }),
    );
  });

  it('holds the address it was made of, its ends, and nothing beside them', () => {
    fc.assert(
      fc.property(anyCidr, ([text, length]) => {
        const address = parseAddress(text);
        const { family, first, last } = cidrOf(address, length);
        const holds = (value: bigint): boolean => cidrContains(cidrOf(address, length), { family, value });
        expect([holds(address.value), holds(first), holds(last)]).toEqual([true, true, true]);
        expect([holds(first - 1n), holds(last + 1n)]).toEqual([false, false]);
      }),
    );
  });

  it.each([
    [4, '198.51.100.7', 33],
    [4, '198.51.100.7', -1],
    [4, '198.51.100.7', NaN],
    [4, '198.51.100.7', 1.5],
    [6, '2001:db8::7', 129],
  ])('of IPv%d %s with a prefix length of %d cannot be made', (_family, text, length) => {
    expect(() => cidrOf(parseAddress(text), length)).toThrow(RangeError);
  });

  it('never holds or meets what is of the other family', () => {
    const all4 = parseCidr('0.0.0.0/0');
    const all6 = parseCidr('::/0');
    expect(cidrsOverlap(all4, all6)).toBe(false);
    expect(cidrContains(all6, parseAddress('198.51.100.7'))).toBe(false);
    expect(cidrContains(all4, parseAddress('::7'))).toBe(false);
    // A mapped address is IPv4, also for a block of IPv6 that surrounds the mapped ones.
    expect(cidrContains(all6, parseAddress('::ffff:198.51.100.7'))).toBe(false);
    expect(cidrContains(all4, parseAddress('::ffff:198.51.100.7'))).toBe(true);
  });

  it.each([
    ['198.51.100.0/24', '198.51.100.0/25', true],
    ['198.51.100.0/25', '198.51.100.128/25', false],
    ['198.51.100.0/24', '198.51.101.0/24', false],
    ['198.51.100.7', '198.51.100.7', true],
    ['2001:db8::/32', '2001:db8:ffff:ffff::/64', true],
    ['2001:db8::/32', '2001:db9::/32', false],
  ])('%s and %s meet: %s', (a, b, expected) => {
    expect(cidrsOverlap(parseCidr(a), parseCidr(b))).toBe(expected);
    expect(cidrsOverlap(parseCidr(b), parseCidr(a))).toBe(expected);
  });

  it('has its place: IPv4 first, then by first address, then the wider one', () => {
    const inOrder = ['0.0.0.0/0', '0.0.0.0/8', '198.51.100.0/24', '198.51.100.0/25', '198.51.100.1/32'];
    inOrder.push('::/0', '::/128', '2001:db8::/32');
    const cidrs = inOrder.map((text) => parseCidr(text));
    for (const [i, a] of cidrs.entries()) {
      for (const [j, b] of cidrs.entries()) {
        expect(Math.sign(compareCidrs(a, b))).toBe(Math.sign(i - j));
      }
    }
  });
});
