import { DynamoDbLedger } from '../../../../lambda/blacklist/dynamodb-ledger';
import type { Ledger } from '../../../../lambda/blacklist/ledger';
import type { Deployment } from '../../../../lambda/enforcement';
import { ledgerClient } from '../../../../lambda/handlers/aws-clients';
import { type EmbeddedCloud, startEmbeddedCloud } from '../../../../lib/cli/local/embedded-cloud';
import { NOW } from '../../../enforcement/support/bans';
import { Folder } from '../../support/folder';
import { type Ran, ringfence, type Surroundings } from '../../support/ringfence';
import { Front, type Player, playedSsm, playedSts } from './front';

const SITE = {
  environment: 'dev',
  ownCidrs: ['10.20.0.0/16'],
  proxyRanges: ['103.55.116.0/24'],
  allowlist: ['203.0.113.0/24'],
  exposure: 'proxy-only',
  sip: { ports: [5060, 5061], rtp: '10000-20000' },
  ban: { first: '1h', factor: 4, max: '30d', maxNewPerHour: 200 },
} as const;

/** What the test changes besides. */
export interface EnvironmentOptions {
  readonly players?: readonly Player[];
}

/** An environment deployed to the embedded services, and the command line against it, over the wire. */
export class OperatedEnvironment {
  readonly clock = { nowMs: NOW * 1000 };
  readonly folder = new Folder();

  private constructor(
    readonly cloud: EmbeddedCloud,
    private readonly front: Front,
    private readonly parameters: Map<string, string>,
    private deploymentFile: string,
  ) {}

  static async start({ players = [] }: EnvironmentOptions = {}): Promise<OperatedEnvironment> {
    process.env['AWS_ACCESS_KEY_ID'] = 'testing';
    process.env['AWS_SECRET_ACCESS_KEY'] = 'testing';
    const parameters = new Map<string, string>();
    const cloud = await startEmbeddedCloud(SITE, Date.now);
    const upstream = { dynamoDb: cloud.dynamoDb.endpoint ?? '', aws: cloud.aws.endpoint ?? '' };
    const front = await Front.start(upstream, [...players, playedSts, playedSsm(parameters)]);
    const environment = new OperatedEnvironment(cloud, front, parameters, '');
    environment.deploy({});
    environment.takeChanges();
    return environment;
  }

  /** Changes what is deployed: the file, and the parameter in SSM. */
  deploy(change: Partial<Deployment>): void {
    const text = JSON.stringify({ ...this.cloud.deployment, ...change });
    this.deploymentFile = this.folder.file('deployment.json', text);
    this.parameters.set('/ringfence/dev/deployment', text);
  }

  /** Epoch seconds. */
  get now(): number {
    return Math.floor(this.clock.nowMs / 1000);
  }

  get endpoint(): string {
    return this.front.endpoint;
  }

  /** The ledger, to arrange and to look. */
  get ledger(): Ledger {
    return new DynamoDbLedger({
      client: ledgerClient(this.cloud.dynamoDb),
      tableName: this.cloud.deployment.ledgerTable,
      now: () => this.clock.nowMs,
    });
  }

  /** Runs a command against the environment, at the test's time of day. */
  run(args: readonly string[], around: Surroundings = {}): Promise<Ran> {
    const where = ['--deployment', this.deploymentFile, '--endpoint-url', this.endpoint];
    return this.runBare([...args, ...where], around);
  }

  /** Runs a command as it is, without saying which environment. */
  runBare(args: readonly string[], around: Surroundings = {}): Promise<Ran> {
    const env = { AWS_REGION: 'ap-southeast-2', NO_COLOR: '1', ...around.env };
    return ringfence(args, { clock: this.clock, ...around, env });
  }

  /** Runs a command that must succeed, and reads its document. */
  async json<T>(...args: readonly string[]): Promise<T> {
    const { stdout, stderr, exitCode } = await this.run([...args, '--json']);
    if (exitCode !== 0) throw new Error(`exit code ${exitCode}: ${stderr}`);
    return JSON.parse(stdout) as T;
  }

  get networkAclId(): string {
    return this.cloud.deployment.networkAcls[0]?.id ?? '';
  }

  /** Ingress denies on our numbers: `number cidr`. */
  denies(): string[] {
    return this.cloud.embedded.networkAcls
      .get(this.networkAclId)
      .entries.filter(
        ({ egress, ruleNumber, ruleAction }) => !egress && ruleNumber <= 50 && ruleAction === 'deny',
      )
      .map(({ ruleNumber, cidrBlock, ipv6CidrBlock }) => `${ruleNumber} ${cidrBlock ?? ipv6CidrBlock ?? ''}`);
  }

  /** Addresses of the IPv4 set. */
  listed(): readonly string[] {
    return this.cloud.embedded.ipSets.list('REGIONAL')[0]?.Addresses ?? [];
  }

  /** Actions that changed something in EC2 or WAFv2 since the last time. */
  takeChanges(): string[] {
    const actions = this.cloud.embedded.changingCalls().map(({ action }) => action);
    this.cloud.embedded.clearCalls();
    return actions;
  }

  async close(): Promise<void> {
    await this.front.close();
    await this.cloud.close();
    this.folder.remove();
  }
}
