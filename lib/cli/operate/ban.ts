import { cidrsOverlap, formatCidr, parseCidr } from '../../../lambda/address';
import type { Ban } from '../../../lambda/blacklist/ban';
import { isInForce } from '../../../lambda/blacklist/ban';
import { formatDuration } from '../../../lambda/blacklist/duration';
import { banTarget, operatorBan } from '../../../lambda/blacklist/operator-ban';
import type { CliIo } from '../support/cli-io';
import { CommandError } from '../support/errors';
import { plural } from '../support/table';
import { describeEntry, overlapping, readAllowlist } from './allowlist';
import { type Connection, connect } from './connect';
import { type ConnectionFlags, durationFlag, reasonFlag } from './flags';
import { answer, field } from './output';
import { carriedOutText } from './carried-out';
import { requireSensibleWidth } from './width-check';
import { listed, shortCidr, shortIdentity, timeAndDistance } from './words';

/** The flags of `ban` as commander gives them. */
export interface BanFlags extends ConnectionFlags {
  readonly for: string;
  readonly because: string;
  readonly force?: boolean;
}

/**
 * `ban`: keeps a source or a CIDR out for a time. Refused where any address of it is on the allowlist (invariant I1), and,
 * unless forced, where it would cut off somebody who is known to call.
 */
export async function runBan(target: string, flags: BanFlags, io: CliIo): Promise<void> {
  const seconds = durationFlag('--for', flags.for);
  const because = reasonFlag(flags.because);
  const { key, cidr } = banTarget(target);
  const connection = await connect(flags, io);
  await refuseAllowed(connection, cidr);
  requireSensibleWidth(parseCidr(cidr), flags.force);
  if (flags.force !== true) {
    await refuseHeld(connection, cidr);
    await refuseCallers(connection, cidr);
  }

  const at = connection.now();
  const by = await connection.who();
  const latest = (await connection.ledger.latestBans([key])).get(key);
  const ban = operatorBan({ target, at, seconds, because, ...(latest && { latestBan: latest }) });
  await releaseHold(connection, cidr, by, at);
  await connection.ledger.putBan(ban, by);
  const replaced = latest && isInForce(latest, at) ? latest : undefined;
  const paused = await connection.ledger.paused();
  answer(io, flags.json, banDocument(ban, by, replaced), () => {
    const lines = [
      field(
        io,
        'banned',
        `${shortCidr(cidr)} for ${formatDuration(seconds)}, until ${timeAndDistance(ban.expiresAt, at)}`,
      ),
      field(io, 'because', because),
      field(io, 'by', shortIdentity(by)),
      ...(replaced ? [field(io, 'replaces', replacedText(replaced, at))] : []),
      field(io, 'enforced', carriedOutText(connection.deployment, paused)),
    ];
    return `${lines.join('\n')}\n`;
  });
}

function banDocument(ban: Ban, by: string, replaced: Ban | undefined) {
  const { source, cidr, bannedAt, expiresAt, offence, because } = ban;
  return {
    source,
    cidr,
    bannedAt,
    expiresAt,
    offence,
    because,
    by,
    replaced: replaced
      ? { origin: replaced.origin, bannedAt: replaced.bannedAt, expiresAt: replaced.expiresAt }
      : null,
  };
}

function replacedText({ origin, expiresAt }: Ban, now: number): string {
  const whose = origin === 'operator' ? "an operator's ban" : 'an automatic ban';
  return `${whose} that would have ended ${timeAndDistance(expiresAt, now)}`;
}

async function refuseAllowed({ deployment, ledger }: Connection, cidr: string): Promise<void> {
  const entries = overlapping(await readAllowlist(deployment, ledger), parseCidr(cidr));
  if (entries.length === 0) return;
  throw new CommandError(
    `${cidr} overlaps the allowlist, which is never denied: ${entries.map(describeEntry).join(', ')}. ` +
      'Ban what lies beside it, or take the entry off the allowlist first; nothing was done',
  );
}

/** A colleague said that this source is to be left alone. */
async function refuseHeld({ ledger, now }: Connection, cidr: string): Promise<void> {
  const block = parseCidr(cidr);
  const hold = (await ledger.holds()).find(
    (one) => one.until > now() && cidrsOverlap(parseCidr(one.cidr), block),
  );
  if (hold === undefined) return;
  throw new CommandError(
    `${shortCidr(hold.cidr)} is held until ${timeAndDistance(hold.until, now())} by ${shortIdentity(hold.by)}: ` +
      `${hold.because}. --force bans it all the same, and ends a hold on exactly this; nothing was done`,
  );
}

/** Most callers named in one message. */
const NAMED = 5;

async function refuseCallers({ ledger, now }: Connection, cidr: string): Promise<void> {
  const block = parseCidr(cidr);
  const callers = (await ledger.legitimateSources(now())).filter((key) =>
    cidrsOverlap(parseCidr(key), block),
  );
  if (callers.length === 0) return;
  const more = callers.length > NAMED ? [`${callers.length - NAMED} more`] : [];
  throw new CommandError(
    `${cidr} covers ${plural(callers.length, 'source')} that exchanged ordinary calls lately: ` +
      `${listed([...callers.slice(0, NAMED), ...more])}. ringfence why tells more; ` +
      '--force bans them all the same; nothing was done',
  );
}

/** The operator's newest word counts: who bans an address does not want its bans held back. */
async function releaseHold({ ledger }: Connection, cidr: string, by: string, at: number): Promise<void> {
  const held = (await ledger.holds()).some(
    (hold) => hold.until > at && hold.cidr === formatCidr(parseCidr(cidr)),
  );
  if (held) await ledger.releaseHold(cidr, by, 'banned by hand', at);
}
