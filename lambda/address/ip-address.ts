import { printable } from './printable';

/**
 * IPv4 and IPv6 addresses as immutable values.
 *
 * Canonical form: an IPv4-mapped IPv6 address (`::ffff:198.51.100.7`, RFC 4291 section 2.5.5.2) is the IPv4
 * address it maps, so that one host has one key; IPv6 text is RFC 5952 (lower case, longest zero run shortened).
 */

/** 4 for IPv4, 6 for IPv6. */
export type IpFamily = 4 | 6;

/** Number of bits in an address of each family. */
export const ADDRESS_BITS: Readonly<Record<IpFamily, number>> = { 4: 32, 6: 128 };

/** An address as a value: family and unsigned integer (network byte order). Never mutated. */
export interface IpAddress {
  readonly family: IpFamily;
  readonly value: bigint;
}

/** Text that is not an address, a CIDR or a range. The message names the value, what is wrong and the remedy. */
export class AddressError extends Error {
  override readonly name = 'AddressError';
  constructor(
    readonly text: string,
    reason: string,
  ) {
    super(`"${printable(text)}" ${reason}`);
  }
}

const MAPPED_PREFIX = 0xffffn;
const LOW_32 = 0xffffffffn;
const ZERO = 48;
/** Six groups and dotted decimal, all at full length. */
const LONGEST_IPV6 = 45;

/**
 * Parses dotted decimal strictly: four octets 0–255, no leading zero (RFC 6943 section 3.1.1: `010.0.0.1` is read as
 * octal by some), no short forms, no surrounding space. Allocates nothing.
 * @returns the address as an unsigned 32-bit number, or −1 when the text is anything else.
 */
export function ipv4ToNumber(text: string): number {
  if (text.length < 7 || text.length > 15) return -1;
  let value = 0;
  let octet = -1;
  let octets = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 46) {
      if (octet < 0 || ++octets > 3) return -1;
      value = value * 256 + octet;
      octet = -1;
    } else {
      octet = appendDigit(octet, code - ZERO);
      if (octet < 0) return -1;
    }
  }
  return octets === 3 && octet >= 0 ? value * 256 + octet : -1;
}

/** The octet with one more decimal digit, or −1 where that is no octet (−1 as input means "no digit yet"). */
function appendDigit(octet: number, digit: number): number {
  if (digit < 0 || digit > 9 || octet === 0) return -1;
  const next = octet < 0 ? digit : octet * 10 + digit;
  return next > 255 ? -1 : next;
}

/** Dotted decimal of an unsigned 32-bit number. */
export function numberToIpv4(value: number): string {
  return `${value >>> 24}.${(value >>> 16) & 255}.${(value >>> 8) & 255}.${value & 255}`;
}

/** @returns the address, or `undefined` when the text is not one. For input whose errors are counted, not reported. */
export function tryParseAddress(text: string): IpAddress | undefined {
  const ipv4 = ipv4ToNumber(text);
  if (ipv4 >= 0) return { family: 4, value: BigInt(ipv4) };
  const ipv6 = parseIpv6(text);
  if (ipv6 === undefined) return undefined;
  return ipv6 >> 32n === MAPPED_PREFIX ? { family: 4, value: ipv6 & LOW_32 } : { family: 6, value: ipv6 };
}

/**
 * @param text one IPv4 or IPv6 address without zone or prefix length
 * @throws AddressError when the text is not exactly one address
 */
export function parseAddress(text: string): IpAddress {
  const address = tryParseAddress(text);
  if (address !== undefined) return address;
  throw new AddressError(
    text,
    'is not an IP address: write 198.51.100.7 or 2001:db8::7, without spaces or leading zeros',
  );
}

/** Canonical text: dotted decimal, or RFC 5952 for IPv6. `formatAddress(parseAddress(t))` is the key used everywhere. */
export function formatAddress(address: IpAddress): string {
  return address.family === 4 ? numberToIpv4(Number(address.value)) : formatIpv6(address.value);
}

/** Canonical text of an address given as text, or `undefined` where it is none; IPv4 text is returned as it is. */
export function canonicalAddress(text: string): string | undefined {
  if (ipv4ToNumber(text) >= 0) return text;
  const address = tryParseAddress(text);
  return address && formatAddress(address);
}

/** Orders IPv4 before IPv6, then by value. */
export function compareAddresses(a: IpAddress, b: IpAddress): number {
  if (a.family !== b.family) return a.family - b.family;
  return a.value < b.value ? -1 : a.value > b.value ? 1 : 0;
}

/** RFC 4291 section 2.2: eight groups of up to four hex digits, one `::`, the last 32 bits in dotted decimal if wanted. */
function parseIpv6(text: string): bigint | undefined {
  if (text.length > LONGEST_IPV6) return undefined;
  const gap = text.indexOf('::');
  if (gap < 0) {
    const groups = parseGroups(text, true);
    return groups?.length === 8 ? joinGroups(groups) : undefined;
  }
  // A second "::" leaves an empty part in the tail, which is no group.
  const head = parseGroups(text.slice(0, gap), false);
  const tail = parseGroups(text.slice(gap + 2), true);
  if (head === undefined || tail === undefined) return undefined;
  const missing = 8 - head.length - tail.length;
  if (missing < 1) return undefined;
  return joinGroups([...head, ...new Array<number>(missing).fill(0), ...tail]);
}

function joinGroups(groups: readonly number[]): bigint {
  return groups.reduce((value, group) => (value << 16n) | BigInt(group), 0n);
}

const GROUP = /^[0-9a-fA-F]{1,4}$/;

function parseGroups(text: string, mayEndInIpv4: boolean): number[] | undefined {
  if (text === '') return [];
  const groups: number[] = [];
  const parts = text.split(':');
  for (const [i, part] of parts.entries()) {
    if (GROUP.test(part)) {
      groups.push(Number.parseInt(part, 16));
      continue;
    }
    const ipv4 = mayEndInIpv4 && i === parts.length - 1 ? ipv4ToNumber(part) : -1;
    if (ipv4 < 0) return undefined;
    groups.push(Math.floor(ipv4 / 65536), ipv4 % 65536);
  }
  return groups;
}

function formatIpv6(value: bigint): string {
  const groups = Array.from({ length: 8 }, (_, i) => Number((value >> BigInt(112 - 16 * i)) & 0xffffn));
  const { start, length } = longestZeroRun(groups);
  const hex = groups.map((group) => group.toString(16));
  if (length < 2) return hex.join(':');
  return `${hex.slice(0, start).join(':')}::${hex.slice(start + length).join(':')}`;
}

/** RFC 5952 section 4.2.3: the longest run is shortened, the first of equals. */
function longestZeroRun(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  let run = 0;
  for (const [i, group] of groups.entries()) {
    run = group === 0 ? run + 1 : 0;
    if (run > best.length) best = { start: i - run + 1, length: run };
  }
  return best;
}
