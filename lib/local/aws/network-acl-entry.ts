/**
 * What makes a network ACL entry valid. Source of each rule: Amazon EC2 API Reference, pages
 * *CreateNetworkAclEntry*, *ReplaceNetworkAclEntry*, *IcmpTypeCode* and *Error codes for the Amazon EC2 API*.
 */
import { canonicalCidr, parseCidr } from './cidr';
import { ServiceError } from './service-error';

/** One entry, as DescribeNetworkAcls answers it. Exactly one of the two CIDR blocks is present. */
export interface NetworkAclEntry {
  readonly ruleNumber: number;
  readonly egress: boolean;
  readonly protocol: string;
  readonly ruleAction: 'allow' | 'deny';
  readonly cidrBlock?: string;
  readonly ipv6CidrBlock?: string;
  readonly portRange?: { readonly from: number; readonly to: number };
  readonly icmpTypeCode?: { readonly type: number; readonly code: number };
}

/** An entry as requested: everything may be missing or wrong. */
export interface EntryRequest {
  readonly ruleNumber?: number | undefined;
  readonly egress?: boolean | undefined;
  readonly protocol?: string | undefined;
  readonly ruleAction?: string | undefined;
  readonly cidrBlock?: string | undefined;
  readonly ipv6CidrBlock?: string | undefined;
  readonly portRange?: { readonly from?: number | undefined; readonly to?: number | undefined } | undefined;
  readonly icmpTypeCode?:
    { readonly type?: number | undefined; readonly code?: number | undefined } | undefined;
}

/** Rule numbers a customer may use; "the range 32767 to 65535 is reserved for internal use". */
export const RULE_NUMBERS = { first: 1, last: 32_766 } as const;
/** Number of the final deny that every ACL has for IPv4. */
export const DEFAULT_RULE_IPV4 = 32_767;
/** Number of the final deny for IPv6, present where the VPC has IPv6. */
export const DEFAULT_RULE_IPV6 = 32_768;

/** Names EC2 takes for a protocol; it always answers the number. */
const PROTOCOL_NUMBERS: Readonly<Record<string, string>> = { all: '-1', icmp: '1', tcp: '6', udp: '17' };

const invalid = (value: string | number, parameter: string, why: string): ServiceError =>
  new ServiceError('InvalidParameterValue', `Value (${value}) for parameter ${parameter} is invalid. ${why}`);

/** AWS's answer to an absent required parameter. */
export const missingParameter = (parameter: string): ServiceError =>
  new ServiceError('MissingParameter', `The request must contain the parameter ${parameter}`);

/** The value, or `MissingParameter`. */
export function required<T>(value: T | undefined, parameter: string): T {
  if (value === undefined) throw missingParameter(parameter);
  return value;
}

/** Number and direction: all that Delete and Replace need to find an entry. */
export function validatePosition(request: EntryRequest): { ruleNumber: number; egress: boolean } {
  const ruleNumber = required(request.ruleNumber, 'ruleNumber');
  if (ruleNumber < RULE_NUMBERS.first || ruleNumber > RULE_NUMBERS.last) {
    throw invalid(
      ruleNumber,
      'ruleNumber',
      `Rule number must be between ${RULE_NUMBERS.first} and ${RULE_NUMBERS.last}.`,
    );
  }
  return { ruleNumber, egress: required(request.egress, 'egress') };
}

function validateProtocol(request: EntryRequest): string {
  const given = required(request.protocol, 'protocol');
  const number = PROTOCOL_NUMBERS[given.toLowerCase()] ?? given;
  if (!/^(?:-1|\d{1,3})$/.test(number) || Number(number) > 255) {
    throw invalid(given, 'protocol', 'Unknown protocol.');
  }
  return String(Number(number));
}

function validateRuleAction(request: EntryRequest): 'allow' | 'deny' {
  const action = required(request.ruleAction, 'ruleAction');
  if (action === 'allow' || action === 'deny') return action;
  throw invalid(action, 'ruleAction', 'Expected allow or deny.');
}

function canonicalBlock(text: string, family: 4 | 6, parameter: string): string {
  const cidr = parseCidr(text);
  if (cidr?.family !== family) throw invalid(text, parameter, 'This is not a valid CIDR block.');
  return canonicalCidr(cidr);
}

/**
 * "We modify the specified CIDR block to its canonical form; for example, if you specify 100.68.0.18/18, we modify
 * it to 100.68.0.0/18." AWS says so for IPv4; IPv6 is kept in the same way here.
 */
function validateCidr({
  cidrBlock,
  ipv6CidrBlock,
}: EntryRequest): Pick<NetworkAclEntry, 'cidrBlock' | 'ipv6CidrBlock'> {
  if (cidrBlock !== undefined && ipv6CidrBlock !== undefined) {
    throw new ServiceError(
      'InvalidParameterCombination',
      'The parameters cidrBlock and ipv6CidrBlock cannot be used together',
    );
  }
  if (ipv6CidrBlock !== undefined)
    return { ipv6CidrBlock: canonicalBlock(ipv6CidrBlock, 6, 'ipv6CidrBlock') };
  return { cidrBlock: canonicalBlock(required(cidrBlock, 'cidrBlock'), 4, 'cidrBlock') };
}

/** TCP and UDP need a port range. */
function validatePorts({ portRange }: EntryRequest): { from: number; to: number } {
  const from = required(portRange?.from, 'portRange.from');
  const to = required(portRange?.to, 'portRange.to');
  for (const port of [from, to]) {
    if (port < 0 || port > 65_535) throw invalid(port, 'portRange', 'Ports are between 0 and 65535.');
  }
  if (from > to) throw invalid(`${from}-${to}`, 'portRange', 'The first port is greater than the last.');
  return { from, to };
}

/** ICMP needs type and code; -1 stands for all. */
function validateIcmp({ icmpTypeCode }: EntryRequest): { type: number; code: number } {
  const type = required(icmpTypeCode?.type, 'icmpTypeCode.type');
  const code = required(icmpTypeCode?.code, 'icmpTypeCode.code');
  for (const value of [type, code]) {
    if (value < -1 || value > 255)
      throw invalid(value, 'icmpTypeCode', 'Type and code are between -1 and 255.');
  }
  return { type, code };
}

/**
 * What a protocol says beyond its number. For every protocol but these AWS ignores ports and ICMP types "regardless
 * of any that you specify"; ICMPv6 counts only with an IPv6 block.
 */
function validateProtocolDetails(
  protocol: string,
  isIpv6: boolean,
  request: EntryRequest,
): Pick<NetworkAclEntry, 'portRange' | 'icmpTypeCode'> {
  if (protocol === '6' || protocol === '17') return { portRange: validatePorts(request) };
  if (protocol === '1' || (protocol === '58' && isIpv6)) return { icmpTypeCode: validateIcmp(request) };
  return {};
}

/** Checks a whole entry and returns it in the form EC2 keeps. */
export function validateEntry(request: EntryRequest): NetworkAclEntry {
  const position = validatePosition(request);
  const protocol = validateProtocol(request);
  const ruleAction = validateRuleAction(request);
  const cidr = validateCidr(request);
  const details = validateProtocolDetails(protocol, cidr.ipv6CidrBlock !== undefined, request);
  return { ...position, protocol, ruleAction, ...cidr, ...details };
}
