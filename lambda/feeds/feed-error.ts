/** Why a feed was not taken. What was known before stays until it expires by itself. */
export type RefusalReason =
  'unreachable' | 'html' | 'truncated' | 'stale' | 'empty' | 'unreadable' | 'too-long' | 'grown' | 'shrunk';

/** A feed that is not taken. The message names the feed, what is wrong with it and what to do. */
export class FeedRefusedError extends Error {
  override readonly name = 'FeedRefusedError';
  constructor(
    readonly feed: string,
    readonly reason: RefusalReason,
    message: string,
  ) {
    super(`feed ${feed} was not taken: ${message}`);
  }
}

/** A definition of a feed that cannot be meant. The message quotes the value and the bound. */
export class FeedDefinitionError extends Error {
  override readonly name = 'FeedDefinitionError';
}
