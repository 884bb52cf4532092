import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import type { CliIo } from '../support/cli-io';
import { CommandError, UsageError } from '../support/errors';
import { plural } from '../support/table';
import { readCurrent } from './current-file';
import { type PlanFlags, planSettings } from './flags';
import type { InputIssue } from './input-line';
import { makePlan } from './make-plan';
import { readInput } from './read-input';
import { explanation, planText } from './render';

/**
 * `plan`: one filter set from a list of sources. Lines that cannot be used as written are told on standard error.
 * @param file path, or `-` for standard input
 * @throws UsageError (exit code 2) for a flag, CommandError (1) for a file, or for any bad line with --strict
 */
export async function runPlan(file: string, flags: PlanFlags, io: CliIo): Promise<void> {
  const settings = planSettings(flags);
  const current = await readCurrent(flags.current);
  const input = await readInput(await open(file, io));
  report(input.issues, flags.strict === true, io);
  const { plan, overflow } = makePlan(input, current, settings);
  io.stdout.write(flags.json === true ? `${JSON.stringify(plan)}\n` : planText(plan, overflow, io));
  // With --json nothing but the document may be on standard output.
  if (flags.explain === true)
    (flags.json === true ? io.stderr : io.stdout).write(explanation(settings, plan));
}

async function open(file: string, io: CliIo): Promise<Readable> {
  if (file === '-') {
    if ('isTTY' in io.stdin && io.stdin.isTTY === true) {
      throw new UsageError('plan reads JSON lines: give a file, or pipe them in (ringfence plan --help)');
    }
    return io.stdin;
  }
  const stream = createReadStream(file);
  // A file that is not there is told before anything else happens, and by its name.
  await once(stream, 'open');
  return stream;
}

/** @throws CommandError with --strict, where there is anything to report */
function report(issues: readonly InputIssue[], strict: boolean, io: CliIo): void {
  if (issues.length === 0) return;
  io.stderr.write(issues.map(({ line, reason }) => `line ${line}: ${reason}\n`).join(''));
  const count = plural(new Set(issues.map(({ line }) => line)).size, 'line');
  if (strict) throw new CommandError(`${count} cannot be used as written, so with --strict none is`);
  io.stderr.write(`${count} not used as written, the rest used\n`);
}
