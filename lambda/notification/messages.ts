import { printable, tryParseCidr } from '../address';
import { formatDuration } from '../blacklist/duration';
import type { ConditionNews, NotifyFacts } from './facts';
import type { Condition, NotedBan, NotedBans } from './notify-state';

/** A message as SNS takes it. */
export interface Notice {
  /** ASCII without control characters, fewer than 100 (SNS API reference, *Publish*). */
  readonly subject: string;
  readonly body: string;
}

/** What the digest knows besides; undefined where it could not be found out. */
export interface DayFacts {
  /** Names of the alarms that are on. */
  readonly alarmsOn: readonly string[] | undefined;
  /** Verdicts that left somebody suspect, since the last digest. */
  readonly suspects: number | undefined;
}

/** Longest that SNS takes. */
const MOST_SUBJECT = 99;

/** What a condition means and what to do, in the words of the alarms. */
interface Wording {
  readonly short: string;
  readonly says: (facts: NotifyFacts) => string;
  readonly act: readonly string[];
}

const WORDING: Readonly<Record<Condition, Wording>> = {
  blind: {
    short: 'BLIND: no flow-log records',
    says: ({ lastRecords, now }) =>
      `No flow-log record has been read ${typeof lastRecords === 'number' ? `for ${span(now - lastRecords)}` : 'for hours'}: probes may come in and nobody looks. Bans that stand still hold.`,
    act: ['ringfence doctor'],
  },
  late: {
    short: 'enforcement late',
    says: ({ lastRun, now }) =>
      `The enforcer has not run for ${span(now - (lastRun?.at ?? now))}: new bans are not enforced, expired ones not lifted.`,
    act: ['ringfence status', 'ringfence doctor'],
  },
  breaker: {
    short: 'BREAKER open',
    says: ({ lastRun }) =>
      `The breaker is open: more new bans within an hour than ban.maxNewPerHour. ${lastRun?.walls?.held ?? 0} are recorded and not enforced. Look for a mistake first: a carrier missing in the allowlist.`,
    act: ['ringfence list', 'ringfence status'],
  },
  capacity: {
    short: 'slots exhausted',
    says: ({ lastRun }) => {
      const { overflow = 0, deniedByNothing = 0, slots = 0 } = lastRun?.walls ?? {};
      return `${overflow} bans found no slot (there are ${slots}), ${deniedByNothing} of them are denied by nothing. The heaviest have the slots.`;
    },
    act: ['ringfence status', 'ringfence list'],
  },
};

/** The message about what is new, or undefined where nothing is. */
export function newsNotice(
  environment: string,
  facts: NotifyFacts,
  news: Pick<ConditionNews, 'begun' | 'over'>,
  bans: NotedBans,
): Notice | undefined {
  const { begun, over } = news;
  const banned = bans.first + bans.again;
  if (begun.length + over.length + banned === 0) return undefined;
  const headlines = [
    ...begun.map((condition) => WORDING[condition].short),
    ...(banned > 0 ? [bansHeadline(bans)] : []),
    ...over.map(({ condition }) => `over: ${WORDING[condition].short}`),
  ];
  const parts = [
    ...begun.map((condition) => conditionPart(environment, condition, facts)),
    ...over.map(
      ({ condition, spell }) =>
        `Over: ${WORDING[condition].short}; it lasted ${span(spell.seen - spell.since)}, until ${time(spell.seen)}.`,
    ),
    ...(banned > 0 ? [bansPart(environment, bans)] : []),
  ];
  return notice(environment, headlines.join('; '), parts, facts.now);
}

/** The digest of a day. */
export function digestNotice(
  environment: string,
  facts: NotifyFacts,
  conditions: readonly Condition[],
  bans: NotedBans,
  { alarmsOn, suspects }: DayFacts,
): Notice {
  const { lastRun, pause, now, feeds } = facts;
  const inForce = facts.bans.length;
  const byHand = facts.bans.filter(({ origin }) => origin === 'operator').length;
  const lines = [
    `bans in force   ${inForce}, ${byHand} of them by hand`,
    `new             ${bansHeadline(bans)}`,
    ...wallLines(facts),
    `enforcer        ${lastRun === undefined ? 'has never run' : `ran ${span(now - lastRun.at)} ago: ${lastRun.ok ? 'well' : `FAILED: ${safe(lastRun.detail ?? 'see its log')}`}`}`,
    `records         ${recordsText(facts)}`,
    ...(pause === undefined
      ? []
      : [`PAUSED          for ${span(now - pause.at)} by ${safe(pause.by)}: ${safe(pause.because)}`]),
    `alarms on       ${alarmsOn === undefined ? 'could not be asked' : alarmsOn.length === 0 ? 'none' : alarmsOn.map(safe).join(', ')}`,
    `suspects        ${suspects === undefined ? 'could not be asked' : `${suspects} verdicts short of a ban`}`,
    ...feeds.map(
      ({ name, expiresAt }) => `feed            ${safe(name)}, in force for ${span(expiresAt - now)} more`,
    ),
  ];
  const needs = conditions.map((condition) => conditionPart(environment, condition, facts));
  const parts = [
    lines.join('\n'),
    ...needs,
    ...(bans.heaviest.length > 0 ? [bansPart(environment, bans)] : []),
  ];
  const state = conditions.length === 0 && pause === undefined ? 'all is well' : 'NEEDS A LOOK';
  return notice(environment, `daily digest: ${state}, ${bansHeadline(bans)}`, parts, now);
}

function wallLines({ lastRun }: NotifyFacts): string[] {
  const walls = lastRun?.walls;
  if (walls === undefined) return [];
  return [
    `slots           ${walls.slotsUsed} of ${walls.slots} used`,
    `overflow        ${walls.overflow} bans without a slot, ${walls.deniedByNothing} of them denied by nothing`,
  ];
}

function recordsText({ lastRecords, now }: NotifyFacts): string {
  if (lastRecords === 'unknown') return 'could not be asked';
  return lastRecords === undefined ? 'none lately' : `last read ${span(now - lastRecords)} ago`;
}

function notice(environment: string, headline: string, parts: readonly string[], now: number): Notice {
  const subject = `[ringfence ${environment}] ${headline}`.replace(/[^\x20-\x7e]/g, '?');
  const body = [
    `Ringfence ${safe(environment)}, ${time(now)}`,
    ...parts,
    'A message may come twice, never not at all. How often: notifications in cdk.json.',
  ].join('\n\n');
  return {
    subject: subject.length <= MOST_SUBJECT ? subject : `${subject.slice(0, MOST_SUBJECT - 3)}...`,
    body: `${body}\n`,
  };
}

function conditionPart(environment: string, condition: Condition, facts: NotifyFacts): string {
  const { short, says, act } = WORDING[condition];
  const commands = act.map((command) => `  ${command} --env ${environment}`);
  return [`${short}. ${says(facts)}`, ...commands].join('\n');
}

function bansHeadline({ first, again }: NotedBans): string {
  const parts = [
    ...(first > 0 ? [`${first} first ban${first === 1 ? '' : 's'}`] : []),
    ...(again > 0 ? [`${again} escalation${again === 1 ? '' : 's'}`] : []),
  ];
  return parts.join(', ') || 'no new bans';
}

function bansPart(environment: string, bans: NotedBans): string {
  const more = bans.first + bans.again - bans.heaviest.length;
  return [
    `${bansHeadline(bans)}, the heaviest first:`,
    ...bans.heaviest.map((ban) => banLines(environment, ban)),
    ...(more > 0 ? [`… and ${more} more: ringfence list --env ${environment}`] : []),
  ].join('\n\n');
}

function banLines(environment: string, { source, offence, bannedAt, expiresAt, because }: NotedBan): string {
  const length = formatDuration(expiresAt - bannedAt);
  const which = offence === 1 ? 'first ban' : `offence ${offence}`;
  return [
    `${safe(source)}  ${which}, ${length}, since ${time(bannedAt)}`,
    `  ${safe(because) || 'no evidence is recorded'}`,
    ...commandsFor(environment, source),
  ].join('\n');
}

/** Commands are pasted into a shell: only what is an address or a CIDR gets one. */
function commandsFor(environment: string, source: string): string[] {
  if (tryParseCidr(source) === undefined) return [];
  return [
    `  ringfence why ${source} --env ${environment}`,
    `  ringfence unban ${source} --hold 1d --because "…" --env ${environment}`,
  ];
}

/** Longest text from outside in one line of a message. */
const MOST_TEXT = 300;

/** One line whatever comes: escaped word by word, as terminals get it. */
function safe(text: string): string {
  const line = text.slice(0, MOST_TEXT).split(' ').map(printable).join(' ');
  return line.length <= MOST_TEXT ? line : `${line.slice(0, MOST_TEXT)}…`;
}

function span(seconds: number): string {
  const minutes = Math.max(0, Math.floor(seconds / 60));
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.floor(hours / 24)} d`;
}

function time(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('T', ' ').replace('.000Z', 'Z');
}
