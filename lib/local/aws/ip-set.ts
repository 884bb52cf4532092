/**
 * What makes an IP set valid. Sources: AWS WAFV2 API Reference (*CreateIPSet*, *UpdateIPSet*, *IPSet*,
 * *WAFInvalidParameterException*) and AWS WAF Developer Guide (*AWS WAF quotas*).
 */
import { expandedCidr, hasHostBits, parseCidr } from './cidr';
import { ServiceError } from './service-error';

/** Where the set is used. CLOUDFRONT is reached through us-east-1 only. */
export type Scope = 'REGIONAL' | 'CLOUDFRONT';
/** The one family of a set's addresses. */
export type IpAddressVersion = 'IPV4' | 'IPV6';

/** An IP set. Its members carry the names of the API. */
export interface IpSet {
  readonly Name: string;
  readonly Id: string;
  readonly ARN: string;
  readonly Scope: Scope;
  readonly Description: string | undefined;
  readonly IPAddressVersion: IpAddressVersion;
  readonly Addresses: readonly string[];
  readonly LockToken: string;
}

/** "Maximum number of IP addresses, in CIDR notation, per IP set" (*AWS WAF quotas*). */
export const ADDRESSES_PER_SET = 10_000;

/** A semantic error, with the three members the exception has. */
export function invalidParameter(Field: string, Parameter: string, Reason: string): ServiceError {
  const message = `Error reason: ${Reason}, field: ${Field}, parameter: ${Parameter}`;
  return new ServiceError('WAFInvalidParameterException', message, 400, { Field, Parameter, Reason });
}

/** A value outside the constraints of the API's model: length, pattern, enumeration, presence. */
export function constraintViolated(parameter: string, constraint: string): ServiceError {
  return new ServiceError(
    'ValidationException',
    `1 validation error detected: Value at '${parameter}' failed to satisfy constraint: ${constraint}`,
  );
}

const tooMany = (what: string): ServiceError =>
  new ServiceError(
    'WAFLimitsExceededException',
    `AWS WAF couldn’t perform the operation because you exceeded your resource limit: ${what}.`,
  );

/** Refuses the 101st set of a scope. */
export const tooManySets = (quota: number): ServiceError => tooMany(`${quota} IP sets`);

const IP_ADDRESS_REASON = 'The parameter contains formatting that is not valid.';

/**
 * One address in the form AWS keeps. "AWS WAF supports all IPv4 and IPv6 CIDR ranges except for /0"; a bare address,
 * the other family and set host bits (aws/aws-cdk#20003) are answered in the same way. IPv6 comes back with all 32
 * digits (hashicorp/terraform-provider-aws#31178), so whoever compares must compare ranges, not text.
 */
function validateAddress(text: string, version: IpAddressVersion): string {
  const cidr = parseCidr(text);
  const family = version === 'IPV4' ? 4 : 6;
  if (cidr?.family !== family || cidr.prefixLength === 0 || hasHostBits(cidr)) {
    throw invalidParameter('IP_ADDRESS', text, IP_ADDRESS_REASON);
  }
  return expandedCidr(cidr);
}

/** Checks all addresses and returns them without duplicates; the quota counts what was sent. */
export function validateAddresses(given: unknown, version: IpAddressVersion): string[] {
  if (!Array.isArray(given)) throw constraintViolated('addresses', 'Member must not be null');
  if (given.length > ADDRESSES_PER_SET) throw tooMany(`${ADDRESSES_PER_SET} addresses in an IP set`);
  const addresses = given.map((each: unknown) => {
    if (typeof each === 'string' && each.length >= 1 && each.length <= 50)
      return validateAddress(each, version);
    throw constraintViolated('addresses', 'Member must have length between 1 and 50');
  });
  return [...new Set(addresses)];
}
