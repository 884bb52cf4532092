import { formatCidr, parseCidr, tryParseAddress } from '../address';
import { sourceKey } from '../detection/source-key';
import { type Ban, cidrKey } from './ban';

/** What an operator's ban is made of. */
export interface OperatorBanOrder {
  /** An address, whose source is banned (an IPv6 address's /64), or a CIDR, which is banned as it is. */
  readonly target: string;
  /** Epoch seconds. */
  readonly at: number;
  /** How long; an operator may pass the policy's maximum. */
  readonly seconds: number;
  readonly because: string;
  /** The latest ban of the target's key: an operator's ban continues its count. */
  readonly latestBan?: Ban;
}

/**
 * What a target is called in the ledger (`key`), and what banning it covers.
 * @throws AddressError when the target is neither an address nor a CIDR
 */
export function banTarget(target: string): { key: string; cidr: string } {
  const cidr = formatCidr(parseCidr(tryParseAddress(target) === undefined ? target : sourceKey(target)));
  return { key: cidrKey(cidr), cidr };
}

/**
 * The ban an operator asks for. It replaces one in force, longer or shorter, and counts as an offence. Its weight is
 * nothing: it needs none, because operators' bans take slots first.
 * @throws AddressError when the target is neither an address nor a CIDR
 */
export function operatorBan(order: OperatorBanOrder): Ban {
  return {
    schema: 1,
    ...banTarget(order.target),
    source: order.target,
    bannedAt: order.at,
    expiresAt: order.at + order.seconds,
    offence: (order.latestBan?.offence ?? 0) + 1,
    score: 0,
    evidence: [],
    forgeable: false,
    weight: 0,
    weightAt: order.at,
    origin: 'operator',
    because: order.because,
  };
}
