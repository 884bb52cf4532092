/** What can go wrong between the plan and AWS, told apart by what has to be done about it. */
export abstract class EnforcementError extends Error {
  /** @param target the network ACL or IP set concerned */
  constructor(
    readonly target: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(`${target}: ${message}`, options);
  }
}

/** It could not be read in full, so nothing is changed there (invariant I6). */
export class ReadIncompleteError extends EnforcementError {
  override readonly name = 'ReadIncompleteError';
}

/** The world is not as it was observed: observe and plan again. */
export class ConflictError extends EnforcementError {
  override readonly name = 'ConflictError';
}

/** AWS has no room for the change, whatever the deployment document says: alarm (invariant I3). */
export class CapacityError extends EnforcementError {
  override readonly name = 'CapacityError';
}

/** A deny would have covered the allowlist (invariant I1): not called, plan again. */
export class AllowlistError extends EnforcementError {
  override readonly name = 'AllowlistError';
}

/** No enforced ban is left in what a deny would cover: ended, expired or held back since (I8, I10): not called, plan again. */
export class UnjustifiedError extends EnforcementError {
  override readonly name = 'UnjustifiedError';
}

/**
 * AWS was throttling, failing or out of reach, or its answer was cut off: the same call may succeed in a moment. A
 * change may have been made all the same.
 */
export class TransientError extends EnforcementError {
  override readonly name = 'TransientError';
}

/** Observing, deciding and planning again is the answer to these. */
export function isStale(error: unknown): boolean {
  return (
    error instanceof ConflictError || error instanceof AllowlistError || error instanceof UnjustifiedError
  );
}

/** Why a run stops making changes before its plan is done. */
export type StopReason = 'lease-lost' | 'deadline' | 'paused' | 'observe';

/** Nothing more may be changed in this run; the next one goes on from what is observed then. */
export class StoppedError extends Error {
  override readonly name = 'StoppedError';
  constructor(readonly reason: StopReason) {
    super(`no further changes in this run: ${reason}`);
  }
}
