import type { Cidr } from '../address';
import type { IpSetDeployment } from './deployment';

/** A WAFv2 IP set read in full, with the lock token of that read. */
export interface ObservedIpSet {
  readonly addresses: readonly Cidr[];
  /** Proves to WAFv2 that a write is based on this read. */
  readonly lockToken: string;
  /** Kept as it is: an update without it would drop it. */
  readonly description?: string | undefined;
}

/** What enforcement needs of WAFv2. */
export interface IpSetGateway {
  /** @throws ReadIncompleteError when any part could not be read or understood (invariant I6) */
  read(set: IpSetDeployment): Promise<ObservedIpSet>;
  /**
   * Replaces the whole list.
   * @throws ConflictError when somebody wrote since `observed` was read, CapacityError when it does not fit
   */
  replace(set: IpSetDeployment, addresses: readonly Cidr[], observed: ObservedIpSet): Promise<void>;
}
