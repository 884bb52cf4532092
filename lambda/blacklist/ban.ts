import { ADDRESS_BITS, formatAddress, formatCidr, parseCidr } from '../address';
import type { Evidence } from '../detection/evidence';

/** The decision to keep a source out. Times are epoch seconds. Immutable: a change makes a new value. */
export interface Ban {
  /** Version of this shape. A reader that finds a newer one changes nothing and alarms. */
  readonly schema: 1;
  /** Identity in the ledger: `sourceKey` of the source, or the CIDR an operator banned; see {@link cidrKey}. */
  readonly key: string;
  /** The address, canonical text, or the operator's CIDR. */
  readonly source: string;
  /** What a deny entry for this ban covers, canonical CIDR text: /32, an IPv6 /64, or the operator's CIDR. */
  readonly cidr: string;
  readonly bannedAt: number;
  readonly expiresAt: number;
  /** 1 for the first ban, counting up for each one after it. */
  readonly offence: number;
  /**
   * Of the offences, those with evidence that cannot be forged: only they lengthen a ban.
   * @default `offence`, or 0 where the ban is forgeable
   */
  readonly proven?: number;
  readonly score: number;
  readonly evidence: readonly Evidence[];
  /** Whether all evidence could be forged; see `Evidence.forgeable`. */
  readonly forgeable: boolean;
  /** Decayed SIP packets from the source, as of {@link weightAt}. */
  readonly weight: number;
  readonly weightAt: number;
  /** `automatic` by detection, `operator` by hand: those take slots first and pass the breaker. */
  readonly origin: 'automatic' | 'operator';
  /** An operator's reason. */
  readonly because?: string;
  /** When an operator ended the ban early; `expiresAt` is the same then. */
  readonly endedAt?: number;
}

/** Whether the ban is in force at `now` (epoch seconds): from `bannedAt` until before `expiresAt`. */
export function isInForce(ban: Ban, now: number): boolean {
  return ban.bannedAt <= now && now < ban.expiresAt;
}

/**
 * Whether the ban is not over at `now` (epoch seconds). One that begins later was made by a clock that is ahead of this
 * one: it stands, or a writer whose clock is behind would unblock every source banned lately.
 */
export function isStanding(ban: Ban, now: number): boolean {
  return now < ban.expiresAt;
}

/**
 * Orders the bans of one key: the later decision is greater, and within a second the operator's. Equal ranks are the
 * same decision, also when one of them was ended or weighed since.
 */
export function banRank(ban: Pick<Ban, 'bannedAt' | 'origin'>): number {
  return 2 * ban.bannedAt + (ban.origin === 'operator' ? 1 : 0);
}

/**
 * The ledger's key of a CIDR: the address itself for an IPv4 /32 and the /64 for an IPv6 one, which is what `sourceKey`
 * says for a source there; canonical CIDR text for anything else.
 * @throws AddressError when the text is not a CIDR or has host bits set
 */
export function cidrKey(cidr: string): string {
  const parsed = parseCidr(cidr);
  const isIpv4Host = parsed.family === 4 && parsed.prefixLength === ADDRESS_BITS[4];
  return isIpv4Host ? formatAddress({ family: 4, value: parsed.first }) : formatCidr(parsed);
}
