import { type Cidr, type IpFamily, formatAddress } from '../address';
import { cisco } from './cisco';
import { entryText, type ExportList } from './export-list';
import { mikrotik } from './mikrotik';

/** What a format is made of besides the list. */
export interface FormatOptions {
  /** @default - both; `iptables` writes one family, IPv4 */
  readonly family?: IpFamily;
  /** The list that the firewall has now: `cisco` writes what to remove from it. @default - nothing is known */
  readonly previous?: readonly Cidr[];
}

/** Formats of the export, by the word of the command line. */
export type ExportFormat = 'plain' | 'nftables' | 'ipset' | 'iptables' | 'mikrotik' | 'cisco';

/** How each is rendered. Every one replaces the list before it without a moment in which less is dropped. */
const RENDERERS: Readonly<Record<ExportFormat, (list: ExportList, options: FormatOptions) => string>> = {
  plain: ({ cidrs }) => lines(cidrs.map(entryText)),
  nftables,
  ipset,
  iptables,
  mikrotik,
  cisco,
};

/** All formats. */
export const EXPORT_FORMATS = Object.keys(RENDERERS) as readonly ExportFormat[];

/** The list in a format. The same list gives the same text, byte for byte (invariant I12). */
export function renderExport(list: ExportList, format: ExportFormat, options: FormatOptions = {}): string {
  const { family } = options;
  const cidrs = family === undefined ? list.cidrs : list.cidrs.filter((cidr) => cidr.family === family);
  return RENDERERS[format]({ ...list, cidrs }, options);
}

function lines(texts: readonly string[]): string {
  return texts.map((text) => `${text}\n`).join('');
}

function entriesOf(family: IpFamily, cidrs: readonly Cidr[]): string[] {
  return cidrs.filter((cidr) => cidr.family === family).map(entryText);
}

/**
 * A table of its own, replaced in the one transaction that `nft -f` is (nft(8), *Atomic rule replacement* of the
 * nftables wiki). Before connection tracking, as a network ACL is: neither local nor forwarded packets get further.
 */
function nftables({ cidrs, digest }: ExportList): string {
  const set = (family: IpFamily): string[] => {
    const entries = entriesOf(family, cidrs);
    // An empty "elements = { }" is a syntax error.
    const elements =
      entries.length === 0 ? [] : [`    elements = {\n      ${entries.join(',\n      ')}\n    }`];
    return [
      `  set banned${family} {`,
      `    type ipv${family}_addr`,
      '    flags interval',
      ...elements,
      '  }',
    ];
  };
  return lines([
    `# Ringfence, list ${digest.slice(0, 12)}: nft -f replaces it as a whole`,
    // "delete" fails on a table that is not there; "add" does nothing to one that is.
    'add table inet ringfence',
    'delete table inet ringfence',
    'table inet ringfence {',
    ...set(4),
    ...set(6),
    '  chain prerouting {',
    '    type filter hook prerouting priority raw; policy accept;',
    '    ip saddr @banned4 counter drop',
    '    ip6 saddr @banned6 counter drop',
    '  }',
    '}',
  ]);
}

/** `create … -exist` accepts a set only if it was created with the same words, so this must never follow the list. */
const IPSET_MAXELEM = 1_048_576;

/** For `ipset restore`: fills a second set and swaps the two, which is one step (ipset(8), *swap*). */
function ipset({ cidrs }: ExportList, { family }: FormatOptions): string {
  const families = family === undefined ? ([4, 6] as const) : [family];
  return lines(
    families.flatMap((each) => {
      const name = `ringfence${each}`;
      const options = `hash:net family ${each === 4 ? 'inet' : 'inet6'} maxelem ${IPSET_MAXELEM} -exist`;
      return [
        `create ${name} ${options}`,
        `create ${name}-new ${options}`,
        `flush ${name}-new`,
        ...entriesOf(each, cidrs).map((entry) => `add ${name}-new ${entry}`),
        `swap ${name}-new ${name}`,
        `destroy ${name}-new`,
      ];
    }),
  );
}

/**
 * For `iptables-restore --noflush` (or `ip6tables-restore`): a chain of its own, emptied and filled in one commit.
 * A jump to it has to be there once; see docs/exports.md.
 */
function iptables({ cidrs }: ExportList, { family = 4 }: FormatOptions): string {
  return lines([
    '*raw',
    ':RINGFENCE - [0:0]',
    ...cidrs
      .filter((cidr) => cidr.family === family)
      .map(
        (cidr) =>
          `-A RINGFENCE -s ${formatAddress({ family, value: cidr.first })}/${cidr.prefixLength} -j DROP`,
      ),
    'COMMIT',
  ]);
}
