import { GetIPSetCommand, UpdateIPSetCommand, type WAFV2Client } from '@aws-sdk/client-wafv2';
import { type Cidr, formatCidr, tryParseCidr } from '../address';
import type { IpSetDeployment } from './deployment';
import { isTransientFailure } from './aws-failure';
import { CapacityError, ConflictError, ReadIncompleteError, TransientError } from './enforcement-error';
import type { IpSetGateway, ObservedIpSet } from './ip-set-gateway';

/** A client for each scope in use. CLOUDFRONT sets exist in us-east-1 only, so they need a client of their own. */
export interface Wafv2Clients {
  readonly REGIONAL: WAFV2Client;
  readonly CLOUDFRONT?: WAFV2Client;
}

/** IP sets through the WAFv2 API. */
export class Wafv2IpSets implements IpSetGateway {
  constructor(private readonly clients: Wafv2Clients) {}

  async read(set: IpSetDeployment): Promise<ObservedIpSet> {
    const answer = await translated(set, () => this.client(set).send(new GetIPSetCommand(identity(set))));
    const { Addresses, Description, IPAddressVersion } = answer.IPSet ?? {};
    if (Addresses === undefined || answer.LockToken === undefined || IPAddressVersion !== set.family) {
      throw new ReadIncompleteError(set.name, `WAFv2 answered without the addresses of an ${set.family} set`);
    }
    const addresses = Addresses.map((text) => readAddress(set, text));
    return { addresses, lockToken: answer.LockToken, description: Description };
  }

  async replace(set: IpSetDeployment, addresses: readonly Cidr[], observed: ObservedIpSet): Promise<void> {
    const command = new UpdateIPSetCommand({
      ...identity(set),
      Addresses: addresses.map(formatCidr),
      LockToken: observed.lockToken,
      // An empty description is refused; one that is left out is dropped.
      Description: observed.description === '' ? undefined : observed.description,
    });
    await translated(set, () => this.client(set).send(command));
  }

  private client({ name, scope }: IpSetDeployment): WAFV2Client {
    const client = this.clients[scope];
    if (client === undefined) throw new ReadIncompleteError(name, `there is no client for scope ${scope}`);
    return client;
  }
}

function identity({ name, id, scope }: IpSetDeployment) {
  return { Name: name, Id: id, Scope: scope };
}

function readAddress(set: IpSetDeployment, text: string): Cidr {
  const cidr = tryParseCidr(text, { hostBits: 'mask' });
  if (cidr === undefined) throw new ReadIncompleteError(set.name, `it holds ${JSON.stringify(text)}`);
  return cidr;
}

/** Rethrows what the enforcer can deal with as a domain error, and everything else as it is. */
async function translated<T>(set: IpSetDeployment, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw translate(set, error);
  }
}

function translate({ name }: IpSetDeployment, error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  switch (error.name) {
    case 'WAFOptimisticLockException':
      return new ConflictError(name, error.message, { cause: error });
    case 'WAFLimitsExceededException':
      return new CapacityError(name, error.message, { cause: error });
    case 'WAFNonexistentItemException':
      return new ReadIncompleteError(name, error.message, { cause: error });
    default:
      return isTransientFailure(error) ? new TransientError(name, error.message, { cause: error }) : error;
  }
}
