/**
 * Network ACLs as EC2 keeps them: a pure state machine, without HTTP. Sources: Amazon EC2 API Reference (the page of
 * each action, *Error codes*) and Amazon VPC User Guide (*Amazon VPC quotas*, *Network ACL basics*).
 */
import type { Identifiers } from './identifiers';
import { copyOf, initialEntries, isIpv6Entry, samePosition } from './network-acl';
import type { MutableAcl, NetworkAcl, NetworkAclAssociation, NetworkAclSeed } from './network-acl';
import { missingParameter, required, validateEntry, validatePosition } from './network-acl-entry';
import type { EntryRequest, NetworkAclEntry } from './network-acl-entry';
import {
  aclInUse,
  aclIsDefault,
  aclLimitExceeded,
  aclMalformed,
  aclNotFound,
  associationNotFound,
  entryExists,
  entryLimitExceeded,
  entryNotFound,
  stopIfDryRun,
} from './network-acl-errors';

/** Settings of the account that the state plays. */
export interface NetworkAclStateOptions {
  /**
   * Rules per network ACL, direction and family, the final deny included: 20, at most 40 (*Amazon VPC quotas*).
   * @default 20
   */
  readonly entryQuota?: number;
  /** Whether VPCs have an IPv6 block, and so their ACLs the final deny 32768. @default true */
  readonly ipv6?: boolean;
  /** Network ACLs per VPC (*Amazon VPC quotas*). @default 200 */
  readonly aclsPerVpc?: number;
}

/** What every changing action carries beside its own parameters. */
export interface ChangeRequest {
  readonly networkAclId?: string | undefined;
  readonly dryRun?: boolean | undefined;
}

const ACL_ID = /^acl-(?:[0-9a-f]{8}|[0-9a-f]{17})$/;

/** All network ACLs of one account and Region. */
export class NetworkAclState {
  readonly #acls = new Map<string, MutableAcl>();
  readonly #entryQuota: number;
  readonly #ipv6: boolean;
  readonly #aclsPerVpc: number;

  constructor(
    private readonly identifiers: Identifiers,
    { entryQuota = 20, ipv6 = true, aclsPerVpc = 200 }: NetworkAclStateOptions = {},
  ) {
    if (!Number.isInteger(entryQuota) || entryQuota < 20 || entryQuota > 40) {
      throw new RangeError(`entryQuota is ${entryQuota}; AWS grants 20 to 40 rules per network ACL`);
    }
    this.#entryQuota = entryQuota;
    this.#ipv6 = ipv6;
    this.#aclsPerVpc = aclsPerVpc;
  }

  /** Puts an ACL into the state. Its entries obey the same rules as those created through the API. */
  seed({
    id,
    vpcId,
    isDefault = false,
    subnetIds = [],
    entries = [],
    tags = {},
  }: NetworkAclSeed): NetworkAcl {
    const aclId = id ?? this.identifiers.resource('acl');
    if (!ACL_ID.test(aclId) || this.#acls.has(aclId)) {
      throw new Error(`cannot seed network ACL ${aclId}: malformed or taken`);
    }
    const associations = subnetIds.map((subnetId) => ({
      associationId: this.identifiers.resource('aclassoc'),
      subnetId,
    }));
    const acl = {
      id: aclId,
      vpcId,
      isDefault,
      entries: initialEntries(isDefault, this.#ipv6),
      associations,
      tags,
    };
    this.#acls.set(aclId, acl);
    for (const entry of entries) this.createEntry({ networkAclId: aclId, ...entry });
    return copyOf(acl);
  }

  /** All ACLs by ID, as copies. */
  list(): readonly NetworkAcl[] {
    return [...this.#acls.values()].sort((a, b) => (a.id < b.id ? -1 : 1)).map(copyOf);
  }

  /** One ACL as a copy; `InvalidNetworkAclID.NotFound` when it is not there. */
  get(networkAclId: string): NetworkAcl {
    return copyOf(this.#find(networkAclId));
  }

  /** *CreateNetworkAcl*: with nothing but the final denies, so it denies everything until rules are added. */
  createNetworkAcl(
    request: ChangeRequest & { vpcId?: string | undefined; tags?: Readonly<Record<string, string>> },
  ): NetworkAcl {
    const vpcId = required(request.vpcId, 'vpcId');
    if (this.list().filter((acl) => acl.vpcId === vpcId).length >= this.#aclsPerVpc) throw aclLimitExceeded();
    stopIfDryRun(request);
    return this.seed({ vpcId, tags: request.tags ?? {} });
  }

  /** *DeleteNetworkAcl*: neither a VPC's default ACL nor one that guards a subnet can go. */
  deleteNetworkAcl(request: ChangeRequest): void {
    const acl = this.#find(request.networkAclId);
    if (acl.isDefault) throw aclIsDefault(acl.id);
    if (acl.associations.length > 0) throw aclInUse(acl.id);
    stopIfDryRun(request);
    this.#acls.delete(acl.id);
  }

  /** *CreateNetworkAclEntry*. Rule numbers are one space per direction, which both families share. */
  createEntry(request: ChangeRequest & EntryRequest): void {
    const entry = validateEntry(request);
    const acl = this.#find(request.networkAclId);
    if (acl.entries.some(samePosition(entry))) throw entryExists(entry.ruleNumber);
    this.#change(acl, [...acl.entries, entry], entry, request);
  }

  /**
   * *ReplaceNetworkAclEntry*: number and direction name the entry, everything else is new. AWS's page does not forbid
   * another family than before, so it is allowed here, and the quota is counted on the result: taking an IPv4 number
   * for an IPv6 block fails when the IPv6 rules are full.
   */
  replaceEntry(request: ChangeRequest & EntryRequest): void {
    const entry = validateEntry(request);
    const acl = this.#find(request.networkAclId);
    const others = this.#withoutEntry(acl, entry);
    this.#change(acl, [...others, entry], entry, request);
  }

  /** *DeleteNetworkAclEntry*. */
  deleteEntry(request: ChangeRequest & Pick<EntryRequest, 'ruleNumber' | 'egress'>): void {
    const position = validatePosition(request);
    const acl = this.#find(request.networkAclId);
    const others = this.#withoutEntry(acl, position);
    stopIfDryRun(request);
    acl.entries = others;
  }

  /** *ReplaceNetworkAclAssociation*: moves a subnet to another ACL and gives the association a new ID. */
  replaceAssociation(request: ChangeRequest & { associationId?: string | undefined }): string {
    const associationId = required(request.associationId, 'associationId');
    const target = this.#find(request.networkAclId);
    const holds = (association: NetworkAclAssociation): boolean =>
      association.associationId === associationId;
    const from = [...this.#acls.values()].find((acl) => acl.associations.some(holds));
    const moved = from?.associations.find(holds);
    if (from === undefined || moved === undefined) throw associationNotFound(associationId);
    stopIfDryRun(request);
    const association = { associationId: this.identifiers.resource('aclassoc'), subnetId: moved.subnetId };
    from.associations = from.associations.filter((each) => !holds(each));
    target.associations.push(association);
    return association.associationId;
  }

  #find(networkAclId: string | undefined): MutableAcl {
    if (networkAclId === undefined) throw missingParameter('networkAclId');
    if (!ACL_ID.test(networkAclId)) throw aclMalformed(networkAclId);
    const acl = this.#acls.get(networkAclId);
    if (acl !== undefined) return acl;
    throw aclNotFound(networkAclId);
  }

  #withoutEntry(
    acl: MutableAcl,
    position: Pick<NetworkAclEntry, 'ruleNumber' | 'egress'>,
  ): NetworkAclEntry[] {
    const others = acl.entries.filter((entry) => !samePosition(position)(entry));
    if (others.length < acl.entries.length) return others;
    throw entryNotFound(position.ruleNumber);
  }

  /** Keeps the new entries unless they break the quota of the changed entry's direction and family. */
  #change(
    acl: MutableAcl,
    entries: NetworkAclEntry[],
    changed: NetworkAclEntry,
    request: ChangeRequest,
  ): void {
    const counted = entries.filter(
      (entry) => entry.egress === changed.egress && isIpv6Entry(entry) === isIpv6Entry(changed),
    );
    if (counted.length > this.#entryQuota) throw entryLimitExceeded();
    stopIfDryRun(request);
    acl.entries = entries;
  }
}
