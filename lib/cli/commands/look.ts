import { Command } from 'commander';
import { type ConnectionFlags, withConnection } from '../operate/flags';
import type { ListFlags } from '../operate/list';
import type { StatusFlags } from '../operate/status';
import type { ReportFlags } from '../operate/report';
import type { CliIo } from '../support/cli-io';

/** The commands that look and change nothing: `status`, `list`, `why`, `doctor`. */
export function lookCommands(io: CliIo): Command[] {
  return [statusCommand(io), listCommand(io), whyCommand(io), reportCommand(io), doctorCommand(io)];
}

/** For recorded traffic on an emulator, and for looking back. */
const AS_OF = ['--as-of <time>', 'as if it were then: 2026-11-25T03:00:00Z or epoch seconds'] as const;

const STATUS_HELP = `
Example:
  ringfence status --watch 5 --env prod`;

function statusCommand(io: CliIo): Command {
  return withConnection(
    new Command('status').description('is it alive, what does it hold, what needs a person'),
  )
    .option('--watch [seconds]', 'look again and again, every 10 seconds or as given, until Ctrl-C')
    .option(...AS_OF)
    .addHelpText('after', STATUS_HELP)
    .action(async (flags: StatusFlags) => {
      const { runStatus } = await import('../operate/status');
      await runStatus(flags, io);
    });
}

const LIST_HELP = `
Example:
  ringfence list --env prod`;

function listCommand(io: CliIo): Command {
  return withConnection(new Command('list').description('the bans in force, and what denies each of them'))
    .option('--all', 'all of them, also on a terminal')
    .option(...AS_OF)
    .addHelpText('after', LIST_HELP)
    .action(async (flags: ListFlags) => {
      const { runList } = await import('../operate/list');
      await runList(flags, io);
    });
}

const REPORT_HELP = `
One HTML file that needs no network: bans with their evidence, the map, the
slots with what each blocks, and what needs a person. It reads what status,
list and why read, and changes nothing.

Example:
  ringfence report --env prod --out prod.html`;

function reportCommand(io: CliIo): Command {
  return withConnection(
    new Command('report').description('the state of an environment as one HTML page to look at and pass on'),
  )
    .option('--out <file.html>', 'where the page goes (default: the name of the environment and .html)')
    .option(...AS_OF)
    .addHelpText('after', REPORT_HELP)
    .action(async (flags: ReportFlags) => {
      const { runReport } = await import('../operate/report');
      await runReport(flags, io);
    });
}

const WHY_HELP = `
Prints the evidence and the score against the threshold, the bans, what denies
it or allows it, when and how it is released, and who decided what about it.

Example:
  ringfence why 198.51.100.7 --env prod`;

function whyCommand(io: CliIo): Command {
  return withConnection(
    new Command('why')
      .description('everything about one source: evidence, bans, what would release it')
      .argument('<address>', 'IP address or CIDR'),
  )
    .option(...AS_OF)
    .addHelpText('after', WHY_HELP)
    .action(async (address: string, flags: ConnectionFlags) => {
      const { runWhy } = await import('../operate/why/command');
      await runWhy(address, flags, io);
    });
}

const DOCTOR_HELP = `
Looks at everything that has to be right for bans to be made and enforced, and
says for each ok, WARNING or FAILED and what to do. It only reads; exit code 1
where a check failed or could not be made.

Example:
  ringfence doctor --env prod`;

function doctorCommand(io: CliIo): Command {
  return withConnection(new Command('doctor').description('examine a deployed environment from outside'))
    .addHelpText('after', DOCTOR_HELP)
    .action(async (flags: ConnectionFlags) => {
      const { runDoctor } = await import('../operate/doctor/command');
      await runDoctor(flags, io);
    });
}
