import type { Command } from 'commander';
import { parseDuration } from '../../../lambda/blacklist/duration';
import { UsageError } from '../support/errors';

/** Options of every command that works on a deployed environment, as commander gives them. */
export interface ConnectionFlags {
  readonly env?: string;
  readonly deployment?: string;
  readonly endpointUrl?: string;
  readonly region?: string;
  readonly profile?: string;
  readonly json?: boolean;
  /** Only some commands offer it. */
  readonly asOf?: string;
}

/** Adds the options that tell which environment, where, and in which form to answer. */
export function withConnection(command: Command): Command {
  return command
    .option('--env <name>', 'the environment; what is deployed is read from SSM')
    .option('--deployment <file>', 'what is deployed, as JSON, instead of SSM')
    .option('--endpoint-url <url>', 'send every AWS call there: an emulator')
    .option('--region <name>', 'AWS Region (default: as for the AWS CLI)')
    .option('--profile <name>', 'AWS profile (default: as for the AWS CLI)')
    .option('--json', 'print one JSON document');
}

/**
 * A length of time an operator gave, seconds.
 * @throws UsageError naming the flag and the remedy
 */
export function durationFlag(flag: string, text: string): number {
  try {
    return parseDuration(text);
  } catch (error) {
    throw new UsageError(`${flag} ${(error as Error).message}`);
  }
}

/** Longest reason kept: it is shown in tables, and an item of the ledger has bounds. */
const MOST_REASON = 500;

/**
 * Why an operator does something: somebody will ask in a month. In a hurry it may be left out, which is recorded too.
 * @throws UsageError when it is empty or too long
 */
export function reasonFlag(text: string | undefined): string {
  if (text === undefined) return 'no reason given';
  const reason = text.trim().replace(/\s+/g, ' ');
  if (reason === '')
    throw new UsageError('--because is empty: say in a few words why, for who reads it next month');
  if (reason.length > MOST_REASON)
    throw new UsageError(`--because has ${reason.length} characters: write at most ${MOST_REASON}`);
  return reason;
}

/**
 * A point in time: ISO 8601 with a zone, or epoch seconds. @returns epoch seconds
 * @throws UsageError naming the flag, the value and the form
 */
export function timeFlag(flag: string, text: string): number {
  if (/^\d{1,11}$/.test(text)) return Number(text);
  const isIso = /^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d))?$/.test(text);
  const milliseconds = isIso ? Date.parse(text.replace(' ', 'T')) : NaN;
  if (Number.isFinite(milliseconds)) return Math.floor(milliseconds / 1000);
  throw new UsageError(
    `${flag} ${JSON.stringify(text)} is no time: write it like 2026-11-25T03:00:00Z, or as epoch seconds`,
  );
}
