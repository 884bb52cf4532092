import {
  CreateIPSetCommand,
  DeleteIPSetCommand,
  GetIPSetCommand,
  type WAFV2Client,
} from '@aws-sdk/client-wafv2';
import type { Deployment } from '../../../lambda/enforcement';
import { LOCAL_IP_SETS } from './local-cloud';

type IpSets = Deployment['ipSets'];

/** Makes an empty IP set of each family. */
export async function createIpSets(client: WAFV2Client): Promise<IpSets> {
  const sets: IpSets[number][] = [];
  for (const family of ['IPV4', 'IPV6'] as const) {
    const name = LOCAL_IP_SETS[family];
    const { Summary } = await client.send(
      new CreateIPSetCommand({ Name: name, Scope: 'REGIONAL', IPAddressVersion: family, Addresses: [] }),
    );
    sets.push({ name, id: Summary?.Id ?? '', scope: 'REGIONAL', family });
  }
  return sets;
}

/** Removes them, whatever they hold. */
export async function deleteIpSets(client: WAFV2Client, sets: IpSets): Promise<void> {
  for (const { name: Name, id: Id, scope: Scope } of sets) {
    const { LockToken } = await client.send(new GetIPSetCommand({ Name, Id, Scope }));
    await client.send(new DeleteIPSetCommand({ Name, Id, Scope, LockToken }));
  }
}
