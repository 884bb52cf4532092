/** The command was called wrongly: exit code 2. The message names the flag, the value and the remedy. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The command could not do its work: exit code 1. The message says what, where and what to do. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}

/** Exit codes of every command. */
export const EXIT = { done: 0, failed: 1, usage: 2 } as const;
