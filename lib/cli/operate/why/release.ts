import type { Ban } from '../../../../lambda/blacklist/ban';
import { type BanPolicy, banSeconds, provenOffences } from '../../../../lambda/blacklist/ban-policy';
import { formatDuration } from '../../../../lambda/blacklist/duration';
import { shortCidr, timeAndDistance } from '../words';
import type { WhyFacts } from './facts';
import { coveringRule, hasOwnBan, listingFeed, scoreOf, type WhyVerdict } from './verdict';

/** What would change the answer, a sentence each: what happens by itself first, then what an operator can do. */
export function releaseOf(verdict: WhyVerdict, facts: WhyFacts, policy: BanPolicy): string[] {
  const { target } = facts;
  switch (verdict) {
    case 'banned':
      return [...untilReleased(facts, policy), allowHint(target)];
    case 'denied':
      return deniedRelease(facts);
    case 'allowed':
      return facts.allowedBy.map(({ cidr, origin }) =>
        origin === 'operator'
          ? `denied again after: ringfence allow ${shortCidr(cidr)} --remove`
          : `${cidr} is allowed as ${origin}: changed in cdk.json and deployed`,
      );
    case 'held':
      return [`banned at once by: ringfence ban ${target} --force --for 1d --because WHY`];
    case 'suspect':
      return [suspectText(facts)];
    case 'clean':
    case 'unknown':
      return [];
  }
}

function untilReleased(facts: WhyFacts, policy: BanPolicy): string[] {
  const { latestBan, bansAround, target, now } = facts;
  if (latestBan !== undefined && hasOwnBan(facts)) {
    return [
      `by itself ${timeAndDistance(latestBan.expiresAt, now)}; ${againText(latestBan, policy)}`,
      `now: ringfence unban ${target} --because WHY (--hold 1d keeps it from being banned again)`,
    ];
  }
  return bansAround.flatMap((ban) => [
    `by itself ${timeAndDistance(ban.expiresAt, now)}`,
    `now, all of it: ringfence unban ${ban.cidr} --because WHY`,
  ]);
}

function againText(ban: Ban, policy: BanPolicy): string {
  const next = banSeconds(policy, provenOffences(ban) + 1);
  return `if it probes after that, it is banned again: for ${formatDuration(next)}, or for ${formatDuration(policy.firstSeconds)} on evidence that could be forged`;
}

function allowHint(target: string): string {
  return `for good: ringfence allow ${target} --because WHY`;
}

function deniedRelease(facts: WhyFacts): string[] {
  const { target } = facts;
  if (coveringRule(facts)?.ours === false) return ['by whoever made that rule: Ringfence does not touch it'];
  const listing = listingFeed(facts);
  if (facts.neighbours.length === 0 && listing !== undefined)
    return [
      `by itself when ${listing.feed} no longer lists it, at the latest ${timeAndDistance(listing.expiresAt, facts.now)}`,
      allowHint(target),
    ];
  if (facts.neighbours.length === 0)
    return ['within a minute, by the enforcer; at once with ringfence reconcile'];
  return ['by itself when the bans of its neighbours end, or their entry gets narrower', allowHint(target)];
}

function suspectText({ trust, evidence, policy, now }: WhyFacts): string {
  if (trust !== undefined)
    return `banned for what it does once its trust has ended, ${timeAndDistance(trust.until, now)}`;
  const missing = policy.probeScore - scoreOf(evidence);
  return missing > 0
    ? `banned with ${missing} more points of evidence within ${formatDuration(policy.evidenceSeconds)}`
    : 'banned at the next window in which it probes';
}
