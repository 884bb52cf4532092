import { Command } from 'commander';
import type { ClearFlags } from '../operate/clear';
import { withConnection } from '../operate/flags';
import type { PauseFlags } from '../operate/pause';
import type { ReconcileFlags } from '../operate/reconcile';
import type { CliIo } from '../support/cli-io';

/** The commands that start and stop changes: `reconcile`, `pause`, `resume`, `clear`. */
export function enforcingCommands(io: CliIo): Command[] {
  return [reconcileCommand(io), pauseCommand(io), resumeCommand(io), clearCommand(io)];
}

const RECONCILE_HELP = `
Example:
  ringfence reconcile --dry-run --env prod`;

function reconcileCommand(io: CliIo): Command {
  const command = new Command('reconcile')
    .description('one run of the enforcer: make network ACLs and IP sets equal to the ledger')
    .option('--dry-run', 'only show what would be changed')
    .option('--as-of <time>', 'as if it were then; with --dry-run or on an emulator');
  return withConnection(command)
    .addHelpText('after', RECONCILE_HELP)
    .action(async (flags: ReconcileFlags) => {
      const { runReconcile } = await import('../operate/reconcile');
      await runReconcile(flags, io);
    });
}

const PAUSE_HELP = `
Example:
  ringfence pause --because "calls drop, looking into it" --env prod`;

function pauseCommand(io: CliIo): Command {
  const command = new Command('pause')
    .description('stop changing anything, at once, until resume')
    .option('--because <reason>', 'kept in the history, shown by status');
  return withConnection(command)
    .addHelpText('after', PAUSE_HELP)
    .action(async (flags: PauseFlags) => {
      const { runPause } = await import('../operate/pause');
      await runPause(flags, io);
    });
}

const RESUME_HELP = `
Example:
  ringfence resume --because "it was the carrier" --env prod`;

function resumeCommand(io: CliIo): Command {
  const command = new Command('resume')
    .description('let the enforcer go on after pause or clear')
    .option('--because <reason>', 'kept in the history');
  return withConnection(command)
    .addHelpText('after', RESUME_HELP)
    .action(async (flags: PauseFlags) => {
      const { runResume } = await import('../operate/pause');
      await runResume(flags, io);
    });
}

const CLEAR_HELP = `
Changes are paused first and stay so; rules of others are not touched. The
ledger keeps all bans and their history.

Example:
  ringfence clear --yes --because "removing Ringfence" --env prod`;

function clearCommand(io: CliIo): Command {
  const command = new Command('clear')
    .description('take our entries out of the network ACLs, and empty our IP sets')
    .option('--dry-run', 'only show what would go')
    .option('--yes', 'do it: every banned source can get in again')
    .option('--because <reason>', 'kept in the history');
  return withConnection(command)
    .addHelpText('after', CLEAR_HELP)
    .action(async (flags: ClearFlags) => {
      const { runClear } = await import('../operate/clear');
      await runClear(flags, io);
    });
}
