import type { IpSetDeployment, NetworkAclDeployment } from './deployment';
import type { EnforcementOptions } from './enforcement-run';
import type { ObservedIpSet } from './ip-set-gateway';
import type { KnownNetworkAcl } from './network-acl-enforcer';
import type { PacedCalls } from './paced-calls';

/** A network ACL or IP set of the deployment, and what is known of it or why that is not enough (invariant I6). */
export type Observation<Config, Known> = { readonly config: Config } & (
  { readonly known: Known } | { readonly error: unknown }
);
/** A network ACL, read or not. */
export type NetworkAclObservation = Observation<NetworkAclDeployment, KnownNetworkAcl>;
/** An IP set, read or not. */
export type IpSetObservation = Observation<IpSetDeployment, ObservedIpSet>;

/**
 * Reads every network ACL and IP set. One that cannot be read in full is left alone and does not stop the others.
 * @throws what the ledger throws: without it nothing may be changed anywhere (invariant I6)
 */
export async function observeAll(options: EnforcementOptions, calls: PacedCalls) {
  const networkAcls: NetworkAclObservation[] = [];
  for (const config of options.deployment.networkAcls)
    networkAcls.push(await observeOne(options, calls, config));
  const ipSets: IpSetObservation[] = [];
  for (const config of options.deployment.ipSets) {
    const read = () => options.ipSets.read(config);
    ipSets.push({ config, ...(await attempt(() => calls.make('GetIPSet', read))) });
  }
  return { networkAcls, ipSets };
}

async function observeOne(
  { ledger, networkAcls }: EnforcementOptions,
  calls: PacedCalls,
  config: NetworkAclDeployment,
): Promise<NetworkAclObservation> {
  const owned = await ledger.ownedEntries(config.id);
  const known = await attempt(async () => ({
    observed: (await calls.make('DescribeNetworkAcls', () => networkAcls.describe(config.id))).ingress,
    owned,
  }));
  return { config, ...known };
}

async function attempt<T>(read: () => Promise<T>): Promise<{ known: T } | { error: unknown }> {
  try {
    return { known: await read() };
  } catch (error) {
    return { error };
  }
}
