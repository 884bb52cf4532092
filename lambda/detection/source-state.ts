import type { Evidence } from './evidence';
import type { PbxState } from './pbx-state';
import { DAY, HOUR } from './policy';

/**
 * What is remembered of one source between windows: constant size, whatever it sends. Times are epoch seconds.
 * Lists are bounded and hold the newest.
 */
export interface SourceState {
  /** Version of this shape. A reader that finds a newer one changes nothing and alarms. */
  readonly schema: 1;
  readonly key: string;
  /** The address last seen, canonical text. */
  readonly source: string;
  /** Start of the last window folded in; folding it again changes nothing. */
  readonly foldedThrough: number;
  readonly firstSeen: number;
  readonly lastSeen: number;
  /** Own addresses that SIP was sent to in vain, or for one answer, see {@link Touch}. */
  readonly touches: readonly Touch[];
  /** How the source came upon the own addresses it touched in vain. */
  readonly discovery: Discovery;
  /** SIP-like ports tried where no service answers, each with the own address and the time of the last touch. */
  readonly ports: readonly (readonly [port: number, own: string, at: number])[];
  /** SIP packets from and to the source, in buckets of 5 minutes over the last hour. */
  readonly exchange: readonly (readonly [bucket: number, inPackets: number, outPackets: number])[];
  /** Requests left unfinished, by the source's port, with the window end. */
  readonly unfinished: readonly (readonly [remotePort: number, at: number])[];
  /** Last window end in which media flowed both ways, 0 for never. */
  readonly mediaAt: number;
  /** Last window end in which a service of the source's answered us, 0 for never. */
  readonly contactAt: number;
  /** Last window end in which the source's address belonged to a trusted AWS service, 0 for never. */
  readonly serviceAt: number;
  /** Ordinary, answered SIP before the source first looked bad: distinct 5-minute buckets, and the last of them. */
  readonly history: { readonly buckets: number; readonly lastBucket: number };
  /** Conversations before the source first looked bad: window ends of the first and the last, 0 for none. */
  readonly conversed: { readonly first: number; readonly last: number };
  /** Last window end in which the evidence made it a probe, and in which that could not be forged; 0 for never. */
  readonly convictedAt: number;
  readonly provenAt: number;
  /** What PBX logs say of the source, where there are any that name it. */
  readonly pbx?: PbxState;
  /** Evidence in force: at most one entry a rule, the newest. */
  readonly evidence: readonly Evidence[];
  /**
   * SIP packets from the source, decayed exponentially to {@link lastSeen}: what a filter entry would block. While the
   * source is banned and heard, never less than before (docs/filter-set.md, *What a closed door shows*).
   */
  readonly weight: number;
}

/**
 * An own address that SIP was sent to without an answer, or without more than one for each request, with the window
 * ends of the first and the last time, the source's port (0 for many), and what was special: the sum of {@link TOUCH}.
 */
export type Touch = readonly [own: string, first: number, last: number, remotePort: number, special: number];

/** What may be special about a {@link Touch}. */
export const TOUCH = {
  /** A security group or network ACL rejected it. */
  rejected: 1,
  tcp: 2,
  /** Too short for SIP. */
  notSip: 4,
  /** Answered: not in vain, but a share of what came from the same port. */
  answered: 8,
} as const;

/** Whether a touch is a TCP connection attempt: a new port for each is how TCP works, and tells nothing. */
export function isTcpTouch([, , , , special]: Touch): boolean {
  return (special & TOUCH.tcp) > 0;
}

/** What is remembered of how a source came upon own addresses. */
export interface Discovery {
  /** 128 bits in hexadecimal: one for each own address touched in vain, by its hash. */
  readonly seen: string;
  /** Intervals in which it touched one for the first time, and the first and the last of them (window ends). */
  readonly windows: number;
  readonly first: number;
  readonly last: number;
}

/** Nothing discovered yet. */
export const NO_DISCOVERY: Discovery = { seen: '', windows: 0, first: 0, last: 0 };

/** No conversation yet. */
export const NEVER_CONVERSED: SourceState['conversed'] = { first: 0, last: 0 };

/** Own addresses that answer SIP, each with the window end of its last answer, epoch seconds. */
export type AnsweringAddresses = ReadonlyMap<string, number>;

/** Most entries of each list in a {@link SourceState}: more than twice what any rule needs to decide. */
export const MAX_REMEMBERED = 8;
/** How long touches, discoveries, tried ports and unfinished requests are remembered, seconds. */
export const TOUCH_SECONDS = DAY;
/** How long the exchange is remembered, seconds. */
export const EXCHANGE_SECONDS = HOUR;

/** Entries whose time is at `since` or earlier go; of the rest the newest stay, those of one time in text order. */
export function newest<T extends readonly [what: string | number, at: number]>(
  entries: readonly T[],
  since: number,
  most = MAX_REMEMBERED,
): T[] {
  return entries
    .filter(([, at]) => at > since)
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .slice(0, most);
}
