/** What of an error of the AWS SDK, or of one that wraps it, tells what happened. */
interface AwsError extends Error {
  readonly $metadata?: unknown;
  readonly code?: string;
}

/** Names and codes of the errors that a person can do something about, and what that is. */
const REMEDIES: readonly (readonly [RegExp, string])[] = [
  [
    /^CredentialsProviderError$/,
    'no AWS credentials were found: sign in (aws sso login), name a --profile, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (for an emulator any will do)',
  ],
  [
    /^(ExpiredToken|ExpiredTokenException|TokenRefreshRequired)$/,
    'the AWS credentials have expired: sign in again',
  ],
  [
    /^(UnrecognizedClientException|InvalidClientTokenId|InvalidSignatureException|SignatureDoesNotMatch|AuthFailure)$/,
    'AWS does not accept these credentials: check which ones are in use with aws sts get-caller-identity',
  ],
  [
    /^(AccessDenied|AccessDeniedException|UnauthorizedOperation|WAFAccessDeniedException)$/,
    'the caller may not do this: use a role that may, or have the permission added',
  ],
  [
    /^(ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|TimeoutError)$/,
    'the endpoint cannot be reached: check the network, the Region and --endpoint-url',
  ],
  [/^(ResourceNotFoundException)$/, 'it is not there: check account, Region and the deployment document'],
];

const NO_REGION = /region is missing/i;

/**
 * What an error of AWS means for a person, with the remedy where there is a known one; undefined for any other error.
 * An error of ours that has one of AWS as its cause keeps its own message, which says what was being done.
 */
export function awsReason(error: Error): string | undefined {
  if (NO_REGION.test(error.message)) return 'no AWS Region: set AWS_REGION, or give --region ap-southeast-2';
  const cause = error.cause instanceof Error ? error.cause : undefined;
  const remedy = remedyOf(error) ?? (cause && remedyOf(cause));
  if (cause !== undefined && NO_REGION.test(cause.message)) return awsReason(cause);
  if (remedy !== undefined) return isOurs(error) ? `${error.message}; ${remedy}` : `${said(error)}${remedy}`;
  return isOfAws(error) ? `AWS answered ${error.name}: ${error.message}` : undefined;
}

function remedyOf(error: AwsError): string | undefined {
  if (!isOfAws(error)) return undefined;
  // The SDK wraps errors of the connection in one of its own that keeps nothing but the message.
  const named = /\b(?:E[A-Z]{6,}|EAI_AGAIN)\b/.exec(error.message)?.[0];
  const names = [error.name, error.code ?? named ?? ''];
  return REMEDIES.find(([pattern]) => names.some((name) => pattern.test(name)))?.[1];
}

/** Errors of a service carry metadata; those of credentials and of the connection are known by name or code. */
function isOfAws(error: AwsError): boolean {
  return (
    error.$metadata !== undefined ||
    error.name === 'CredentialsProviderError' ||
    error.name === 'TimeoutError' ||
    (error.code !== undefined && /^(E[A-Z]+|EAI_AGAIN)$/.test(error.code) && isOfNetwork(error))
  );
}

/** A file that is not there has a path; a connection has not. */
function isOfNetwork(error: AwsError): boolean {
  return !('path' in error);
}

function isOurs(error: AwsError): boolean {
  return error.name.startsWith('Ledger') || error.name === 'CommandError';
}

function said(error: AwsError): string {
  return error.name === 'CredentialsProviderError' || error.message === '' ? '' : `${error.message}: `;
}
