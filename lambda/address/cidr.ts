import {
  ADDRESS_BITS,
  AddressError,
  type IpAddress,
  type IpFamily,
  formatAddress,
  tryParseAddress,
} from './ip-address';

/**
 * A CIDR block as a value: the first address and the prefix length in bits. Canonical: host bits are zero, and a block
 * of IPv4-mapped IPv6 addresses (`::ffff:198.51.100.0/120`) is the IPv4 block it maps. Never mutated.
 */
export interface Cidr {
  readonly family: IpFamily;
  /** First address of the block. */
  readonly first: bigint;
  /** Last address of the block. */
  readonly last: bigint;
  /** Prefix length, 0–32 or 0–128 bits. */
  readonly prefixLength: number;
}

/** What to do with host bits: `reject` is right for what a person wrote, `mask` for what a program derived. */
export interface ParseCidrOptions {
  /** @default 'reject' */
  readonly hostBits?: 'reject' | 'mask';
}

const PREFIX_LENGTH = /^(?:0|[1-9]\d{0,2})$/;

/**
 * Parses `198.51.100.0/24`, `2001:db8::/32`, or a bare address (one address: /32 or /128).
 * @throws AddressError naming the value, what is wrong with it and what to write instead
 */
export function parseCidr(text: string, options: ParseCidrOptions = {}): Cidr {
  const cidr = readCidr(text, options);
  if (typeof cidr === 'string') throw new AddressError(text, cidr);
  return cidr;
}

/** Like {@link parseCidr}, with `undefined` where it throws. */
export function tryParseCidr(text: string, options: ParseCidrOptions = {}): Cidr | undefined {
  const cidr = readCidr(text, options);
  return typeof cidr === 'string' ? undefined : cidr;
}

/** The block, or what is wrong with the text. */
function readCidr(text: string, options: ParseCidrOptions): Cidr | string {
  const slash = text.indexOf('/');
  const addressText = slash < 0 ? text : text.slice(0, slash);
  const address = tryParseAddress(addressText);
  if (address === undefined) return 'is not a CIDR: write 198.51.100.0/24, 2001:db8::/32 or a single address';
  if (slash < 0) return cidrOf(address, ADDRESS_BITS[address.family]);

  // A mapped address is written in IPv6's 128 bits and kept in IPv4's 32.
  const least = address.family === 4 && addressText.includes(':') ? 96 : 0;
  const most = ADDRESS_BITS[address.family] + least;
  const digits = text.slice(slash + 1);
  const written = PREFIX_LENGTH.test(digits) ? Number(digits) : -1;
  if (written < least || written > most) {
    return `has no valid prefix length: write a number from ${least} to ${most} after the slash`;
  }
  const cidr = cidrOf(address, written - least);
  if (cidr.first !== address.value && options.hostBits !== 'mask') {
    return `has host bits set: did you mean ${formatCidr(cidr)}, or the one address ${formatAddress(address)}?`;
  }
  return cidr;
}

/**
 * The block of `prefixLength` bits that holds the address (host bits masked).
 * @throws RangeError when the family has no such prefix length: a negative shift would make a block out of nothing
 */
export function cidrOf(address: IpAddress, prefixLength: number): Cidr {
  const bits = ADDRESS_BITS[address.family];
  if (!(prefixLength >= 0 && prefixLength <= bits)) {
    throw new RangeError(`a prefix length of IPv${address.family} is 0 to ${bits}, not ${prefixLength}`);
  }
  // One number for both ends: blacklists are made of single addresses, by the million.
  if (prefixLength === bits) {
    return { family: address.family, first: address.value, last: address.value, prefixLength };
  }
  const hostBits = BigInt(bits - prefixLength);
  const first = (address.value >> hostBits) << hostBits;
  return { family: address.family, first, last: first + (1n << hostBits) - 1n, prefixLength };
}

/** Canonical text with prefix length, also for a single address: `198.51.100.7/32`. */
export function formatCidr(cidr: Cidr): string {
  return `${formatAddress({ family: cidr.family, value: cidr.first })}/${cidr.prefixLength}`;
}

/** Whether the address lies in the block. An address of the other family never does. */
export function cidrContains(cidr: Cidr, address: IpAddress): boolean {
  return cidr.family === address.family && address.value >= cidr.first && address.value <= cidr.last;
}

/** Whether the two blocks share an address. */
export function cidrsOverlap(a: Cidr, b: Cidr): boolean {
  return a.family === b.family && a.first <= b.last && b.first <= a.last;
}

/** Whether `outer` holds every address of `inner`; two blocks nest or are apart. */
export function cidrCovers(outer: Cidr, inner: Cidr): boolean {
  return cidrsOverlap(outer, inner) && outer.prefixLength <= inner.prefixLength;
}

/** Orders IPv4 before IPv6, then by first address, then the wider block first. */
export function compareCidrs(a: Cidr, b: Cidr): number {
  if (a.family !== b.family) return a.family - b.family;
  if (a.first !== b.first) return a.first < b.first ? -1 : 1;
  return a.prefixLength - b.prefixLength;
}
