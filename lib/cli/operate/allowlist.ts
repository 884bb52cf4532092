import { type Cidr, cidrsOverlap, parseCidr } from '../../../lambda/address';
import type { Ledger } from '../../../lambda/blacklist/ledger';
import type { Deployment } from '../../../lambda/enforcement';

/** Where an entry of the allowlist comes from: that is where it can be changed. */
export type AllowOrigin = 'own addresses' | 'proxy range' | 'media range' | 'configuration' | 'operator';

/** One CIDR that is never denied, and why. */
export interface AllowEntry {
  /** Canonical text. */
  readonly cidr: string;
  readonly origin: AllowOrigin;
}

/** The effective allowlist (invariant I1) entry by entry, as enforcement puts it together. */
export async function readAllowlist(
  deployment: Deployment,
  ledger: Pick<Ledger, 'allowedCidrs'>,
): Promise<AllowEntry[]> {
  const { ownCidrs, proxyRanges, mediaRanges = [], allowlist } = deployment;
  const from = (origin: AllowOrigin, cidrs: readonly string[]): AllowEntry[] =>
    cidrs.map((cidr) => ({ cidr, origin }));
  return [
    ...from('own addresses', ownCidrs),
    ...from('proxy range', proxyRanges),
    ...from('media range', mediaRanges),
    ...from('configuration', allowlist),
    ...from('operator', await ledger.allowedCidrs()),
  ];
}

/** The entries that share an address with the block. */
export function overlapping(entries: readonly AllowEntry[], cidr: Cidr): AllowEntry[] {
  return entries.filter((entry) => cidrsOverlap(parseCidr(entry.cidr), cidr));
}

/** `203.0.113.0/24 (proxy range)`. */
export function describeEntry({ cidr, origin }: AllowEntry): string {
  return `${cidr} (${origin})`;
}
