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

/** Why a run stops making changes before its plan is done. */
export type StopReason = 'lease-lost' | 'deadline' | 'paused';

/** Nothing more may be changed in this run; the next one goes on from what is observed then. */
export class StoppedError extends Error {
  override readonly name = 'StoppedError';
  constructor(readonly reason: StopReason) {
    super(`no further changes in this run: ${reason}`);
  }
}
