import type { EC2Client } from '@aws-sdk/client-ec2';
import type { WAFV2Client } from '@aws-sdk/client-wafv2';
import { MemoryLedger } from '../../../lambda/blacklist/memory-ledger';
import { type Deployment, type EnforcementOptions, type Log, reconcile } from '../../../lambda/enforcement';
import { Ec2NetworkAcls } from '../../../lambda/enforcement/ec2-network-acls';
import { Wafv2IpSets } from '../../../lambda/enforcement/wafv2-ip-sets';
import { ec2Client, wafv2Clients } from '../../../lambda/handlers/aws-clients';
import {
  type EmbeddedAws,
  type EmbeddedAwsOptions,
  startEmbeddedAws,
} from '../../../lib/local/aws/embedded-aws';
import { NOW } from './bans';
import { ACL, deployment } from './deployment';

const silent = (): void => undefined;
const log: Log = { info: silent, warn: silent, error: silent };

/** What a customer's own rules look like; numbers above ours. */
const customerRule = (ruleNumber: number) => ({
  ruleNumber,
  egress: false,
  protocol: '17',
  ruleAction: 'allow',
  cidrBlock: '0.0.0.0/0',
  portRange: { from: 5060, to: 5060 + ruleNumber },
});

/** Ledger, AWS over the wire, and a clock that the test moves. */
export class World {
  readonly ledger = new MemoryLedger();
  nowMs = NOW * 1000;
  deployment: Deployment = deployment();

  private constructor(
    readonly aws: EmbeddedAws,
    private readonly ec2: EC2Client,
    private readonly waf: WAFV2Client,
  ) {}

  /** One network ACL with `foreignRules` rules of the customer's, and an empty IP set of each family. */
  static async start(foreignRules = 1, options: EmbeddedAwsOptions = {}): Promise<World> {
    const aws = await startEmbeddedAws(options);
    const common = {
      endpoint: aws.endpoint,
      region: 'ap-southeast-2',
      credentials: { accessKeyId: 'testing', secretAccessKey: 'testing' },
    };
    const world = new World(aws, ec2Client(common), wafv2Clients({ ipSets: [] }, common).REGIONAL);
    world.seed(foreignRules);
    return world;
  }

  private seed(foreignRules: number): void {
    const entries = Array.from({ length: foreignRules }, (_, i) => customerRule(100 + i));
    this.aws.networkAcls.seed({ id: ACL, vpcId: 'vpc-0a1b2c3d4e5f60718', entries });
    const ipSets = (['IPV4', 'IPV6'] as const).map((family) => {
      const name = `banned-${family.toLowerCase()}`;
      const set = this.aws.ipSets.create({
        Name: name,
        Scope: 'REGIONAL',
        IPAddressVersion: family,
        Addresses: [],
        Description: 'Sources banned by Ringfence',
      });
      return { name, id: set.Id, scope: 'REGIONAL' as const, family };
    });
    this.deployment = deployment({ ipSets });
  }

  get options(): EnforcementOptions {
    return {
      ledger: this.ledger,
      networkAcls: new Ec2NetworkAcls(this.ec2),
      ipSets: new Wafv2IpSets({ REGIONAL: this.waf }),
      deployment: this.deployment,
      clock: () => this.nowMs,
      holder: 'run-1',
      deadlineMs: this.nowMs + 900_000,
      // Waiting is what moves this clock besides the test.
      sleep: async (ms) => (this.nowMs += ms),
      random: () => 0.5,
      log,
    };
  }

  reconcile(change: Partial<EnforcementOptions> = {}) {
    return reconcile({ ...this.options, ...change });
  }

  /** Changing calls since the last time, in order. */
  takeChanges(): string[] {
    const actions = this.aws.changingCalls().map(({ action }) => action);
    this.aws.clearCalls();
    return actions;
  }

  /** Ingress denies on our numbers: `number cidr`. */
  denies(id = ACL): string[] {
    return this.aws.networkAcls
      .get(id)
      .entries.filter(
        ({ egress, ruleNumber, ruleAction }) => !egress && ruleNumber <= 50 && ruleAction === 'deny',
      )
      .map(({ ruleNumber, cidrBlock, ipv6CidrBlock }) => `${ruleNumber} ${cidrBlock ?? ipv6CidrBlock ?? ''}`);
  }

  /** All entries that are not ours, as the API would show them. */
  foreign(): string {
    const isOurs = (ruleNumber: number, egress: boolean): boolean => !egress && ruleNumber <= 50;
    return JSON.stringify(
      this.aws.networkAcls.get(ACL).entries.filter((each) => !isOurs(each.ruleNumber, each.egress)),
    );
  }

  /** Addresses of the IPv4 or IPv6 set. */
  listed(family: 'IPV4' | 'IPV6'): readonly string[] {
    return this.aws.ipSets.list('REGIONAL').find((set) => set.IPAddressVersion === family)?.Addresses ?? [];
  }

  /** Somebody else writes the list of a set. */
  writeSet(family: 'IPV4' | 'IPV6', addresses: readonly string[]): void {
    const set = this.aws.ipSets.list('REGIONAL').find((each) => each.IPAddressVersion === family);
    if (set === undefined) throw new Error(`no ${family} set`);
    this.aws.ipSets.update({ ...set, Addresses: addresses });
  }

  async close(): Promise<void> {
    this.ec2.destroy();
    this.waf.destroy();
    await this.aws.close();
  }
}
