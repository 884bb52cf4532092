import { formatDuration } from '../../../../lambda/blacklist/duration';
import type { CliIo } from '../../support/cli-io';
import { paletteOf } from '../../support/palette';
import { plural, table, time } from '../../support/table';
import { denialWords, MISSING_WORDS } from '../../../../lambda/enforcement/denial-words';
import { field, hanging } from '../output';
import { shortIdentity, timeAndDistance } from '../words';
import type { WhyBan, WhyDocument } from './document';
import type { FeedListing } from './feeds';

/** Everything about one source on one screen. @param networkAcls how many the deployment has */
export function whyText(why: WhyDocument, networkAcls: number, io: CliIo): string {
  const { wrong, well } = paletteOf(io.stdout, io.env);
  const colour = why.verdict === 'banned' || why.verdict === 'denied' ? wrong : well;
  const sections = [
    colour(hanging(io, why.summary, 0)),
    evidenceText(why, io),
    factsText(why, networkAcls, io),
    historyText(why, io),
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

function evidenceText({ evidence, score, threshold, ban }: WhyDocument, io: CliIo): string {
  if (evidence.length === 0) {
    const byHand = ban?.inForce === true && ban.origin === 'operator';
    return byHand ? 'Evidence: none needed, banned by hand.' : '';
  }
  const rows = evidence.map((one) => [
    time(one.at),
    String(one.score),
    `${one.rule}${one.forgeable ? ' (could be forged)' : ''}: ${one.detail}`,
  ]);
  return `Evidence: ${score} points, ${threshold} make a ban\n${table(['at', 'points', 'evidence'], rows, io)}`;
}

function factsText(why: WhyDocument, networkAcls: number, io: CliIo): string {
  const { trust, hold, seen, allowedBy, ban, at } = why;
  const [first, ...others] = why.release;
  const lines = [
    ...(ban ? [field(io, 'ban', banText(ban, at))] : []),
    ...why.bansAround.map((one) => field(io, 'with', `${one.cidr}: ${banText(one, at)}`)),
    ...deniedLines(why, networkAcls, io),
    ...allowedBy.map(({ cidr, origin }) => field(io, 'allowed', `${cidr}, ${origin}`)),
    ...why.feeds.map((one) => field(io, 'feed', listingText(one, at))),
    ...(hold
      ? [field(io, 'hold', `until ${timeAndDistance(hold.until, at)} by ${shortIdentity(hold.by)}`)]
      : []),
    ...(trust ? [field(io, 'trust', `${trust.reason}, until ${timeAndDistance(trust.until, at)}`)] : []),
    ...(seen ? [field(io, 'seen', seenText(seen, at))] : []),
    ...(first === undefined ? [] : [field(io, releaseLabel(why), first)]),
    ...others.map((line) => field(io, '', line)),
    ...why.errors.map((error) => field(io, 'NOT READ', error)),
  ];
  return lines.join('\n');
}

function releaseLabel({ verdict }: WhyDocument): string {
  if (verdict === 'banned' || verdict === 'denied') return 'released';
  return verdict === 'allowed' ? 'to change' : 'banned';
}

function banText(ban: WhyBan, now: number): string {
  const length = formatDuration(Math.max(1, ban.expiresAt - ban.bannedAt));
  const whose = ban.origin === 'operator' ? 'by hand' : 'by detection';
  const until = timeAndDistance(ban.expiresAt, now);
  const end = ban.endedAt === null ? `${ban.inForce ? 'ends' : 'ended'} ${until}` : `ended by hand ${until}`;
  const forged = ban.forgeable ? '; all its evidence could be forged' : '';
  return `offence ${ban.offence}, ${whose}, for ${length}; ${end}${forged}`;
}

function deniedLines({ deniedBy, verdict, ban }: WhyDocument, networkAcls: number, io: CliIo): string[] {
  const { rules, ipSets, notInSlotsBecause } = deniedBy;
  const words = denialWords({ rules, ipSets, openNetworkAcls: [] }, networkAcls);
  const ours = rules.filter((rule) => rule.ours);
  const wide =
    ours.length > 0 && deniedBy.with > 0
      ? `, as ${ours.map(({ cidr }) => cidr).join(', ')} with ${plural(deniedBy.with, 'other ban')}`
      : '';
  const missing = notInSlotsBecause === null ? '' : MISSING_WORDS[notInSlotsBecause];
  const relevant = words !== '' || missing !== '' || verdict === 'banned' || ban?.inForce === true;
  const text = [words === '' ? '' : words + wide, missing].filter((part) => part !== '').join('; ');
  return [
    ...(relevant ? [field(io, 'denied by', text === '' ? 'nothing' : text)] : []),
    ...rules
      .filter((rule) => !rule.ours)
      .map(({ networkAclId, ruleNumber, cidr }) =>
        field(io, 'denied by', `rule ${ruleNumber} of ${networkAclId} (${cidr}), which is not ours`),
      ),
  ];
}

function listingText({ feed, cidr, weight, fetchedAt, expiresAt, from }: FeedListing, now: number): string {
  return `${feed} (${from}) lists ${cidr}, weight ${weight}; read ${timeAndDistance(fetchedAt, now)}, counts until ${time(expiresAt)}`;
}

function seenText({ first, last, weight }: NonNullable<WhyDocument['seen']>, now: number): string {
  return `first ${time(first)}, last ${timeAndDistance(last, now)}; weight ${weight.toFixed(1)} packets`;
}

function historyText({ history }: WhyDocument, io: CliIo): string {
  if (history.length === 0) return '';
  const rows = history.map(({ at, action, by, detail }) => [
    time(at),
    action,
    `${shortIdentity(by)}: ${detail}`,
  ]);
  return `History\n${table(['at', 'what', 'by whom and why'], rows, io)}`;
}
