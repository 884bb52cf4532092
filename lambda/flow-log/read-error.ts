/** An object that cannot be read to its end. The message says why. */
export class FlowLogReadError extends Error {
  override readonly name = 'FlowLogReadError';
}
