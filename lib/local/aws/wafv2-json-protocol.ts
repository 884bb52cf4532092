/**
 * WAFv2 over AWS JSON 1.1: `X-Amz-Target: AWSWAF_20190729.<action>`, JSON in and out, errors with `__type`. Sources:
 * AWS WAFV2 API Reference (actions, *Common errors*) and Smithy's *AWS JSON 1.1 protocol*.
 */
import { constraintViolated, invalidParameter } from './ip-set';
import type { IpAddressVersion, IpSet, Scope } from './ip-set';
import { ServiceError } from './service-error';
import type { IpSetReference, IpSetState } from './wafv2-ip-set-state';
import type { Operation, WireProtocol, WireRequest } from './wire';

const TARGET_PREFIX = 'AWSWAF_20190729.';

type Input = Readonly<Record<string, unknown>>;

interface Action {
  readonly reads?: true;
  readonly run: (input: Input) => object;
}

/** A member's name with a lower-case initial, as AWS names it in validation messages. */
const memberName = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1);

function optionalText(input: Input, name: string, pattern: RegExp): string | undefined {
  const value = input[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string' && pattern.test(value)) return value;
  throw constraintViolated(
    memberName(name),
    `Member must satisfy regular expression pattern: ${pattern.source}`,
  );
}

function text(input: Input, name: string, pattern: RegExp): string {
  const value = optionalText(input, name, pattern);
  if (value === undefined) throw constraintViolated(memberName(name), 'Member must not be null');
  return value;
}

function oneOf<T extends string>(input: Input, name: string, values: readonly T[]): T {
  const value = values.find((each) => each === input[name]);
  if (value !== undefined) return value;
  throw constraintViolated(memberName(name), `Member must satisfy enum value set: [${values.join(', ')}]`);
}

/** The API's own patterns (*CreateIPSet*, *GetIPSet*). */
const NAME = /^[\w-]{1,128}$/;
const ID = /^[\w-]{1,64}$/;
const LOCK_TOKEN = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/;
const DESCRIPTION = /^[\w+=:#@/\-,.][\w+=:#@/\-,.\s]{0,255}$/;

const scope = (input: Input): Scope => oneOf<Scope>(input, 'Scope', ['CLOUDFRONT', 'REGIONAL']);
const description = (input: Input): string | undefined => optionalText(input, 'Description', DESCRIPTION);
const lockToken = (input: Input): string => text(input, 'LockToken', LOCK_TOKEN);
const reference = (input: Input): IpSetReference => ({
  Name: text(input, 'Name', NAME),
  Scope: scope(input),
  Id: text(input, 'Id', ID),
});

function limit(input: Input): number | undefined {
  const { Limit: value } = input as { Limit?: unknown };
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number' && Number.isInteger(value)) return value;
  throw constraintViolated('limit', 'Member must be an integer');
}

const summary = ({ Name, Id, Description, LockToken, ARN }: IpSet): object => ({
  Name,
  Id,
  Description,
  LockToken,
  ARN,
});

function actionsOn(state: IpSetState): Readonly<Record<string, Action>> {
  return {
    CreateIPSet: {
      run: (input) => {
        const IPAddressVersion = oneOf<IpAddressVersion>(input, 'IPAddressVersion', ['IPV4', 'IPV6']);
        const Name = text(input, 'Name', NAME);
        const { Addresses } = input as { Addresses?: unknown };
        const creation = {
          Name,
          Scope: scope(input),
          IPAddressVersion,
          Addresses,
          Description: description(input),
        };
        return { Summary: summary(state.create(creation)) };
      },
    },
    GetIPSet: {
      reads: true,
      run: (input) => {
        const { Name, Id, ARN, Description, IPAddressVersion, Addresses, LockToken } = state.get(
          reference(input),
        );
        return { IPSet: { Name, Id, ARN, Description, IPAddressVersion, Addresses }, LockToken };
      },
    },
    UpdateIPSet: {
      run: (input) => {
        const { Addresses } = input as { Addresses?: unknown };
        const update = {
          ...reference(input),
          Addresses,
          LockToken: lockToken(input),
          Description: description(input),
        };
        return { NextLockToken: state.update(update).LockToken };
      },
    },
    DeleteIPSet: {
      run: (input) => {
        state.delete({ ...reference(input), LockToken: lockToken(input) });
        return {};
      },
    },
    ListIPSets: {
      reads: true,
      run: (input) => {
        const { sets, nextMarker } = state.page(
          scope(input),
          limit(input),
          optionalText(input, 'NextMarker', /\S/),
        );
        return { IPSets: sets.map(summary), NextMarker: nextMarker };
      },
    },
  };
}

function decode(body: string): Input {
  let value: unknown;
  try {
    value = JSON.parse(body === '' ? '{}' : body);
  } catch {
    value = undefined;
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Input;
  throw new ServiceError('SerializationException', 'The request body is not a JSON object.');
}

/** "For all calls, use the Region endpoint us-east-1": the signature says which Region the caller used. */
function checkRegionOfScope(input: Input, authorization = ''): void {
  const [, region] = /Credential=[^/,\s]+\/\d{8}\/([a-z0-9-]+)\/wafv2\//.exec(authorization) ?? [];
  if (input['Scope'] === 'CLOUDFRONT' && region !== undefined && region !== 'us-east-1') {
    throw invalidParameter('SCOPE_VALUE', 'CLOUDFRONT', 'The scope is not valid.');
  }
}

function parse(actions: Readonly<Record<string, Action>>, request: WireRequest): Operation {
  const target = request.target ?? '';
  const name = target.startsWith(TARGET_PREFIX) ? target.slice(TARGET_PREFIX.length) : '';
  const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
  if (action === undefined)
    throw new ServiceError('UnknownOperationException', `Unknown operation ${target}`);
  const input = decode(request.body);
  return {
    action: name,
    params: input,
    changing: action.reads !== true,
    run: () => {
      checkRegionOfScope(input, request.authorization);
      return JSON.stringify(action.run(input));
    },
  };
}

/** WAFv2's actions on IP sets, over JSON 1.1. Throttling is `ThrottlingException`, "Rate exceeded", HTTP 400. */
export function wafv2JsonProtocol(state: IpSetState): WireProtocol {
  const actions = actionsOn(state);
  return {
    service: 'wafv2',
    contentType: 'application/x-amz-json-1.1',
    parse: (request) => parse(actions, request),
    errorBody: ({ code, message, details }) => JSON.stringify({ __type: code, message, ...details }),
    errors: {
      throttled: () => new ServiceError('ThrottlingException', 'Rate exceeded'),
      tooLarge: () => new ServiceError('RequestEntityTooLargeException', 'The request is too large.', 413),
      internal: (message) => new ServiceError('WAFInternalErrorException', message, 500),
    },
  };
}
