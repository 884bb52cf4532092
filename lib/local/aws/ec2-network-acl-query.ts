/**
 * *DescribeNetworkAcls*: filters and paging. Sources: Amazon EC2 API Reference, *DescribeNetworkAcls* (filter names,
 * MaxResults 5–1000) and *Query requests for Amazon EC2* (pagination; filter values take the wildcards * and ?).
 */
import type { NetworkAclState } from './ec2-network-acl-state';
import type { NetworkAcl } from './network-acl';
import { ServiceError } from './service-error';

/** A filter as requested: any of the values matches; several filters must all match. */
export interface NetworkAclFilter {
  readonly name: string;
  readonly values: readonly string[];
}

/** What DescribeNetworkAcls can ask. */
export interface NetworkAclQuery {
  readonly networkAclIds?: readonly string[];
  readonly filters?: readonly NetworkAclFilter[];
  readonly maxResults?: number | undefined;
  readonly nextToken?: string | undefined;
}

/** A page of the answer; no token on the last page. */
export interface NetworkAclPage {
  readonly networkAcls: readonly NetworkAcl[];
  readonly nextToken?: string;
}

const MAX_RESULTS = { least: 5, most: 1000 } as const;

/** The values an ACL has under each filter name that is known here (AWS knows more, on entries and tags). */
const FILTERS: Readonly<Record<string, (acl: NetworkAcl) => readonly string[]>> = {
  'network-acl-id': (acl) => [acl.id],
  'vpc-id': (acl) => [acl.vpcId],
  default: (acl) => [String(acl.isDefault)],
  'association.association-id': (acl) => acl.associations.map(({ associationId }) => associationId),
  'association.network-acl-id': (acl) => (acl.associations.length > 0 ? [acl.id] : []),
  'association.subnet-id': (acl) => acl.associations.map(({ subnetId }) => subnetId),
};

/** `acl-0a*` as a regular expression: * is any run of characters, ? is one, the rest is literal. */
function wildcard(pattern: string): RegExp {
  const literal = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${literal.replaceAll('*', '.*').replaceAll('?', '.')}$`, 's');
}

function matcher({ name, values }: NetworkAclFilter): (acl: NetworkAcl) => boolean {
  const valuesOf = Object.hasOwn(FILTERS, name) ? FILTERS[name] : undefined;
  if (valuesOf === undefined)
    throw new ServiceError('InvalidParameterValue', `The filter '${name}' is invalid`);
  const patterns = values.map(wildcard);
  return (acl) => valuesOf(acl).some((value) => patterns.some((pattern) => pattern.test(value)));
}

/** Tokens name the last ACL of the page before, so pages stay right when ACLs come and go between them. */
const tokenAfter = (id: string): string => Buffer.from(`after:${id}`).toString('base64url');

function lastOfPreviousPage(token: string): string {
  const [, id] = /^after:(acl-[0-9a-f]+)$/.exec(Buffer.from(token, 'base64url').toString()) ?? [];
  if (id !== undefined) return id;
  throw new ServiceError(
    'InvalidPaginationToken',
    'The specified pagination token is not valid or is expired.',
  );
}

function checkMaxResults(maxResults: number): void {
  if (maxResults >= MAX_RESULTS.least && maxResults <= MAX_RESULTS.most) return;
  throw new ServiceError(
    'InvalidParameterValue',
    `Value (${maxResults}) for parameter maxResults is invalid. Expecting a value from ${MAX_RESULTS.least} to ${MAX_RESULTS.most}.`,
  );
}

/** Answers one page. Naming an ACL that does not exist is an error; a filter that matches nothing is not. */
export function describeNetworkAcls(state: NetworkAclState, query: NetworkAclQuery): NetworkAclPage {
  const { networkAclIds = [], filters = [], maxResults = MAX_RESULTS.most, nextToken } = query;
  checkMaxResults(maxResults);
  const after = nextToken === undefined ? '' : lastOfPreviousPage(nextToken);
  const named = networkAclIds.map((id) => state.get(id).id);
  const matchers = filters.map(matcher);
  const found = state
    .list()
    .filter((acl) => acl.id > after && (named.length === 0 || named.includes(acl.id)))
    .filter((acl) => matchers.every((matches) => matches(acl)));
  const networkAcls = found.slice(0, maxResults);
  const last = networkAcls.at(-1);
  return found.length > networkAcls.length && last
    ? { networkAcls, nextToken: tokenAfter(last.id) }
    : { networkAcls };
}
