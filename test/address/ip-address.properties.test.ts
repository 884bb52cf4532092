import { isIPv4, isIPv6 } from 'node:net';
import fc from 'fast-check';
import {
  AddressError,
  type IpAddress,
  compareAddresses,
  formatAddress,
  ipv4ToNumber,
  numberToIpv4,
  parseAddress,
  tryParseAddress,
} from '../../lambda/address';

const ipv4: fc.Arbitrary<IpAddress> = fc
  .bigInt({ min: 0n, max: 0xffffffffn })
  .map((value) => ({ family: 4, value }));
/** Groups that are often zero, so that runs of zeros are common. */
const ipv6Value = fc
  .array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff })), { minLength: 8, maxLength: 8 })
  .map((groups) => groups.reduce((value, group) => (value << 16n) | BigInt(group), 0n));
const ipv6: fc.Arbitrary<IpAddress> = ipv6Value
  .filter((value) => value >> 32n !== 0xffffn)
  .map((value) => ({ family: 6, value }));
const anyAddress = fc.oneof(ipv4, ipv6);
/** Text that is nearly an address: every character that occurs in one, and some that do not. */
const nearlyIpv6 = fc
  .oneof(
    fc.string({ unit: fc.constantFrom(...Array.from('0123afFg:::.. %')), maxLength: 24 }),
    fc.array(fc.constantFrom('0', '1', 'ffff', 'db8', '', ':', '198.51.100.7', '00001'), { maxLength: 10 }),
  )
  .map((text) => (typeof text === 'string' ? text : text.join(':')));
const nearlyIpv4 = fc
  .array(fc.constantFrom('0', '1', '00', '01', '255', '256', '', '198', 'a', '-1'), { maxLength: 6 })
  .map((octets) => octets.join('.'));

describe('addresses', () => {
  it('survive being written and read', () => {
    fc.assert(
      fc.property(anyAddress, (address) => {
        expect(parseAddress(formatAddress(address))).toEqual(address);
      }),
    );
  });

  it('have one text: writing what was read from it changes nothing', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
        const once = formatAddress(parseAddress(text));
        expect(formatAddress(parseAddress(once))).toBe(once);
      }),
    );
  });

  it('of IPv4 agree as number and as value', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffffffff }), (value) => {
        expect(ipv4ToNumber(numberToIpv4(value))).toBe(value);
        expect(formatAddress({ family: 4, value: BigInt(value) })).toBe(numberToIpv4(value));
      }),
    );
  });

  it('mapped into IPv6 are the IPv4 address, in hex and in dotted decimal', () => {
    fc.assert(
      fc.property(ipv4, (address) => {
        const high = (address.value >> 16n).toString(16);
        const low = (address.value & 0xffffn).toString(16);
        expect(parseAddress(`::ffff:${high}:${low}`)).toEqual(address);
        expect(parseAddress(`::ffff:${formatAddress(address)}`)).toEqual(address);
      }),
    );
  });

  it('are in total order', () => {
    fc.assert(
      fc.property(anyAddress, anyAddress, anyAddress, (a, b, c) => {
        expect(compareAddresses(a, a)).toBe(0);
        expect(Math.sign(compareAddresses(a, b))).toBe(0 - Math.sign(compareAddresses(b, a)));
        if (compareAddresses(a, b) === 0) expect(a).toEqual(b);
        if (compareAddresses(a, b) <= 0 && compareAddresses(b, c) <= 0) {
          expect(compareAddresses(a, c)).toBeLessThanOrEqual(0);
        }
      }),
    );
  });
});

describe('parsing any text', () => {
  it('throws AddressError or nothing, and agrees with the form that does not throw', () => {
    const anyText = fc.oneof(fc.string({ unit: 'binary' }), fc.string(), nearlyIpv4, nearlyIpv6);
    fc.assert(
      fc.property(anyText, (text) => {
        const tried = tryParseAddress(text);
        if (tried === undefined) expect(() => parseAddress(text)).toThrow(AddressError);
        else expect(parseAddress(text)).toEqual(tried);
      }),
      { numRuns: 1000 },
    );
  });
});

// node:net and WHATWG URLs are written by others. They differ from us on purpose in two points: net.isIPv6 admits a
// zone (`fe80::1%eth0`), and both keep a mapped address in IPv6. URLs write IPv4 from octal and short forms, so that
// only their IPv6 is an oracle.
describe('against other parsers', () => {
  it('accepts the IPv4 text that node:net accepts', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), nearlyIpv4), (text) => {
        expect(ipv4ToNumber(text) >= 0).toBe(isIPv4(text));
      }),
      { numRuns: 1000 },
    );
  });

  it('accepts the IPv6 text that node:net accepts, but for zones', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV6(), nearlyIpv6), (text) => {
        expect(tryParseAddress(text) !== undefined).toBe(
          (isIPv6(text) && !text.includes('%')) || isIPv4(text),
        );
      }),
      { numRuns: 3000 },
    );
  });

  it('writes IPv6 as a URL does, but for mapped addresses', () => {
    fc.assert(
      fc.property(
        fc.oneof(ipv6, fc.ipV6().map(parseAddress)).filter((address) => address.family === 6),
        (address) => {
          expect(`[${formatAddress(address)}]`).toBe(new URL(`http://[${longForm(address.value)}]`).hostname);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('reads IPv6 as a URL does', () => {
    fc.assert(
      fc.property(fc.ipV6(), (text) => {
        const address = parseAddress(text);
        const value = address.family === 4 ? (0xffffn << 32n) | address.value : address.value;
        expect(new URL(`http://[${longForm(value)}]`).hostname).toBe(new URL(`http://[${text}]`).hostname);
      }),
      { numRuns: 1000 },
    );
  });
});

function longForm(value: bigint): string {
  const digits = value.toString(16).padStart(32, '0');
  return (digits.match(/.{4}/g) ?? []).join(':');
}
