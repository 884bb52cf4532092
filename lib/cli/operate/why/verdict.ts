import { CidrSet } from '../../../../lambda/address';
import { isInForce } from '../../../../lambda/blacklist/ban';
import { plural } from '../../support/table';
import { describeEntry } from '../allowlist';
import type { DenyRule } from '../../../../lambda/enforcement/enforcement-view';
import { listed, reasonOf, shortCidr, shortIdentity, timeAndDistance } from '../words';
import type { WhyFacts } from './facts';
import type { FeedListing } from './feeds';

/**
 * How Ringfence sees a source: `banned` itself or with a wider CIDR; `denied` without a ban of its own, by an entry made
 * for its neighbours or for a feed, or by a rule of somebody else; `allowed` by the allowlist; `held` by an operator; `suspect` with
 * evidence that is not enough or excused; `clean` with none; `unknown` when it was never seen.
 */
export type WhyVerdict = 'banned' | 'denied' | 'allowed' | 'held' | 'suspect' | 'clean' | 'unknown';

/** The verdict, and one sentence that says it. */
export interface WhyAnswer {
  readonly verdict: WhyVerdict;
  readonly summary: string;
}

/** The first answer that applies, in the order of what decides at the firewall. */
export function verdictOf(facts: WhyFacts): WhyAnswer {
  return (
    allowed(facts) ??
    banned(facts) ??
    denied(facts) ??
    held(facts) ??
    suspect(facts) ?? { verdict: facts.state ? 'clean' : 'unknown', summary: quiet(facts) }
  );
}

/** Whether the ban of the key itself is in force. */
export function hasOwnBan({ latestBan, now }: WhyFacts): boolean {
  return latestBan !== undefined && isInForce(latestBan, now);
}

function allowed(facts: WhyFacts): WhyAnswer | undefined {
  const { allowedBy, block, target } = facts;
  if (!CidrSet.parse(allowedBy.map(({ cidr }) => cidr)).covers(block)) return undefined;
  const by = listed(allowedBy.map(describeEntry));
  const ban = hasOwnBan(facts) || facts.bansAround.length > 0 ? '; its ban is recorded and not enforced' : '';
  return { verdict: 'allowed', summary: `${target} is on the allowlist and never denied: ${by}${ban}` };
}

function banned(facts: WhyFacts): WhyAnswer | undefined {
  const { latestBan, bansAround, target, now } = facts;
  if (latestBan !== undefined && hasOwnBan(facts)) {
    const whose = latestBan.origin === 'operator' ? 'by hand' : 'by detection';
    const until = timeAndDistance(latestBan.expiresAt, now);
    return {
      verdict: 'banned',
      summary: `${target} is banned ${whose} until ${until}: ${reasonOf(latestBan)}`,
    };
  }
  const [around] = bansAround;
  if (around === undefined) return undefined;
  const until = timeAndDistance(around.expiresAt, now);
  return {
    verdict: 'banned',
    summary: `${target} is banned with ${around.cidr} until ${until}: ${reasonOf(around)}`,
  };
}

/** The deny entry that covers all of it, ours before others': a part is not what was asked for. */
export function coveringRule({ denial, block }: WhyFacts): DenyRule | undefined {
  return denial.rules.find(({ cidr }) => CidrSet.parse([cidr]).covers(block));
}

function denied(facts: WhyFacts): WhyAnswer | undefined {
  const { target, denial } = facts;
  const rule = coveringRule(facts);
  const listing = listingFeed(facts);
  if (rule !== undefined)
    return { verdict: 'denied', summary: `${target} is not banned, but ${deniedText(rule, facts)}` };
  const [ipSet] = denial.ipSets;
  if (ipSet === undefined || listing === undefined) return undefined;
  return {
    verdict: 'denied',
    summary: `${target} is not banned, but the IP set ${ipSet} denies it, because the feed ${listing.feed} lists it`,
  };
}

/** The heaviest feed that lists all of it. */
export function listingFeed({ feeds, block }: WhyFacts): FeedListing | undefined {
  return feeds.find(({ cidr }) => CidrSet.parse([cidr]).covers(block));
}

function deniedText(rule: DenyRule, facts: WhyFacts): string {
  const { neighbours } = facts;
  const where = `rule ${rule.ruleNumber} of ${rule.networkAclId}`;
  if (!rule.ours) return `${where} denies ${rule.cidr}, and Ringfence did not make that rule`;
  const listing = listingFeed(facts);
  if (neighbours.length === 0 && listing !== undefined)
    return `${where} denies ${rule.cidr}, because the feed ${listing.feed} lists it`;
  if (neighbours.length === 0) return `${where} still denies it, until the next run of the enforcer`;
  return `${where} denies ${rule.cidr}, where ${plural(neighbours.length, 'other')} ${neighbours.length === 1 ? 'is' : 'are'} banned`;
}

function held({ hold, target, now }: WhyFacts): WhyAnswer | undefined {
  if (hold === undefined) return undefined;
  const until = timeAndDistance(hold.until, now);
  return {
    verdict: 'held',
    summary: `${target} is not banned automatically until ${until}, by ${shortIdentity(hold.by)}: ${hold.because}`,
  };
}

function suspect({ evidence, trust, policy, target }: WhyFacts): WhyAnswer | undefined {
  if (evidence.length === 0) return undefined;
  const score = scoreOf(evidence);
  const spared =
    trust !== undefined
      ? `is spared: ${trust.reason}`
      : `has ${score} of the ${policy.probeScore} points that make a ban`;
  return { verdict: 'suspect', summary: `${target} looks bad, and ${spared}` };
}

function quiet({ state, bansInside, target, now }: WhyFacts): string {
  if (bansInside.length > 0) {
    const named = bansInside.slice(0, 5).map((ban) => shortCidr(ban.cidr));
    const more = bansInside.length > 5 ? [`${bansInside.length - 5} more`] : [];
    return `${target} is not banned as a whole; banned in it: ${listed([...named, ...more])}`;
  }
  if (state === undefined) return `${target} is not banned, and nothing is remembered of it`;
  return `${target} is not banned; last seen ${timeAndDistance(state.lastSeen, now)}, nothing against it`;
}

/** The points of evidence together. */
export function scoreOf(evidence: WhyFacts['evidence']): number {
  return evidence.reduce((sum, { score }) => sum + score, 0);
}
