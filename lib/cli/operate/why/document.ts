import type { Ban } from '../../../../lambda/blacklist/ban';
import type { BanPolicy } from '../../../../lambda/blacklist/ban-policy';
import type { HistoryEntry, Hold } from '../../../../lambda/blacklist/ledger';
import type { Evidence } from '../../../../lambda/detection';
import { decayWeight } from '../../../../lambda/detection/weight';
import type { AllowEntry } from '../allowlist';
import type { DenyRule, MissingReason } from '../../../../lambda/enforcement/enforcement-view';
import type { EarnedTrust, WhyFacts } from './facts';
import type { FeedListing } from './feeds';
import { releaseOf } from './release';
import { hasOwnBan, scoreOf, verdictOf, type WhyAnswer } from './verdict';

/** A ban as `why` shows it. Times are epoch seconds. */
export interface WhyBan {
  readonly cidr: string;
  readonly origin: 'automatic' | 'operator';
  readonly because: string | null;
  readonly bannedAt: number;
  readonly expiresAt: number;
  /** When an operator ended it early. */
  readonly endedAt: number | null;
  readonly inForce: boolean;
  readonly offence: number;
  readonly score: number;
  /** Whether all evidence could have been made by somebody who forges the address. */
  readonly forgeable: boolean;
}

/** What `why --json` prints. Times are epoch seconds. */
export interface WhyDocument extends WhyAnswer {
  readonly source: string;
  /** What the ledger calls it: of an IPv6 address its /64. */
  readonly key: string;
  readonly at: number;
  /** Points against it, and how many make a ban. */
  readonly score: number;
  readonly threshold: number;
  /** What the ban in force rests on, or what counts against a source that is not banned. */
  readonly evidence: readonly Evidence[];
  /** The latest ban, in force or over. */
  readonly ban: WhyBan | null;
  /** Bans in force of CIDRs around it. */
  readonly bansAround: readonly WhyBan[];
  readonly deniedBy: {
    readonly rules: readonly DenyRule[];
    readonly ipSets: readonly string[];
    readonly notInSlotsBecause: MissingReason | null;
    /** Other bans that the entries cover. */
    readonly with: number;
  };
  readonly allowedBy: readonly AllowEntry[];
  /** Feeds of others' bans that list it: hearsay, no evidence of ours. */
  readonly feeds: readonly FeedListing[];
  readonly hold: Hold | null;
  readonly trust: EarnedTrust | null;
  readonly seen: { readonly first: number; readonly last: number; readonly weight: number } | null;
  /** What would change the answer, a sentence each. */
  readonly release: readonly string[];
  readonly history: readonly HistoryEntry[];
  readonly errors: readonly string[];
}

/** Puts the facts together as the document. */
export function whyDocument(facts: WhyFacts, policy: BanPolicy): WhyDocument {
  const answer = verdictOf(facts);
  const { latestBan, denial, now } = facts;
  const standing = latestBan !== undefined && hasOwnBan(facts) ? latestBan : facts.bansAround[0];
  return {
    source: facts.target,
    key: facts.key,
    at: now,
    ...answer,
    score: standing?.score ?? scoreOf(facts.evidence),
    threshold: facts.policy.probeScore,
    evidence: standing?.evidence ?? facts.evidence,
    ban: latestBan ? banOf(latestBan, hasOwnBan(facts)) : null,
    bansAround: facts.bansAround.map((ban) => banOf(ban, true)),
    deniedBy: {
      rules: denial.rules,
      ipSets: denial.ipSets,
      notInSlotsBecause: facts.missing ?? null,
      with: facts.neighbours.length,
    },
    allowedBy: facts.allowedBy,
    feeds: facts.feeds,
    hold: facts.hold ?? null,
    trust: facts.trust ?? null,
    seen: seenOf(facts),
    release: releaseOf(answer.verdict, facts, policy),
    history: facts.history,
    errors: facts.errors,
  };
}

function banOf(ban: Ban, inForce: boolean): WhyBan {
  const { cidr, origin, because, bannedAt, expiresAt, endedAt, offence, score, forgeable } = ban;
  return {
    cidr,
    origin,
    because: because ?? null,
    bannedAt,
    expiresAt,
    endedAt: endedAt ?? null,
    inForce,
    offence,
    score,
    forgeable,
  };
}

function seenOf({ state, now }: WhyFacts): WhyDocument['seen'] {
  if (state === undefined) return null;
  const weight = decayWeight(state.weight, state.lastSeen, now);
  return { first: state.firstSeen, last: state.lastSeen, weight: Math.round(weight * 1000) / 1000 };
}
