import { cidrOf, formatAddress, formatCidr, ipv4ToNumber, parseAddress } from '../address';

/** IPv6 hosts choose among 2^64 addresses at will (RFC 4291 section 2.5.1), so a /64 is one source. */
export const IPV6_SOURCE_PREFIX_LENGTH = 64;

/** What identifies a source in state and ledger: an IPv4 address itself, an IPv6 address's /64 in CIDR text. */
export function sourceKey(address: string): string {
  if (ipv4ToNumber(address) >= 0) return address;
  const parsed = parseAddress(address);
  return parsed.family === 4 ? formatAddress(parsed) : formatCidr(cidrOf(parsed, IPV6_SOURCE_PREFIX_LENGTH));
}
