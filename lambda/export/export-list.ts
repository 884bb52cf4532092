import { createHash } from 'node:crypto';
import { type Cidr, CidrSet, formatAddress, formatCidr, parseCidr } from '../address';
import { effectiveAllowlist, type FactSources, readFacts } from '../enforcement/facts';
import { halves, subtract } from '../enforcement/ban-target';

/** What firewalls beyond the VPC should drop, as of one reading of the ledger. */
export interface ExportList {
  /** Disjoint blocks, the fewest that cover exactly what is banned: IPv4 first, then by address. No /0. */
  readonly cidrs: readonly Cidr[];
  /** SHA-256 of the blocks, hexadecimal: equal lists have equal digests, whenever they were made. */
  readonly digest: string;
  /** Bans in force that the breaker keeps from being enforced anywhere (invariant I10). */
  readonly held: number;
}

/** A list that must not be given out. The message says why and what to do. */
export class ExportError extends Error {
  override readonly name = 'ExportError';
}

/**
 * Reads what to export: the bans in force and what feeds ask for, without what the allowlist keeps open. The allowlist
 * is read twice, when the list is made and again after it (invariant I1).
 * @param standing what is denied already, the IP sets as observed: asked for only while the breaker holds bans back
 * @throws ExportError where the list would be empty although the ledger is not; whatever the ledger throws while it is
 * read (invariant I6: empty is only empty when it was read as empty)
 */
export async function readExportList(
  sources: FactSources,
  standing: () => Promise<CidrSet>,
): Promise<ExportList> {
  let facts = await readFacts(sources, CidrSet.empty);
  if (facts.held.length > 0) facts = await readFacts(sources, await standing());
  if (facts.targets.length === 0 && facts.feeds.length === 0 && facts.held.length > 0) {
    throw new ExportError(
      `the breaker holds all ${facts.held.length} bans in force back, so the list would be empty although the ledger is not: nothing is exported until it resets`,
    );
  }
  const allowlist = await effectiveAllowlist(sources);
  const pieces = [...facts.targets.flatMap((target) => target.pieces), ...facts.feeds];
  return exportListOf(pieces, allowlist, facts.held.length);
}

/** The list of the given blocks without what the allowlist covers. Pure. */
export function exportListOf(blocks: readonly Cidr[], allowlist: CidrSet, held = 0): ExportList {
  const cidrs = CidrSet.of(blocks.flatMap((cidr) => subtract(cidr, allowlist)))
    .cidrs()
    .flatMap((cidr) => (cidr.prefixLength === 0 ? halves(cidr) : [cidr]));
  const digest = createHash('sha256').update(cidrs.map(formatCidr).join('\n')).digest('hex');
  return { cidrs, digest, held };
}

/** A block as most firewalls take it: an address alone where it is one, a CIDR elsewhere. */
export function entryText(cidr: Cidr): string {
  const isHost = cidr.first === cidr.last;
  return isHost ? formatAddress({ family: cidr.family, value: cidr.first }) : formatCidr(cidr);
}

/**
 * Reads a list that `plain` once wrote; empty lines and `#` comments say nothing.
 * @throws AddressError for the first line that is no address or CIDR
 */
export function parsePlainList(text: string): Cidr[] {
  const lines = text.split(/\r?\n/).map((line) => line.replace(/#.*/, '').trim());
  return lines.filter((line) => line !== '').map((line) => parseCidr(line));
}
