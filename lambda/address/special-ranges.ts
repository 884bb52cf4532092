import { type Cidr, cidrsOverlap, parseCidr } from './cidr';

/** Addresses that are no host on the internet (IANA special-purpose registries, RFC 6890), with what they are. */
const SPECIAL: readonly (readonly [string, string])[] = [
  ['0.0.0.0/8', 'reserved, "this network" (RFC 791)'],
  ['10.0.0.0/8', 'private (RFC 1918)'],
  ['100.64.0.0/10', 'shared behind carriers (RFC 6598)'],
  ['127.0.0.0/8', 'loopback (RFC 1122)'],
  ['169.254.0.0/16', 'link-local (RFC 3927)'],
  ['172.16.0.0/12', 'private (RFC 1918)'],
  ['192.0.0.0/24', 'reserved for protocols (RFC 6890)'],
  ['192.168.0.0/16', 'private (RFC 1918)'],
  ['224.0.0.0/4', 'multicast (RFC 5771)'],
  ['240.0.0.0/4', 'reserved (RFC 1112)'],
  ['::/127', 'unspecified or loopback (RFC 4291)'],
  ['fc00::/7', 'private (RFC 4193)'],
  ['fe80::/10', 'link-local (RFC 4291)'],
  ['ff00::/8', 'multicast (RFC 4291)'],
];
// Documentation and benchmark ranges (192.0.2.0/24, 198.18.0.0/15, 2001:db8::/32 …) are what examples, tests and labs
// are made of, and no real log has them: refusing them would help nobody.

const ranges = SPECIAL.map(([cidr, what]) => ({ cidr: parseCidr(cidr), what }));

/** What makes a block useless as a source, in words, or undefined where it may be on the internet. */
export function specialRange(cidr: Cidr): string | undefined {
  return ranges.find((range) => cidrsOverlap(range.cidr, cidr))?.what;
}
