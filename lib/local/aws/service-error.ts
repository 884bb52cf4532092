/**
 * An error an AWS service would answer, independent of the wire format: the two protocols write it as
 * `<Code>` (EC2 query) or `__type` (JSON 1.1).
 */
export class ServiceError extends Error {
  /**
   * @param code AWS's error code, for example `NetworkAclEntryLimitExceeded`.
   * @param status HTTP status; AWS answers 400 for almost every client error.
   * @param details Further members of the error shape, for example `Field` of `WAFInvalidParameterException`.
   */
  constructor(
    readonly code: string,
    message: string,
    readonly status = 400,
    readonly details: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.name = 'ServiceError';
  }
}

/** Thrown to drop the connection without an answer: the client cannot know whether its change was made. */
export class Disconnect extends Error {
  constructor() {
    super('connection dropped by an injected fault');
    this.name = 'Disconnect';
  }
}
