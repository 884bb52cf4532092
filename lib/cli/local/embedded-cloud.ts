import { CreateIPSetCommand } from '@aws-sdk/client-wafv2';
import { createLedgerTable } from '../../../lambda/blacklist/dynamodb-create-table';
import type { Deployment } from '../../../lambda/enforcement';
import { type ClientSettings, dynamoDbClient, wafv2Clients } from '../../../lambda/handlers/aws-clients';
import { type EmbeddedAws, startEmbeddedAws } from '../../local/aws/embedded-aws';
import { startEmbeddedDynamoDb } from '../../local/aws/embedded-dynamodb';

/** A small cloud on the loopback interface, with an environment deployed to it. */
export interface EmbeddedCloud {
  readonly deployment: Deployment;
  /** Settings for clients of the ledger. */
  readonly dynamoDb: ClientSettings;
  /** Settings for clients of EC2 and WAFv2. */
  readonly aws: ClientSettings;
  /** The EC2 and WAFv2 endpoint, for inspection. */
  readonly embedded: EmbeddedAws;
  readonly close: () => Promise<void>;
}

/** What an environment has to say of itself; the rest is made here. */
export type LocalSite = Pick<
  Deployment,
  'environment' | 'ownCidrs' | 'proxyRanges' | 'allowlist' | 'sip' | 'exposure' | 'ban'
>;

const LEDGER_TABLE = 'ringfence-local-ledger';
/** AWS's default number of rules a direction and family, and what it leaves beside the final deny and one allow rule. */
const QUOTA = 20;
const SLOTS = 18;
/** Any will do: nothing here checks them, and nothing here leaves this machine. */
const CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' };

/**
 * Starts the embedded services and deploys an environment to them: the ledger's table, a network ACL with the allow
 * rules that a customer would have, and an IP set of each family.
 * @param clock epoch milliseconds, for the endpoint's throttling and call log
 */
export async function startEmbeddedCloud(site: LocalSite, clock: () => number): Promise<EmbeddedCloud> {
  const [embedded, database] = await Promise.all([
    startEmbeddedAws({ entryQuota: QUOTA, clock }),
    startEmbeddedDynamoDb(),
  ]);
  const settings = (endpoint: string): ClientSettings => ({
    endpoint,
    region: 'us-east-1',
    credentials: CREDENTIALS,
  });
  const dynamoDb = settings(database.endpoint);
  const aws = settings(embedded.endpoint);
  await createLedgerTable(dynamoDbClient(dynamoDb), LEDGER_TABLE);
  return {
    deployment: {
      ...site,
      mode: 'enforce',
      ledgerTable: LEDGER_TABLE,
      networkAcls: [networkAcl(embedded)],
      ipSets: await ipSets(aws),
    },
    dynamoDb,
    aws,
    embedded,
    close: async () => {
      await Promise.all([embedded.close(), database.close()]);
    },
  };
}

function networkAcl(embedded: EmbeddedAws): Deployment['networkAcls'][number] {
  const allow = (ruleNumber: number, ipv6: boolean) => ({
    ruleNumber,
    egress: false,
    protocol: '-1',
    ruleAction: 'allow' as const,
    ...(ipv6 ? { ipv6CidrBlock: '::/0' } : { cidrBlock: '0.0.0.0/0' }),
  });
  const { id } = embedded.networkAcls.seed({
    vpcId: 'vpc-0a1b2c3d4e5f60718',
    entries: [allow(100, false), allow(101, true)],
  });
  return { id, ruleNumbers: '1-50', quota: QUOTA, slots: { ipv4: SLOTS, ipv6: SLOTS } };
}

async function ipSets(aws: ClientSettings): Promise<Deployment['ipSets']> {
  const client = wafv2Clients({ ipSets: [] }, aws).REGIONAL;
  const create = async (family: 'IPV4' | 'IPV6') => {
    const name = `ringfence-local-${family.toLowerCase()}`;
    const { Summary } = await client.send(
      new CreateIPSetCommand({ Name: name, Scope: 'REGIONAL', IPAddressVersion: family, Addresses: [] }),
    );
    return { name, id: Summary?.Id ?? '', scope: 'REGIONAL' as const, family };
  };
  return [await create('IPV4'), await create('IPV6')];
}
