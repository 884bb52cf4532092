/** Codes with which services ask to be called less often. EC2 and WAFv2 API references, *Common errors*. */
const THROTTLING = new Set([
  'RequestLimitExceeded',
  'Throttling',
  'ThrottlingException',
  'ThrottledException',
  'RequestThrottled',
  'RequestThrottledException',
  'TooManyRequestsException',
  'EC2ThrottledException',
  'BandwidthLimitExceeded',
]);

/** Codes for a service that failed of itself, and for a clock that the SDK corrects from the answer. */
const FAILING = new Set([
  'InternalError',
  'InternalFailure',
  'InternalServerError',
  'ServiceUnavailable',
  'ServiceUnavailableException',
  'Unavailable',
  'WAFInternalErrorException',
  'WAFUnavailableEntityException',
  'RequestExpired',
  'RequestTimeTooSkewed',
  'TimeoutError',
  'RequestTimeout',
]);

/** Node's codes for a connection that was not made or did not last. */
const NETWORK = new Set([
  'ECONNRESET',
  'ECONNREFUSED',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EAI_AGAIN',
  'ERR_STREAM_PREMATURE_CLOSE',
]);

/** What the SDK and Node put on their errors. */
interface AwsFailure {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly message?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: unknown };
  readonly $response?: unknown;
}

/**
 * Whether the same call may succeed in a moment: the service throttled or failed, the connection did, or the answer
 * could not be read to its end. A refusal is none of these.
 */
export function isTransientFailure(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { name, code, message, $metadata } = error as AwsFailure;
  const status = Number($metadata?.httpStatusCode);
  return (
    THROTTLING.has(String(name)) ||
    FAILING.has(String(name)) ||
    NETWORK.has(String(code)) ||
    status >= 500 ||
    status === 429 ||
    isUnreadableAnswer(error) ||
    /socket hang up|aborted/.test(String(message))
  );
}

/** The SDK's deserialisers throw what the parser of JSON or XML throws, with the answer attached. */
function isUnreadableAnswer(error: Error & AwsFailure): boolean {
  return error instanceof SyntaxError || (error.name === 'Error' && error.$response !== undefined);
}
