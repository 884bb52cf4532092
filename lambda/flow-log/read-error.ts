/** An object that cannot be read to its end. The message says why. */
export class FlowLogReadError extends Error {
  override readonly name = 'FlowLogReadError';

  /** The same in a few words, for what is no file and cannot be fetched again. */
  readonly reason: string;

  constructor(message: string, { reason = message, ...options }: ErrorOptions & { reason?: string } = {}) {
    super(message, options);
    this.reason = reason;
  }
}

/** Gzip that is not as RFC 1952 and RFC 1951 have it. @param reason zlib's words for what is wrong */
export function damagedGzip(reason: string): FlowLogReadError {
  return new FlowLogReadError(`the gzip data is damaged (${reason}): fetch the file again`, { reason });
}

/** Gzip that ends before its last member does. */
export function truncatedGzip(): FlowLogReadError {
  return new FlowLogReadError('the gzip data ends early: the file is truncated, fetch it again', {
    reason: 'unexpected end of file',
  });
}
