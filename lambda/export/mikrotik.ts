import { type Cidr, type IpFamily, formatCidr } from '../address';
import { entryText, type ExportList } from './export-list';

/** What the list of one digest is called, so that the old one stays in force until the new one is whole. */
function listName(digest: string): string {
  return `ringfence-${digest.slice(0, 12)}`;
}

/**
 * A RouterOS script for `/import`: fills an address list under a new name, points the raw rule at it in one `set`, then
 * removes the lists before it. An entry that is there already (the script run again) is passed over; anything else that
 * goes wrong ends the import before the rule is touched.
 */
export function mikrotik({ cidrs, digest }: ExportList): string {
  const families = [4, 6] as const;
  const parts = families.map((family) =>
    section(family, cidrs.filter((cidr) => cidr.family === family).map(entryOf), listName(digest)),
  );
  return [
    `# Ringfence, list ${digest.slice(0, 12)}: /import replaces the list as a whole`,
    ...parts.flat(),
    '',
  ].join('\n');
}

/** As RouterOS stores it, so that what is there already is found: an IPv6 address always with its length. */
function entryOf(cidr: Cidr): string {
  return cidr.family === 4 ? entryText(cidr) : formatCidr(cidr);
}

function section(family: IpFamily, entries: readonly string[], list: string): string[] {
  const menu = family === 4 ? '/ip firewall' : '/ipv6 firewall';
  const rule = `${menu} raw find comment="ringfence"`;
  return [
    ...entries.map(
      (entry) =>
        `:if ([:len [${menu} address-list find list="${list}" address="${entry}"]] = 0) do={ ${menu} address-list add list="${list}" address=${entry} }`,
    ),
    `:if ([:len [${rule}]] = 0) do={ ${menu} raw add chain=prerouting action=drop src-address-list="${list}" comment="ringfence" } else={ ${menu} raw set [${rule}] src-address-list="${list}" }`,
    `${menu} address-list remove [${menu} address-list find where list~"^ringfence-" and list!="${list}"]`,
  ];
}
