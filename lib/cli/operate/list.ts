import { parseCidr } from '../../../lambda/address';
import type { Ban } from '../../../lambda/blacklist/ban';
import { denialWords, MISSING_WORDS } from '../../../lambda/enforcement/denial-words';
import type { Denial, EnforcementView, MissingReason } from '../../../lambda/enforcement/enforcement-view';
import { decayWeight } from '../../../lambda/detection/weight';
import type { CliIo } from '../support/cli-io';
import { plural, table, time } from '../support/table';
import { type Connection, connect } from './connect';
import { readEnforcementView } from './enforcement-view';
import type { ConnectionFlags } from './flags';
import { answer } from './output';
import { reasonOf, shortCidr, span } from './words';

/** The flags of `list` as commander gives them. */
export interface ListFlags extends ConnectionFlags {
  readonly all?: boolean;
}

/** A ban in force, and what denies it. */
interface Listed {
  readonly ban: Ban;
  /** Decayed packets as of now. */
  readonly weight: number;
  readonly denial: Denial;
  readonly missing: MissingReason | undefined;
}

/** `list`: the bans in force, operators' first and then the heaviest, with what denies each of them. */
export async function runList(flags: ListFlags, io: CliIo): Promise<void> {
  const connection = await connect(flags, io);
  const now = connection.now();
  const view = await readEnforcementView(connection);
  const bans = (await connection.ledger.bansInForce(now))
    .map((ban) => listedBan(ban, view, now))
    .sort(byImportance);
  for (const { target, message } of view.report.errors)
    io.stderr.write(`${target} cannot be read: ${message}\n`);
  const document = { environment: connection.deployment.environment, at: now, bans: bans.map(banDocument) };
  answer(io, flags.json, document, () => listText(bans, connection, flags, io));
}

function listedBan(ban: Ban, view: EnforcementView, now: number): Listed {
  const weight = decayWeight(ban.weight, ban.weightAt, now);
  return { ban, weight, denial: view.denialOf(parseCidr(ban.cidr)), missing: view.missing(ban) };
}

function byImportance(a: Listed, b: Listed): number {
  const byHand = (one: Listed): number => (one.ban.origin === 'operator' ? 0 : 1);
  return byHand(a) - byHand(b) || b.weight - a.weight || (a.ban.key < b.ban.key ? -1 : 1);
}

function banDocument({ ban, weight, denial, missing }: Listed) {
  const { source, cidr, bannedAt, expiresAt, offence, score, origin, because, evidence } = ban;
  return {
    source,
    cidr,
    bannedAt,
    expiresAt,
    offence,
    score,
    origin,
    ...(because !== undefined && { because }),
    evidence: evidence.map(({ rule, at, detail }) => ({ rule, at, detail })),
    weight: Math.round(weight * 1000) / 1000,
    deniedBy: {
      rules: denial.rules
        .filter(({ ours }) => ours)
        .map(({ networkAclId, ruleNumber, cidr: denied }) => ({ networkAclId, ruleNumber, cidr: denied })),
      ipSets: denial.ipSets,
    },
    notInSlotsBecause: missing ?? null,
  };
}

/** Rows on a terminal, unless all are asked for; a pipe gets all. */
const MOST_ROWS = 40;
/** From here on there is room for the columns that most questions do not need. */
const WIDE_COLUMNS = 120;

function listText(
  bans: readonly Listed[],
  { deployment, now }: Connection,
  flags: ListFlags,
  io: CliIo,
): string {
  if (bans.length === 0) return `Nobody is banned in ${deployment.environment}.\n`;
  const onTerminal = io.stdout.isTTY === true;
  const shown = onTerminal && flags.all !== true ? bans.slice(0, MOST_ROWS) : bans;
  const wide = !onTerminal || (io.stdout.columns ?? 80) >= WIDE_COLUMNS;
  const acls = deployment.networkAcls.length;
  const rows = wide
    ? shown.map((one) => wideRow(one, acls, now()))
    : onOneLine(
        shown.map((one) => narrowRow(one, acls, now())),
        io.stdout.columns ?? 80,
      );
  const head = wide
    ? ['banned', 'left', 'since', 'offence', 'weight', 'denied by', 'because']
    : ['banned', 'left', 'denied by', 'because'];
  const more =
    bans.length > shown.length ? `\n… and ${bans.length - shown.length} more: --all or --json` : '';
  return `${plural(bans.length, 'ban')} in force in ${deployment.environment}\n${table(head, rows, io)}${more}\n`;
}

function wideRow(one: Listed, acls: number, now: number): string[] {
  const { ban, weight } = one;
  return [
    shortCidr(ban.cidr),
    span(ban.expiresAt - now),
    time(ban.bannedAt),
    String(ban.offence),
    weight.toFixed(1),
    deniedText(one, acls),
    why(one),
  ];
}

/** A line a ban on 80 columns: `why` has all of the reason, and the unit after the first changes nothing. */
function narrowRow(one: Listed, acls: number, now: number): string[] {
  const { ban, denial, missing } = one;
  const left = span(ban.expiresAt - now)
    .split(' ')
    .slice(0, 2)
    .join(' ');
  const rules = denialWords({ ...denial, ipSets: [] }, acls);
  const onlyListed = denial.ipSets.length > 0 ? 'IP set only' : '';
  const denied = rules || onlyListed || (missing === undefined ? '' : MISSING_WORDS[missing]);
  return [shortCidr(ban.cidr), left, denied, why(one)];
}

/** Two blanks in each of four columns, and the lines around them. */
const FRAME = 4 * 2 + 5;
/** Fewer characters of a reason say nothing, whatever the terminal. */
const LEAST_REASON = 10;

/** Rows whose last cell is cut to what the others leave of the width. */
function onOneLine(rows: readonly (readonly string[])[], columns: number): string[][] {
  const heads = ['banned', 'left', 'denied by'];
  const others = heads.map((head, i) => Math.max(head.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const room = Math.max(LEAST_REASON, columns - FRAME - others.reduce((sum, width) => sum + width, 0));
  return rows.map((row) => {
    const reason = row.at(-1) ?? '';
    return [...row.slice(0, -1), reason.length <= room ? reason : `${reason.slice(0, room - 1)}…`];
  });
}

function why({ ban }: Listed): string {
  return `${ban.origin === 'operator' ? 'by hand: ' : ''}${reasonOf(ban)}`;
}

function deniedText({ denial, missing }: Listed, networkAcls: number): string {
  const by = denialWords(denial, networkAcls);
  if (missing === undefined) return by;
  return by === '' ? MISSING_WORDS[missing] : `${by} (${MISSING_WORDS[missing]})`;
}
