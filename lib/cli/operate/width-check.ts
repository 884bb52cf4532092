import { type Cidr, formatCidr } from '../../../lambda/address';
import { CommandError } from '../support/errors';

/** Widest block that needs no second thought: a university's, an ISP's customer block. Choice, not measured. */
const WIDEST = { 4: 16, 6: 32 } as const;

/**
 * A digit forgotten after the slash bans, or opens the door to, half of the Internet.
 * @throws CommandError for a block wider than /16 (IPv4) or /32 (IPv6), unless forced
 */
export function requireSensibleWidth(cidr: Cidr, force: boolean | undefined): void {
  const widest = WIDEST[cidr.family];
  if (force === true || cidr.prefixLength >= widest) return;
  throw new CommandError(
    `${formatCidr(cidr)} is wider than /${widest}: if you mean all of it, say so with --force; nothing was done`,
  );
}
