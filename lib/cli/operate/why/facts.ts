import { type Cidr, CidrSet, cidrsOverlap, parseCidr } from '../../../../lambda/address';
import type { Ban } from '../../../../lambda/blacklist/ban';
import { isInForce } from '../../../../lambda/blacklist/ban';
import type { HistoryEntry, Hold } from '../../../../lambda/blacklist/ledger';
import { banTarget } from '../../../../lambda/blacklist/operator-ban';
import {
  type DetectionPolicy,
  type Evidence,
  judgeContextOf,
  type SourceState,
} from '../../../../lambda/detection';
import { trustedUntil, trustOf } from '../../../../lambda/detection/trust';
import { type AllowEntry, overlapping, readAllowlist } from '../allowlist';
import type { Connection } from '../connect';
import type { Denial, MissingReason } from '../../../../lambda/enforcement/enforcement-view';
import { readEnforcementView } from '../enforcement-view';
import { type FeedListing, feedListings } from './feeds';

/** Trust that a source earned by what it did. */
export interface EarnedTrust {
  readonly reason: string;
  /** Epoch seconds. */
  readonly until: number;
}

/** All that is known of one address or CIDR. */
export interface WhyFacts {
  /** As it was asked for. */
  readonly target: string;
  /** What it is called in the ledger. */
  readonly key: string;
  /** The addresses asked for, which of an IPv6 address is that address alone. */
  readonly block: Cidr;
  /** Epoch seconds. */
  readonly now: number;
  readonly policy: DetectionPolicy;
  readonly state: SourceState | undefined;
  /** Evidence that still counts. */
  readonly evidence: readonly Evidence[];
  readonly trust: EarnedTrust | undefined;
  /** The latest ban of the key, in force or over. */
  readonly latestBan: Ban | undefined;
  /** Bans in force of wider CIDRs around it, by hand. */
  readonly bansAround: readonly Ban[];
  /** Bans in force inside it, where a CIDR was asked for. */
  readonly bansInside: readonly Ban[];
  /** Bans in force by what our entries that cover it were made for. */
  readonly neighbours: readonly Ban[];
  readonly denial: Denial;
  /** Why the ban is not in the slots. */
  readonly missing: MissingReason | undefined;
  readonly allowedBy: readonly AllowEntry[];
  /** Feeds of others' bans that list it. */
  readonly feeds: readonly FeedListing[];
  readonly hold: Hold | undefined;
  readonly history: readonly HistoryEntry[];
  /** What could not be read. */
  readonly errors: readonly string[];
}

/**
 * Reads everything there is about an address or CIDR, and changes nothing.
 * @throws AddressError when the target is neither
 */
export async function readWhyFacts(target: string, connection: Connection): Promise<WhyFacts> {
  const { ledger, deployment } = connection;
  const { key, cidr } = banTarget(target);
  const block = parseCidr(target);
  const now = connection.now();
  const [view, allowlist, states, latest, inForce, holds, feeds, history] = await Promise.all([
    readEnforcementView(connection),
    readAllowlist(deployment, ledger),
    ledger.sourceStates([key]),
    ledger.latestBans([key]),
    ledger.bansInForce(now),
    ledger.holds(),
    ledger.feedsInForce(now),
    ledger.history(key),
  ]);
  const judge = judgeContextOf(
    deployment,
    allowlist.filter(({ origin }) => origin === 'operator').map((entry) => entry.cidr),
  );
  const state = states.get(key)?.value;
  const others = inForce.filter((ban) => ban.key !== key);
  const denial = view.denialOf(block);
  const entries = CidrSet.parse(denial.rules.filter(({ ours }) => ours).map((rule) => rule.cidr));
  const ban = inForce.find((one) => one.key === key) ?? latest.get(key);
  return {
    target,
    key,
    block,
    now,
    policy: judge.policy,
    state,
    evidence: (state?.evidence ?? []).filter(({ at }) => at > now - judge.policy.evidenceSeconds),
    trust: state && earnedTrust(state, judge),
    latestBan: ban,
    bansAround: others.filter((one) => CidrSet.parse([one.cidr]).covers(block)),
    bansInside: others.filter((one) => CidrSet.of([block]).covers(parseCidr(one.cidr))),
    neighbours: others.filter((one) => entries.covers(parseCidr(one.cidr))),
    denial,
    missing: ban && isInForce(ban, now) ? view.missing(ban) : undefined,
    allowedBy: overlapping(allowlist, block),
    feeds: feedListings(feeds, block),
    hold: holds.find((one) => one.until > now && cidrsOverlap(parseCidr(one.cidr), parseCidr(cidr))),
    history,
    errors: view.report.errors.map((error) => `${error.target} cannot be read: ${error.message}`),
  };
}

function earnedTrust(state: SourceState, judge: ReturnType<typeof judgeContextOf>): EarnedTrust | undefined {
  const context = { policy: judge.policy, allowlist: CidrSet.empty };
  const reason = trustOf(state, context);
  return reason === undefined ? undefined : { reason, until: trustedUntil(state, context) };
}
