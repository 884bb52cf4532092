/**
 * CIDR validation for the embedded services, on `node:net` and the WHATWG URL parser. It shares no code with
 * `lambda/address` on purpose: what plays AWS must be able to disagree with what is being tested.
 */
import { isIPv4, isIPv6 } from 'node:net';

/** A parsed CIDR block. `value` is the address as written, host bits included. */
export interface Cidr {
  readonly family: 4 | 6;
  readonly value: bigint;
  readonly prefixLength: number;
}

const PREFIX_LENGTH = /^(?:0|[1-9]\d{0,2})$/;

/** Bits of an address of the family. */
const bitsOf = (family: 4 | 6): number => (family === 4 ? 32 : 128);

const ipv4Value = (text: string): bigint =>
  text.split('.').reduce((value, octet) => (value << 8n) | BigInt(octet), 0n);

/** The URL parser writes IPv6 in RFC 5952 form (lower case, longest run of zeroes compressed, no dotted quad). */
const compressIpv6 = (text: string): string => new URL(`http://[${text}]`).hostname.slice(1, -1);

function ipv6Value(text: string): bigint {
  const [head = '', tail] = compressIpv6(text).split('::');
  const groups = (part: string): string[] => (part === '' ? [] : part.split(':'));
  const [left, right] = [groups(head), groups(tail ?? '')];
  const zeroes = Array.from({ length: 8 - left.length - right.length }, () => '0');
  return [...left, ...zeroes, ...right].reduce((value, group) => (value << 16n) | BigInt(`0x${group}`), 0n);
}

function familyOf(address: string): 4 | 6 | undefined {
  if (isIPv4(address)) return 4;
  // A zone index ("fe80::1%eth0") passes isIPv6, but names an interface, not a range.
  return isIPv6(address) && !address.includes('%') ? 6 : undefined;
}

/** Parses `address/length`; `undefined` when it is not a CIDR block. */
export function parseCidr(text: string): Cidr | undefined {
  const [address = '', length = '', ...rest] = text.split('/');
  const family = familyOf(address);
  if (family === undefined || rest.length > 0 || !PREFIX_LENGTH.test(length)) return undefined;
  const prefixLength = Number(length);
  if (prefixLength > bitsOf(family)) return undefined;
  return { family, value: family === 4 ? ipv4Value(address) : ipv6Value(address), prefixLength };
}

/** The address with its host bits cleared. */
function networkValue({ family, value, prefixLength }: Cidr): bigint {
  const hostBits = BigInt(bitsOf(family) - prefixLength);
  return (value >> hostBits) << hostBits;
}

/** Whether bits beyond the prefix length are set, as in `198.51.100.66/29`. */
export const hasHostBits = (cidr: Cidr): boolean => networkValue(cidr) !== cidr.value;

const ipv4Text = (value: bigint): string =>
  [24n, 16n, 8n, 0n].map((shift) => String((value >> shift) & 0xffn)).join('.');

const expandedIpv6Text = (value: bigint): string =>
  value
    .toString(16)
    .padStart(32, '0')
    .replace(/(.{4})(?=.)/g, '$1:');

/** `100.68.0.18/18` as EC2 keeps it: `100.68.0.0/18`; IPv6 in RFC 5952 form. */
export function canonicalCidr(cidr: Cidr): string {
  const value = networkValue(cidr);
  const address = cidr.family === 4 ? ipv4Text(value) : compressIpv6(expandedIpv6Text(value));
  return `${address}/${cidr.prefixLength}`;
}

/** The block as WAFv2 answers it: IPv6 with all 32 digits, `2001:0db8:0000:…:0000/32`. */
export function expandedCidr(cidr: Cidr): string {
  const value = networkValue(cidr);
  return `${cidr.family === 4 ? ipv4Text(value) : expandedIpv6Text(value)}/${cidr.prefixLength}`;
}
