import {
  ADDRESS_BITS,
  type Cidr,
  type IpFamily,
  compareCidrs,
  formatAddress,
  formatCidr,
  numberToIpv4,
} from '../address';
import type { ExportList } from './export-list';

/**
 * A group must hold something while an access list uses it; no packet from elsewhere has these sources (RFC 919
 * section 7, RFC 4291 section 2.5.3).
 */
const PLACEHOLDER: Readonly<Record<IpFamily, string>> = { 4: 'host 255.255.255.255', 6: 'host ::1' };

/**
 * IOS and IOS XE configuration: object groups, to be denied by a line of the customer's own access lists. What is new is
 * added before what is gone is removed, so nothing is let through meanwhile; what is gone is known only where the list
 * before is given.
 */
export function cisco(
  { cidrs, digest }: ExportList,
  { family, previous }: { family?: IpFamily; previous?: readonly Cidr[] },
): string {
  const families = family === undefined ? ([4, 6] as const) : [family];
  const known =
    previous === undefined
      ? 'additions only: give the list before with --previous'
      : 'additions, then removals';
  return [
    `! Ringfence, list ${digest.slice(0, 12)}: ${known}`,
    ...families.flatMap((each) => group(each, ofFamily(each, cidrs), ofFamily(each, previous ?? []))),
    'end',
    '',
  ].join('\n');
}

function ofFamily(family: IpFamily, cidrs: readonly Cidr[]): Cidr[] {
  return cidrs.filter((cidr) => cidr.family === family).sort(compareCidrs);
}

function group(family: IpFamily, wanted: readonly Cidr[], before: readonly Cidr[]): string[] {
  const kept = new Set(wanted.map(formatCidr));
  const had = new Set(before.map(formatCidr));
  const added = wanted.filter((cidr) => !had.has(formatCidr(cidr)));
  const gone = before.filter((cidr) => !kept.has(formatCidr(cidr)));
  return [
    family === 4 ? 'object-group network RINGFENCE' : 'object-group v6-network RINGFENCE6',
    ` ${PLACEHOLDER[family]}`,
    ...added.map((cidr) => ` ${member(cidr)}`),
    ...gone.map((cidr) => ` no ${member(cidr)}`),
    'exit',
  ];
}

function member(cidr: Cidr): string {
  const { family, first, prefixLength } = cidr;
  const address = formatAddress({ family, value: first });
  if (prefixLength === ADDRESS_BITS[family]) return `host ${address}`;
  return family === 4 ? `${address} ${netmask(prefixLength)}` : `${address}/${prefixLength}`;
}

function netmask(prefixLength: number): string {
  return numberToIpv4(prefixLength === 0 ? 0 : 0xffffffff - (2 ** (32 - prefixLength) - 1));
}
