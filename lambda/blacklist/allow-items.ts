import { compareCidrs, formatCidr, parseCidr } from '../address';
import { cidrKey } from './ban';
import type { HistoryEntry } from './history';

/** An operator's change of the allowlist. */
export interface AllowOrder {
  /** A CIDR or an address. */
  readonly cidr: string;
  readonly by: string;
  readonly because: string;
  /** Epoch seconds. */
  readonly at: number;
}

/** What the order changes: the CIDR in canonical text, and the line it leaves in the history of `key`. */
export interface AllowChange {
  readonly cidr: string;
  readonly key: string;
  readonly entry: HistoryEntry;
}

/** @throws AddressError when the CIDR is none: what is never banned must be readable, or it would protect nobody */
export function allowChange(action: 'allow' | 'disallow', order: AllowOrder): AllowChange {
  const cidr = formatCidr(parseCidr(order.cidr));
  const entry = { at: order.at, action, by: order.by, detail: order.because };
  return { cidr, key: cidrKey(cidr), entry };
}

/** Orders canonical CIDR texts: IPv4 first, then by address, the wider block first. */
export function byAddress(a: string, b: string): number {
  return compareCidrs(parseCidr(a), parseCidr(b));
}
