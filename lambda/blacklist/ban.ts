import type { Evidence } from '../detection/evidence';

/** The decision to keep a source out. Times are epoch seconds. Immutable: a change makes a new value. */
export interface Ban {
  /** Version of this shape. A reader that finds a newer one changes nothing and alarms. */
  readonly schema: 1;
  /** Identity in the ledger: `sourceKey` of the source, or the CIDR an operator banned. */
  readonly key: string;
  /** The address, canonical text, or the operator's CIDR. */
  readonly source: string;
  /** What a deny entry for this ban covers, canonical CIDR text: /32, an IPv6 /64, or the operator's CIDR. */
  readonly cidr: string;
  readonly bannedAt: number;
  readonly expiresAt: number;
  /** 1 for the first ban, counting up for each one after it. */
  readonly offence: number;
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
}

/** Whether the ban is in force at `now` (epoch seconds): from `bannedAt` until before `expiresAt`. */
export function isInForce(ban: Ban, now: number): boolean {
  return ban.bannedAt <= now && now < ban.expiresAt;
}
