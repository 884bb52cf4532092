import { CidrSet, cidrsOverlap, formatCidr, parseCidr } from '../../../lambda/address';
import type { CliIo } from '../support/cli-io';
import { CommandError, UsageError } from '../support/errors';
import { plural, table } from '../support/table';
import { type AllowEntry, describeEntry, overlapping, readAllowlist } from './allowlist';
import { carriedOutText } from './carried-out';
import { type Connection, connect } from './connect';
import { type ConnectionFlags, reasonFlag } from './flags';
import { answer, field } from './output';
import { requireSensibleWidth } from './width-check';
import { listed, shortIdentity } from './words';

/** The flags of `allow` as commander gives them. */
export interface AllowFlags extends ConnectionFlags {
  readonly because?: string;
  readonly remove?: boolean;
  readonly force?: boolean;
}

/** `allow`: without an address shows the allowlist; with one adds it, or with `--remove` takes it off. */
export async function runAllow(target: string | undefined, flags: AllowFlags, io: CliIo): Promise<void> {
  if (target === undefined) {
    if (flags.remove === true || flags.because !== undefined)
      throw new UsageError(
        'which address or CIDR? Without one, allow shows the allowlist and takes neither --remove nor --because',
      );
    return showAllowlist(await connect(flags, io), flags, io);
  }
  const cidr = formatCidr(parseCidr(target));
  const change = { cidr, because: reasonFlag(flags.because) };
  const connection = await connect(flags, io);
  if (flags.remove === true) await removeAllow(connection, change, flags, io);
  else await addAllow(connection, change, flags, io);
}

interface Change {
  readonly cidr: string;
  readonly because: string;
}

async function showAllowlist(
  { deployment, ledger }: Connection,
  flags: AllowFlags,
  io: CliIo,
): Promise<void> {
  const entries = await readAllowlist(deployment, ledger);
  answer(
    io,
    flags.json,
    { allowlist: entries },
    () =>
      `${table(
        ['never denied', 'from'],
        entries.map(({ cidr, origin }) => [cidr, origin]),
        io,
      )}\n`,
  );
}

async function addAllow(
  connection: Connection,
  { cidr, because }: Change,
  flags: AllowFlags,
  io: CliIo,
): Promise<void> {
  const { ledger, deployment } = connection;
  requireSensibleWidth(parseCidr(cidr), flags.force);
  const before = await readAllowlist(deployment, ledger);
  const at = connection.now();
  const by = await connection.who();
  await ledger.allow(cidr, by, because, at);
  const affected = (await ledger.bansInForce(at)).filter((ban) =>
    cidrsOverlap(parseCidr(ban.cidr), parseCidr(cidr)),
  );
  const bans = affected.map((ban) => ban.cidr);
  const paused = await ledger.paused();
  answer(io, flags.json, { cidr, by, because, at, allowed: true, bansNotEnforced: bans }, () => {
    const lines = [
      field(io, 'allowed', `${cidr}: never denied from now on, whatever it does${alsoBy(before, cidr)}`),
      field(io, 'because', because),
      field(io, 'by', shortIdentity(by)),
      ...(bans.length > 0 ? [field(io, 'bans', bansText(bans))] : []),
      field(io, 'enforced', carriedOutText(deployment, paused)),
    ];
    return `${lines.join('\n')}\n`;
  });
}

function alsoBy(before: readonly AllowEntry[], cidr: string): string {
  const same = overlapping(before, parseCidr(cidr)).filter((entry) =>
    CidrSet.parse([entry.cidr]).covers(parseCidr(cidr)),
  );
  return same.length === 0 ? '' : ` (it was already, by ${listed(same.map(describeEntry))})`;
}

function bansText(bans: readonly string[]): string {
  const [first = ''] = bans;
  return (
    `${plural(bans.length, 'ban')} in force there, ${first}${bans.length > 1 ? ' and others' : ''}: not enforced as far as ` +
    'allowed. They count again if the entry is removed; ringfence unban strikes them out'
  );
}

async function removeAllow(
  connection: Connection,
  { cidr, because }: Change,
  flags: AllowFlags,
  io: CliIo,
): Promise<void> {
  const { ledger, deployment } = connection;
  const entries = await readAllowlist(deployment, ledger);
  refuseMissing(entries, cidr);
  const at = connection.now();
  const by = await connection.who();
  await ledger.disallow(cidr, by, because, at);
  const left = overlapping(
    entries.filter((entry) => entry.origin !== 'operator' || entry.cidr !== cidr),
    parseCidr(cidr),
  );
  const paused = await ledger.paused();
  answer(io, flags.json, { cidr, by, because, at, allowed: false, stillAllowed: left }, () => {
    const lines = [
      field(io, 'removed', `${cidr} is off the operators' allowlist`),
      field(io, 'because', because),
      field(io, 'by', shortIdentity(by)),
      ...(left.length > 0 ? [field(io, 'still', `allowed by ${left.map(describeEntry).join(', ')}`)] : []),
      field(io, 'enforced', carriedOutText(deployment, paused)),
    ];
    return `${lines.join('\n')}\n`;
  });
}

/** @throws CommandError when operators did not allow exactly this: says where it comes from instead */
function refuseMissing(entries: readonly AllowEntry[], cidr: string): void {
  if (entries.some((entry) => entry.origin === 'operator' && entry.cidr === cidr)) return;
  const near = overlapping(entries, parseCidr(cidr));
  const where =
    near.length === 0
      ? 'nothing there is allowed'
      : `allowed there: ${near.map(describeEntry).join(', ')}; what is not an operator's is changed in cdk.json and deployed`;
  throw new CommandError(`operators did not allow ${cidr}: ${where}; nothing was done`);
}
