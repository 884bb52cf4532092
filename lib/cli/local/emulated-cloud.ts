import { DeleteTableCommand } from '@aws-sdk/client-dynamodb';
import {
  CreateNetworkAclCommand,
  CreateNetworkAclEntryCommand,
  CreateVpcCommand,
  DeleteNetworkAclCommand,
  DeleteVpcCommand,
  type EC2Client,
} from '@aws-sdk/client-ec2';
import { createLedgerTable } from '../../../lambda/blacklist/dynamodb-create-table';
import type { Deployment } from '../../../lambda/enforcement';
import {
  type ClientSettings,
  dynamoDbClient,
  ec2Client,
  wafv2Clients,
} from '../../../lambda/handlers/aws-clients';
import { readDeployment } from '../operate/connect';
import type { ConnectionFlags } from '../operate/flags';
import { UsageError } from '../support/errors';
import { createIpSets, deleteIpSets } from './ip-sets';
import { ALLOW_ALL, LOCAL_ACL, LOCAL_LEDGER_TABLE, type LocalCloud, type LocalSite } from './local-cloud';

/** Which emulator, and what is deployed to it. */
export type EmulatorFlags = Pick<ConnectionFlags, 'env' | 'deployment'> & { readonly endpointUrl: string };

/** An emulator's first call of a service may take it this long, milliseconds: moto loads the service's model then. */
const PATIENCE_MS = 60_000;

/**
 * Finds what a run needs on an emulator. With `--env` or `--deployment` that is what is deployed there: its ledger,
 * network ACLs and IP sets, in its mode, for the recorded site. Without, a ledger table, a VPC with a network ACL and
 * IP sets are made, and removed in the end.
 * @throws UsageError where the endpoint is AWS: what was recorded elsewhere must ban nobody there
 */
export async function findEmulatedCloud(
  flags: EmulatorFlags,
  site: LocalSite,
  env: NodeJS.ProcessEnv,
): Promise<LocalCloud> {
  const settings = emulatorSettings(flags.endpointUrl, env);
  if (flags.env === undefined && flags.deployment === undefined) return makeCloud(settings, site);
  const deployed = await readDeployment(flags, settings);
  const protectedThere = [...deployed.allowlist, ...deployed.ownCidrs, ...deployed.proxyRanges];
  return {
    deployment: {
      ...deployed,
      ...site,
      environment: deployed.environment,
      allowlist: [...site.allowlist, ...protectedThere],
    },
    dynamoDb: settings,
    aws: settings,
    close: () => Promise.resolve(),
  };
}

/** Credentials and Region as the SDK finds them, else such as any emulator takes. */
function emulatorSettings(endpoint: string, env: NodeJS.ProcessEnv): ClientSettings {
  if (!/^https?:\/\/[^\s/]+/.test(endpoint) || !URL.canParse(endpoint)) {
    throw new UsageError(`--endpoint-url "${endpoint}" is no URL: write it like http://localhost:5000`);
  }
  if (/(^|\.)(amazonaws\.com(\.cn)?|api\.aws)$/.test(new URL(endpoint).hostname)) {
    throw new UsageError(
      `--endpoint-url ${endpoint} is AWS: "local" plays a recording and is for emulators; "replay" looks at logs, and changes nothing`,
    );
  }
  const hasCredentials = [env['AWS_ACCESS_KEY_ID'], env['AWS_PROFILE']].some(Boolean);
  return {
    endpoint,
    region: env['AWS_REGION'] ?? env['AWS_DEFAULT_REGION'] ?? 'us-east-1',
    requestHandler: { requestTimeout: PATIENCE_MS, throwOnRequestTimeout: true },
    ...(!hasCredentials && { credentials: { accessKeyId: 'local', secretAccessKey: 'local' } }),
  };
}

/** What was made so far, newest last: undone in reverse, also when the next step fails. */
type Undo = (() => Promise<unknown>)[];

async function makeCloud(settings: ClientSettings, site: LocalSite): Promise<LocalCloud> {
  const undo: Undo = [];
  const close = async (): Promise<void> => {
    for (let step = undo.pop(); step !== undefined; step = undo.pop()) await step();
  };
  try {
    const deployment = await deploy(settings, site, undo);
    return { deployment, dynamoDb: settings, aws: settings, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function deploy(settings: ClientSettings, site: LocalSite, undo: Undo): Promise<Deployment> {
  const dynamoDb = dynamoDbClient(settings);
  await createLedgerTable(dynamoDb, LOCAL_LEDGER_TABLE);
  undo.push(() => dynamoDb.send(new DeleteTableCommand({ TableName: LOCAL_LEDGER_TABLE })));
  const id = await makeNetworkAcl(ec2Client(settings), undo);
  const wafv2 = wafv2Clients({ ipSets: [] }, settings).REGIONAL;
  const ipSets = await createIpSets(wafv2);
  undo.push(() => deleteIpSets(wafv2, ipSets));
  return {
    ...site,
    mode: 'enforce',
    ledgerTable: LOCAL_LEDGER_TABLE,
    networkAcls: [{ id, ...LOCAL_ACL }],
    ipSets,
  };
}

async function makeNetworkAcl(ec2: EC2Client, undo: Undo): Promise<string> {
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.20.0.0/16' }));
  undo.push(() => ec2.send(new DeleteVpcCommand({ VpcId: Vpc?.VpcId })));
  const { NetworkAcl } = await ec2.send(new CreateNetworkAclCommand({ VpcId: Vpc?.VpcId }));
  const id = NetworkAcl?.NetworkAclId ?? '';
  undo.push(() => ec2.send(new DeleteNetworkAclCommand({ NetworkAclId: id })));
  for (const { ruleNumber: RuleNumber, ...cidr } of ALLOW_ALL) {
    await ec2.send(
      new CreateNetworkAclEntryCommand({
        NetworkAclId: id,
        RuleNumber,
        Egress: false,
        Protocol: '-1',
        RuleAction: 'allow',
        ...('cidrBlock' in cidr ? { CidrBlock: cidr.cidrBlock } : { Ipv6CidrBlock: cidr.ipv6CidrBlock }),
      }),
    );
  }
  return id;
}
