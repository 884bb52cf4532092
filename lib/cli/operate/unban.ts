import { CidrSet, parseCidr } from '../../../lambda/address';
import { formatDuration } from '../../../lambda/blacklist/duration';
import { banTarget } from '../../../lambda/blacklist/operator-ban';
import type { CliIo } from '../support/cli-io';
import { CommandError } from '../support/errors';
import { carriedOutText } from './carried-out';
import { type Connection, connect } from './connect';
import { type ConnectionFlags, durationFlag, reasonFlag } from './flags';
import { answer, field } from './output';
import { listed, shortCidr, shortIdentity, timeAndDistance } from './words';

/** The flags of `unban` as commander gives them. */
export interface UnbanFlags extends ConnectionFlags {
  readonly because?: string;
  readonly hold?: string;
}

/**
 * `unban`: ends a ban at once and strikes it out of the count of offences. With a hold, detection bans nobody there again
 * before the hold ends, and no wider entry is made over the head of the source.
 */
export async function runUnban(target: string, flags: UnbanFlags, io: CliIo): Promise<void> {
  const holdSeconds = flags.hold === undefined ? undefined : durationFlag('--hold', flags.hold);
  const because = reasonFlag(flags.because);
  const { key, cidr } = banTarget(target);
  const connection = await connect(flags, io);
  const { ledger, deployment } = connection;
  const at = connection.now();
  await refuseWider(connection, key, cidr);

  const by = await connection.who();
  const until = holdSeconds === undefined ? undefined : at + holdSeconds;
  if (until !== undefined) {
    // The hold first: after a crash between the two nobody is banned again, and the retry ends the ban.
    await ledger.hold({ cidr, at, until, by, because });
    await ledger.recordLegitimate(new Map([[key, until]]));
  }
  const ended = await ledger.endBan(key, at, by, because);
  if (ended === undefined && until === undefined)
    throw new CommandError(`${target} is not banned: nothing was done (ringfence why ${target} tells more)`);
  const paused = await ledger.paused();
  const document = {
    target,
    cidr,
    by,
    because,
    at,
    ended: ended ? { bannedAt: ended.bannedAt, expiresAt: ended.expiresAt, origin: ended.origin } : null,
    holdUntil: until ?? null,
  };
  answer(io, flags.json, document, () => {
    const ban = ended
      ? `the ban of ${shortCidr(cidr)}, which would have ended ${timeAndDistance(ended.expiresAt, at)}`
      : `nothing: ${target} was not banned`;
    const hold =
      holdSeconds === undefined
        ? 'banned again if it goes on probing; --hold 1d would prevent that'
        : `not banned automatically for ${formatDuration(holdSeconds)}, until ${timeAndDistance(at + holdSeconds, at)}`;
    const lines = [
      field(io, 'ended', ban),
      field(io, 'because', because),
      field(io, 'by', shortIdentity(by)),
      field(io, 'from now', hold),
      field(io, 'enforced', carriedOutText(deployment, paused)),
    ];
    return `${lines.join('\n')}\n`;
  });
}

/** A wider ban around the target would go on denying it: ending nothing in silence helps nobody. */
async function refuseWider({ ledger, now }: Connection, key: string, cidr: string): Promise<void> {
  const block = parseCidr(cidr);
  const bans = await ledger.bansInForce(now());
  if (bans.some((ban) => ban.key === key)) return;
  const wider = bans.filter((ban) => CidrSet.parse([ban.cidr]).covers(block)).map((ban) => ban.cidr);
  if (wider.length === 0) return;
  throw new CommandError(
    `${cidr} has no ban of its own, it lies inside the ban of ${listed(wider)}: unban that, ` +
      `or let this part through with ringfence allow ${cidr}; nothing was done`,
  );
}
