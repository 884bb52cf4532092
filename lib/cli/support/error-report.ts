import { CommanderError } from 'commander';
import { awsReason } from './aws-reason';
import { EXIT } from './errors';

/**
 * Names of errors that come from what a person gave us: their message is all that is shown. Compared by name, so that
 * reporting an error does not load the modules that define them.
 */
const USAGE_ERRORS = new Set([
  'UsageError',
  'AddressError',
  'ConfigurationError',
  'SiteError',
  'DurationError',
  'BanPolicyError',
  'HandsetError',
  'FeedDefinitionError',
]);
const FAILURES = new Set([
  'CommandError',
  'HandsetFileError',
  'FlowLogFormatError',
  'FlowLogReadError',
  'DeploymentError',
  'ExportError',
  'FeedRefusedError',
  'LedgerUnavailableError',
  'LedgerConflictError',
]);

/** What to print for an error, and the exit code. */
export interface ErrorReport {
  readonly exitCode: number;
  /** Nothing where commander has printed it already. */
  readonly text: string;
}

/**
 * Turns an error into one clear message. A stack trace is shown only for what is our own defect, or where DEBUG asks
 * for it.
 */
export function reportError(error: unknown, env: Readonly<Record<string, string | undefined>>): ErrorReport {
  if (error instanceof CommanderError)
    return { exitCode: error.exitCode === 0 ? EXIT.done : EXIT.usage, text: '' };
  if (!(error instanceof Error)) return { exitCode: EXIT.failed, text: `ringfence: ${String(error)}\n` };
  const debug = (env['DEBUG'] ?? '') !== '';
  const reason = awsReason(error);
  if (reason !== undefined && !debug) return { exitCode: EXIT.failed, text: `ringfence: ${reason}\n` };
  if (USAGE_ERRORS.has(error.name)) return { exitCode: EXIT.usage, text: message(error, debug) };
  if (FAILURES.has(error.name) || isSystemError(error))
    return { exitCode: EXIT.failed, text: message(error, debug) };
  return {
    exitCode: EXIT.failed,
    text: `ringfence: a defect of ringfence itself, please report it:\n${error.stack ?? error.message}\n`,
  };
}

function message(error: Error, debug: boolean): string {
  return `ringfence: ${debug ? (error.stack ?? error.message) : error.message}\n`;
}

/** Errors of the operating system (no such file, no permission): Node's message names the path. */
function isSystemError(error: Error): boolean {
  return typeof (error as NodeJS.ErrnoException).syscall === 'string';
}
