import { awsReason } from '../../support/aws-reason';
import { UsageError } from '../../support/errors';

/** How a check came out. */
export type Health = 'ok' | 'warning' | 'failed';

/** What is looked at, in the order in which it is told. */
export const CHECKS = [
  'credentials',
  'clock',
  'deployment',
  'ledger',
  'recovery',
  'enforcer',
  'lease',
  'pause',
  'breaker',
  'functions',
  'dead letters',
  'flow log',
  'subscription',
  'records',
  'network ACL',
  'slots',
  'rule order',
  'allowlist',
  'exposure',
  'IP sets',
  'alarms',
  'mail',
] as const;
/** One of them. */
export type Check = (typeof CHECKS)[number];

/** The outcome of one check: what was seen, and what to do about it where something is to be done. */
export interface Finding {
  readonly check: Check;
  readonly health: Health;
  readonly says: string;
  readonly remedy?: string;
  /** IAM action that the caller lacks: nothing is known of what it would have shown. */
  readonly missingPermission?: string;
}

/** All is well. */
export function ok(check: Check, says: string): Finding {
  return { check, health: 'ok', says };
}

/** It works, and somebody should know. */
export function warning(check: Check, says: string, remedy: string): Finding {
  return { check, health: 'warning', says, remedy };
}

/** It does not do what it is there for. */
export function failed(check: Check, says: string, remedy: string): Finding {
  return { check, health: 'failed', says, remedy };
}

/** A read that came to nothing, with the IAM action it takes (Service Authorization Reference). */
export class ReadFailure extends Error {
  override readonly name = 'ReadFailure';
  constructor(
    readonly action: string,
    override readonly cause: Error,
  ) {
    super(`${action}: ${cause.message}`);
  }
}

/**
 * Makes one check. Whatever goes wrong while it looks is a finding too: what cannot be seen does not count as well, and
 * does not keep the other checks from looking.
 */
export async function examine(
  check: Check,
  look: () => Promise<readonly Finding[]>,
): Promise<readonly Finding[]> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof UsageError) throw error;
    return [unseen(check, error)];
  }
}

const DENIED =
  /^(?:AccessDenied|AccessDeniedException|UnauthorizedOperation|WAFAccessDeniedException|AuthorizationErrorException|AuthorizationError|NotAuthorized)$/;
/** What emulators, and the services of `ringfence local`, say of a call that they do not know. */
const UNKNOWN_CALL = /^(?:InvalidAction|UnknownOperationException|NotImplemented|UnknownOperation|501|404)$/;

function unseen(check: Check, error: unknown): Finding {
  const thrown = error instanceof Error ? error : new Error(String(error));
  const action = thrown instanceof ReadFailure ? thrown.action : undefined;
  const origin = originOf(thrown);
  if (DENIED.test(origin.name)) return denied(check, action ?? deniedAction(origin));
  const what = action === undefined ? 'it could not be read' : `${action} could not be asked`;
  if (UNKNOWN_CALL.test(origin.name))
    return warning(check, `not checked: ${what}, the endpoint does not know it`, 'check it in AWS itself');
  const reason = awsReason(origin) ?? thrown.message;
  return failed(check, `${what}: ${reason}`, 'mend that and look again: what cannot be seen may be anything');
}

function denied(check: Check, action: string): Finding {
  return {
    ...failed(
      check,
      `not checked: the caller may not call ${action}`,
      `use a role that may, or have ${action} added`,
    ),
    missingPermission: action,
  };
}

/** `is not authorized to perform: dynamodb:Query on resource …`: the way AWS says it. */
function deniedAction({ message }: Error): string {
  return /perform: ([a-z0-9-]+:\w+)/i.exec(message)?.[1] ?? 'what this check reads';
}

/** The error of AWS inside one of ours. */
function originOf(error: Error): Error {
  return error.cause instanceof Error ? originOf(error.cause) : error;
}
