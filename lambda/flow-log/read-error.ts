/** An object that cannot be read to its end. The message says why. */
export class FlowLogReadError extends Error {
  override readonly name = 'FlowLogReadError';
}

/** Gzip that is not as RFC 1952 and RFC 1951 have it. @param reason zlib's words for what is wrong */
export function damagedGzip(reason: string): FlowLogReadError {
  return new FlowLogReadError(`the gzip data is damaged (${reason}): fetch the file again`);
}

/** Gzip that ends before its last member does. */
export function truncatedGzip(): FlowLogReadError {
  return new FlowLogReadError('the gzip data ends early: the file is truncated, fetch it again');
}
