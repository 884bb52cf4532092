import type { Cidr } from '../address';

/** One ingress entry of a network ACL as observed. */
export interface ObservedEntry {
  /** 1–32766; 32767 (IPv4) and 32768 (IPv6) are the final denies that every ACL has. */
  readonly ruleNumber: number;
  readonly action: 'allow' | 'deny';
  /** Protocol number as text, `-1` for all. */
  readonly protocol: string;
  readonly cidr: Cidr;
}

/** A network ACL read in full: all ingress entries of both families, ordered by rule number. */
export interface ObservedNetworkAcl {
  readonly id: string;
  readonly ingress: readonly ObservedEntry[];
}

/**
 * What enforcement needs of EC2. An entry it makes is ingress, deny, protocol −1 and covers one CIDR; there is no
 * way to make another kind. Every method rejects with an `EnforcementError` for what the enforcer can deal with.
 */
export interface NetworkAclGateway {
  /** @throws ReadIncompleteError when any part could not be read or understood (invariant I6) */
  describe(networkAclId: string): Promise<ObservedNetworkAcl>;
  /** @throws ConflictError when the number is taken, CapacityError when the quota is used up */
  createDeny(networkAclId: string, ruleNumber: number, cidr: Cidr): Promise<void>;
  /** Changes the entry in place, in one step. @throws ConflictError when it is gone */
  replaceDeny(networkAclId: string, ruleNumber: number, cidr: Cidr): Promise<void>;
  /** @throws ConflictError when it is gone */
  deleteEntry(networkAclId: string, ruleNumber: number): Promise<void>;
}
