import {
  CreateNetworkAclEntryCommand,
  DeleteNetworkAclEntryCommand,
  type EC2Client,
  type NetworkAcl,
  type NetworkAclEntry,
  ReplaceNetworkAclEntryCommand,
  paginateDescribeNetworkAcls,
} from '@aws-sdk/client-ec2';
import { type Cidr, formatCidr, tryParseCidr } from '../address';
import { isTransientFailure } from './aws-failure';
import { CapacityError, ConflictError, ReadIncompleteError, TransientError } from './enforcement-error';
import type { NetworkAclGateway, ObservedEntry, ObservedNetworkAcl } from './network-acl-gateway';

const DENY_ALL_PROTOCOLS = { Egress: false, Protocol: '-1', RuleAction: 'deny' } as const;

/** Network ACLs through the EC2 API. */
export class Ec2NetworkAcls implements NetworkAclGateway {
  constructor(private readonly client: EC2Client) {}

  async describe(networkAclId: string): Promise<ObservedNetworkAcl> {
    const found = await translated(networkAclId, () => this.readAll(networkAclId));
    const acl = found.find(({ NetworkAclId }) => NetworkAclId === networkAclId);
    if (found.length !== 1 || acl?.Entries === undefined) {
      throw new ReadIncompleteError(networkAclId, 'EC2 answered without this network ACL or its entries');
    }
    const ingress = acl.Entries.flatMap((entry) => readEntry(networkAclId, entry));
    return { id: networkAclId, ingress: ingress.sort((a, b) => a.ruleNumber - b.ruleNumber) };
  }

  async createDeny(networkAclId: string, ruleNumber: number, cidr: Cidr): Promise<void> {
    const input = {
      NetworkAclId: networkAclId,
      RuleNumber: ruleNumber,
      ...DENY_ALL_PROTOCOLS,
      ...block(cidr),
    };
    await translated(networkAclId, () => this.client.send(new CreateNetworkAclEntryCommand(input)));
  }

  async replaceDeny(networkAclId: string, ruleNumber: number, cidr: Cidr): Promise<void> {
    const input = {
      NetworkAclId: networkAclId,
      RuleNumber: ruleNumber,
      ...DENY_ALL_PROTOCOLS,
      ...block(cidr),
    };
    await translated(networkAclId, () => this.client.send(new ReplaceNetworkAclEntryCommand(input)));
  }

  async deleteEntry(networkAclId: string, ruleNumber: number): Promise<void> {
    const input = { NetworkAclId: networkAclId, RuleNumber: ruleNumber, Egress: false };
    await translated(networkAclId, () => this.client.send(new DeleteNetworkAclEntryCommand(input)));
  }

  /** Every page: EC2 may page whatever was asked for. */
  private async readAll(networkAclId: string): Promise<NetworkAcl[]> {
    const acls: NetworkAcl[] = [];
    const pages = paginateDescribeNetworkAcls({ client: this.client }, { NetworkAclIds: [networkAclId] });
    for await (const page of pages) acls.push(...(page.NetworkAcls ?? []));
    return acls;
  }
}

function block(cidr: Cidr): { CidrBlock: string } | { Ipv6CidrBlock: string } {
  return cidr.family === 4 ? { CidrBlock: formatCidr(cidr) } : { Ipv6CidrBlock: formatCidr(cidr) };
}

/** An ingress entry, nothing for an egress one. What cannot be understood might be ours or count (invariant I6). */
function readEntry(networkAclId: string, entry: NetworkAclEntry): ObservedEntry[] {
  if (entry.Egress === true) return [];
  const { Egress, RuleNumber, RuleAction, Protocol, CidrBlock, Ipv6CidrBlock } = entry;
  const cidr = tryParseCidr(CidrBlock ?? Ipv6CidrBlock ?? '', { hostBits: 'mask' });
  const isTwofold = CidrBlock !== undefined && Ipv6CidrBlock !== undefined;
  if (
    Egress === undefined ||
    RuleNumber === undefined ||
    RuleAction === undefined ||
    Protocol === undefined
  ) {
    throw new ReadIncompleteError(networkAclId, `an entry lacks members: ${JSON.stringify(entry)}`);
  }
  if (cidr === undefined || isTwofold) {
    throw new ReadIncompleteError(
      networkAclId,
      `entry ${RuleNumber} has no single CIDR: ${JSON.stringify(entry)}`,
    );
  }
  return [{ ruleNumber: RuleNumber, action: RuleAction, protocol: Protocol, cidr }];
}

/** Rethrows what the enforcer can deal with as a domain error, and everything else as it is. */
async function translated<T>(networkAclId: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw translate(networkAclId, error);
  }
}

function translate(networkAclId: string, error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  switch (error.name) {
    case 'NetworkAclEntryAlreadyExists':
    case 'InvalidNetworkAclEntry.NotFound':
      return new ConflictError(networkAclId, error.message, { cause: error });
    case 'NetworkAclEntryLimitExceeded':
      return new CapacityError(networkAclId, error.message, { cause: error });
    case 'InvalidNetworkAclID.NotFound':
      return new ReadIncompleteError(networkAclId, error.message, { cause: error });
    default:
      return isTransientFailure(error)
        ? new TransientError(networkAclId, error.message, { cause: error })
        : error;
  }
}
