import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { DynamoDbLedger } from '../../../lambda/blacklist/dynamodb-ledger';
import type { Ledger } from '../../../lambda/blacklist/ledger';
import {
  type Deployment,
  type EnforcementOptions,
  type IpSetGateway,
  type Log,
  type NetworkAclGateway,
  parseDeployment,
} from '../../../lambda/enforcement';
import { Ec2NetworkAcls } from '../../../lambda/enforcement/ec2-network-acls';
import { Wafv2IpSets } from '../../../lambda/enforcement/wafv2-ip-sets';
import { ec2Client, ledgerClient, wafv2Clients } from '../../../lambda/handlers/aws-clients';
import type { CliIo } from '../support/cli-io';
import { CommandError, UsageError } from '../support/errors';
import { systemReason } from '../support/system-reason';
import { callerIdentity, readDeploymentParameter } from './aws';
import { type AwsSettings, awsSettings } from './aws-settings';
import { type ConnectionFlags, timeFlag } from './flags';

/** A deployed environment, ready to be worked on. */
export interface Connection {
  readonly deployment: Deployment;
  readonly settings: AwsSettings;
  readonly ledger: Ledger;
  readonly networkAcls: NetworkAclGateway;
  readonly ipSets: IpSetGateway;
  /** Epoch milliseconds: the time of day, or what `--as-of` says. */
  readonly nowMs: () => number;
  /** Epoch seconds. */
  readonly now: () => number;
  /** Waits, milliseconds. */
  readonly sleep: (ms: number) => Promise<void>;
  /** The caller's identity, for the history. Asked of STS once. */
  readonly who: () => Promise<string>;
}

/**
 * Finds out what is deployed and makes the gateways to it: the same ones as in the functions. Makes no call but the one
 * for the deployment document.
 * @throws UsageError, CommandError or DeploymentError naming what is missing or wrong
 */
export async function connect(flags: ConnectionFlags, io: CliIo): Promise<Connection> {
  const settings = awsSettings(flags, io.env);
  // Time goes on from there, so that waiting still means something.
  const offset = flags.asOf === undefined ? 0 : timeFlag('--as-of', flags.asOf) * 1000 - io.now();
  const nowMs = (): number => io.now() + offset;
  const deployment = await readDeployment(flags, settings);
  let identity: Promise<string> | undefined;
  return {
    deployment,
    settings,
    ledger: new DynamoDbLedger({
      client: ledgerClient(settings),
      tableName: deployment.ledgerTable,
      now: io.now,
    }),
    networkAcls: new Ec2NetworkAcls(ec2Client(settings)),
    ipSets: new Wafv2IpSets(wafv2Clients(deployment, settings)),
    nowMs,
    now: () => Math.floor(nowMs() / 1000),
    sleep: io.sleep,
    who: () => (identity ??= callerIdentity(settings)),
  };
}

/**
 * What is deployed, from the file or from SSM.
 * @throws UsageError, CommandError or DeploymentError naming what is missing or wrong
 */
export async function readDeployment(
  flags: Pick<ConnectionFlags, 'env' | 'deployment'>,
  settings: AwsSettings,
): Promise<Deployment> {
  const { env, deployment: file } = flags;
  if (env === undefined && file === undefined) {
    throw new UsageError('which environment? Give --env NAME, or --deployment FILE with what is deployed');
  }
  const text = file === undefined ? await readDeploymentParameter(env ?? '', settings) : await readText(file);
  const deployment = parseDeployment(jsonOf(text, file ?? `the SSM parameter of "${env ?? ''}"`));
  if (env !== undefined && deployment.environment !== env) {
    throw new UsageError(
      `--env ${env}, but ${file ?? 'the document'} describes "${deployment.environment}": leave one of them out`,
    );
  }
  return deployment;
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new CommandError(`--deployment ${file} cannot be read: ${systemReason(error)}`);
  }
}

function jsonOf(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new CommandError(`${where} is not JSON: ${(error as Error).message}`);
  }
}

/** How long one run from the terminal may take, milliseconds: that of the function, and as much again. */
const RUN_MS = 120_000;

/** The connection as the enforcer wants it. @param log told of each change */
export function enforcementOptions(connection: Connection, log: Log): EnforcementOptions {
  const { deployment, ledger, networkAcls, ipSets, nowMs, sleep } = connection;
  return {
    deployment,
    ledger,
    networkAcls,
    ipSets,
    clock: nowMs,
    sleep,
    holder: `terminal-${randomUUID()}`,
    deadlineMs: nowMs() + RUN_MS,
    log,
  };
}

/** A log that nobody reads. */
export const QUIET: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };
