import { Command } from 'commander';
import type { AllowFlags } from '../operate/allow';
import type { BanFlags } from '../operate/ban';
import { withConnection } from '../operate/flags';
import type { UnbanFlags } from '../operate/unban';
import type { CliIo } from '../support/cli-io';

/** The commands that decide about sources: `ban`, `unban`, `allow`. */
export function sourceCommands(io: CliIo): Command[] {
  return [banCommand(io), unbanCommand(io), allowCommand(io)];
}

const BAN_HELP = `
Of an IPv6 address the /64 is banned: its hosts choose among 2^64 addresses. A
ban replaces one in force, takes a slot before automatic bans, and waits for no
breaker. What overlaps the allowlist is refused.

Example:
  ringfence ban 198.51.100.7 --for 1d --because "toll fraud, ticket 4711" --env prod`;

function banCommand(io: CliIo): Command {
  const command = new Command('ban')
    .description('keep an address or a CIDR out for a time')
    .argument('<address>', 'IP address or CIDR')
    .requiredOption('--for <duration>', 'how long: 30m, 12h, 1d, 2w')
    .requiredOption('--because <reason>', 'kept in the history')
    .option('--force', 'also what is wider than /16 or /32, or covers known callers');
  return withConnection(command)
    .addHelpText('after', BAN_HELP)
    .action(async (address: string, flags: BanFlags) => {
      const { runBan } = await import('../operate/ban');
      await runBan(address, flags, io);
    });
}

const UNBAN_HELP = `
The ban ends at once and is struck out of the count of offences. A source that
goes on probing is banned again, unless --hold prevents it; then no wider entry
is made over its head either.

Example:
  ringfence unban 198.51.100.7 --hold 1d --because "their new PBX, ticket 4712" --env prod`;

function unbanCommand(io: CliIo): Command {
  const command = new Command('unban')
    .description('end a ban, and on request keep detection from making a new one')
    .argument('<address>', 'IP address or CIDR, as it was banned')
    .option('--hold <duration>', 'no automatic ban for so long: 12h, 1d, 2w')
    .option('--because <reason>', 'kept in the history');
  return withConnection(command)
    .addHelpText('after', UNBAN_HELP)
    .action(async (address: string, flags: UnbanFlags) => {
      const { runUnban } = await import('../operate/unban');
      await runUnban(address, flags, io);
    });
}

const ALLOW_HELP = `
Without an address the whole allowlist is shown, with where each entry comes
from. What operators allow counts within a minute and needs no deployment; what
is in the configuration can only be changed there.

Example:
  ringfence allow 203.0.113.0/28 --because "carrier Example Telecom" --env prod`;

function allowCommand(io: CliIo): Command {
  const command = new Command('allow')
    .description('show the allowlist, add to it, or take off it what was added')
    .argument('[address]', 'IP address or CIDR that must never be denied')
    .option('--because <reason>', 'kept in the history')
    .option('--remove', 'take it off the allowlist again')
    .option('--force', 'also what is wider than /16 or /32');
  return withConnection(command)
    .addHelpText('after', ALLOW_HELP)
    .action(async (address: string | undefined, flags: AllowFlags) => {
      const { runAllow } = await import('../operate/allow');
      await runAllow(address, flags, io);
    });
}
