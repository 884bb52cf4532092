/**
 * The EC2 query protocol, version 2016-11-15: form-encoded POST, XML answers. Sources: Amazon EC2 API Reference
 * (*Query requests*, *Error codes*: the example error response) and Smithy's *AWS EC2 query protocol* (names of
 * flattened lists: `NetworkAclId.1`, `Filter.1.Value.1`).
 */
import { describeNetworkAcls } from './ec2-network-acl-query';
import type { NetworkAclState } from './ec2-network-acl-state';
import type { NetworkAcl } from './network-acl';
import type { EntryRequest } from './network-acl-entry';
import { stopIfDryRun } from './network-acl-errors';
import { QueryParameters } from './query-parameters';
import { ServiceError } from './service-error';
import type { Operation, WireProtocol, WireRequest } from './wire';
import { xmlContent } from './xml';
import type { XmlValue } from './xml';

const API_VERSION = '2016-11-15';
const DONE = { return: true } as const;

/** An action: the parameters it knows (first path segments) and what it does. */
interface Action {
  readonly known: readonly string[];
  readonly reads?: true;
  readonly run: (parameters: QueryParameters) => { readonly [element: string]: XmlValue };
}

const POSITION = ['NetworkAclId', 'RuleNumber', 'Egress'];
const ENTRY = [...POSITION, 'Protocol', 'RuleAction', 'CidrBlock', 'Ipv6CidrBlock', 'PortRange', 'Icmp'];

function target(parameters: QueryParameters): {
  networkAclId: string | undefined;
  dryRun: boolean | undefined;
} {
  return { networkAclId: parameters.text('NetworkAclId'), dryRun: parameters.boolean('DryRun') };
}

function entry(parameters: QueryParameters): EntryRequest {
  return {
    ruleNumber: parameters.integer('RuleNumber'),
    egress: parameters.boolean('Egress'),
    protocol: parameters.text('Protocol'),
    ruleAction: parameters.text('RuleAction'),
    cidrBlock: parameters.text('CidrBlock'),
    ipv6CidrBlock: parameters.text('Ipv6CidrBlock'),
    portRange: { from: parameters.integer('PortRange.From'), to: parameters.integer('PortRange.To') },
    icmpTypeCode: { type: parameters.integer('Icmp.Type'), code: parameters.integer('Icmp.Code') },
  };
}

function tags(parameters: QueryParameters): Record<string, string> {
  const pairs = parameters.members('TagSpecification.1.Tag');
  return Object.fromEntries(
    pairs.map((at) => [parameters.text(`${at}.Key`) ?? '', parameters.text(`${at}.Value`) ?? '']),
  );
}

/** An ACL in the element names of the API Reference's *NetworkAcl* type. */
function networkAclElement(acl: NetworkAcl, ownerId: string): XmlValue {
  return {
    networkAclId: acl.id,
    vpcId: acl.vpcId,
    default: acl.isDefault,
    entrySet: acl.entries.map((each) => ({ ...each })),
    associationSet: acl.associations.map(({ associationId, subnetId }) => ({
      networkAclAssociationId: associationId,
      networkAclId: acl.id,
      subnetId,
    })),
    tagSet: Object.entries(acl.tags).map(([key, value]) => ({ key, value })),
    ownerId,
  };
}

function describe(
  state: NetworkAclState,
  ownerId: string,
  parameters: QueryParameters,
): { [element: string]: XmlValue } {
  const filters = parameters.members('Filter').map((at) => ({
    name: parameters.text(`${at}.Name`) ?? '',
    values: parameters.list(`${at}.Value`),
  }));
  const { networkAcls, nextToken } = describeNetworkAcls(state, {
    networkAclIds: parameters.list('NetworkAclId'),
    filters,
    maxResults: parameters.integer('MaxResults'),
    nextToken: parameters.text('NextToken'),
  });
  stopIfDryRun({ dryRun: parameters.boolean('DryRun') });
  return { networkAclSet: networkAcls.map((acl) => networkAclElement(acl, ownerId)), nextToken };
}

function actionsOn(state: NetworkAclState, ownerId: string): Readonly<Record<string, Action>> {
  const change = (known: readonly string[], apply: (parameters: QueryParameters) => void): Action => ({
    known,
    run: (parameters) => {
      apply(parameters);
      return DONE;
    },
  });
  return {
    DescribeNetworkAcls: {
      known: ['NetworkAclId', 'Filter', 'MaxResults', 'NextToken'],
      reads: true,
      run: (parameters) => describe(state, ownerId, parameters),
    },
    CreateNetworkAclEntry: change(ENTRY, (p) => state.createEntry({ ...target(p), ...entry(p) })),
    ReplaceNetworkAclEntry: change(ENTRY, (p) => state.replaceEntry({ ...target(p), ...entry(p) })),
    DeleteNetworkAclEntry: change(POSITION, (p) => state.deleteEntry({ ...target(p), ...entry(p) })),
    DeleteNetworkAcl: change(['NetworkAclId'], (p) => state.deleteNetworkAcl(target(p))),
    CreateNetworkAcl: {
      known: ['VpcId', 'ClientToken', 'TagSpecification'],
      run: (p) => {
        const created = state.createNetworkAcl({ ...target(p), vpcId: p.text('VpcId'), tags: tags(p) });
        return { networkAcl: networkAclElement(created, ownerId), clientToken: p.text('ClientToken') };
      },
    },
    ReplaceNetworkAclAssociation: {
      known: ['AssociationId', 'NetworkAclId'],
      run: (p) => ({
        newAssociationId: state.replaceAssociation({ ...target(p), associationId: p.text('AssociationId') }),
      }),
    },
  };
}

function actionOf(actions: Readonly<Record<string, Action>>, parameters: QueryParameters): [string, Action] {
  const name = parameters.text('Action');
  if (name === undefined) {
    throw new ServiceError('MissingAction', 'The request is missing an action or a required parameter.');
  }
  const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
  if (action === undefined) {
    throw new ServiceError('InvalidAction', `The action ${name} is not valid for this web service.`);
  }
  if (parameters.text('Version') !== API_VERSION) {
    throw new ServiceError('NoSuchVersion', `The action ${name} is served in version ${API_VERSION} only.`);
  }
  return [name, action];
}

const XML_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';

const responseBody = (action: string, content: XmlValue): string =>
  `${XML_DECLARATION}<${action}Response xmlns="http://ec2.amazonaws.com/doc/${API_VERSION}/">` +
  `${xmlContent(content)}</${action}Response>`;

/** EC2's actions on network ACLs, over the query protocol. */
export function ec2QueryProtocol(state: NetworkAclState, ownerId: string): WireProtocol {
  const actions = actionsOn(state, ownerId);
  return {
    service: 'ec2',
    contentType: 'text/xml;charset=UTF-8',
    parse: ({ body }: WireRequest): Operation => {
      const parameters = new QueryParameters(body);
      const [name, action] = actionOf(actions, parameters);
      return {
        action: name,
        params: parameters.toObject(),
        changing: action.reads !== true && parameters.text('DryRun') !== 'true',
        run: (requestId) => {
          parameters.rejectUnknown(['Action', 'Version', 'DryRun', ...action.known]);
          return responseBody(name, { requestId, ...action.run(parameters) });
        },
      };
    },
    errorBody: ({ code, message }, requestId) =>
      XML_DECLARATION +
      xmlContent({ Response: { Errors: { Error: { Code: code, Message: message } }, RequestID: requestId } }),
    errors: {
      throttled: () => new ServiceError('RequestLimitExceeded', 'Request limit exceeded.', 503),
      tooLarge: () => new ServiceError('RequestEntityTooLarge', 'The request is too large.', 413),
      internal: (message) => new ServiceError('InternalError', message, 500),
    },
  };
}
