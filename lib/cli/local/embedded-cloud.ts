import { createLedgerTable } from '../../../lambda/blacklist/dynamodb-create-table';
import type { Deployment } from '../../../lambda/enforcement';
import { type ClientSettings, dynamoDbClient, wafv2Clients } from '../../../lambda/handlers/aws-clients';
import { type EmbeddedAws, startEmbeddedAws } from '../../local/aws/embedded-aws';
import { startEmbeddedDynamoDb } from '../../local/aws/embedded-dynamodb';
import { createIpSets } from './ip-sets';
import { ALLOW_ALL, LOCAL_ACL, LOCAL_LEDGER_TABLE, type LocalCloud, type LocalSite } from './local-cloud';

/** A small cloud on the loopback interface, with an environment deployed to it. */
export interface EmbeddedCloud extends LocalCloud {
  /** The EC2 and WAFv2 endpoint, for inspection. */
  readonly embedded: EmbeddedAws;
}

/** Any will do: nothing here checks them, and nothing here leaves this machine. */
const CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' };

/**
 * Starts the embedded services and deploys an environment to them: the ledger's table, a network ACL with the allow
 * rules that a customer would have, and an IP set of each family.
 * @param clock epoch milliseconds, for the endpoint's throttling and call log
 */
export async function startEmbeddedCloud(site: LocalSite, clock: () => number): Promise<EmbeddedCloud> {
  const [embedded, database] = await Promise.all([
    startEmbeddedAws({ entryQuota: LOCAL_ACL.quota, clock }),
    startEmbeddedDynamoDb(),
  ]);
  const settings = (endpoint: string): ClientSettings => ({
    endpoint,
    region: 'us-east-1',
    credentials: CREDENTIALS,
  });
  const dynamoDb = settings(database.endpoint);
  const aws = settings(embedded.endpoint);
  await createLedgerTable(dynamoDbClient(dynamoDb), LOCAL_LEDGER_TABLE);
  return {
    deployment: {
      ...site,
      mode: 'enforce',
      ledgerTable: LOCAL_LEDGER_TABLE,
      networkAcls: [networkAcl(embedded)],
      ipSets: await createIpSets(wafv2Clients({ ipSets: [] }, aws).REGIONAL),
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
  const { id } = embedded.networkAcls.seed({
    vpcId: 'vpc-0a1b2c3d4e5f60718',
    entries: ALLOW_ALL.map((rule) => ({ ...rule, egress: false, protocol: '-1', ruleAction: 'allow' })),
  });
  return { id, ...LOCAL_ACL };
}
