import { CidrSet, parseCidr } from '../../lambda/address';
import { type Ban, isInForce } from '../../lambda/blacklist/ban';
import { DynamoDbLedger } from '../../lambda/blacklist/dynamodb-ledger';
import { type Deployment, type Log, type ReconcileReport, reconcile } from '../../lambda/enforcement';
import { Ec2NetworkAcls } from '../../lambda/enforcement/ec2-network-acls';
import { Wafv2IpSets } from '../../lambda/enforcement/wafv2-ip-sets';
import type { NetworkAclEntry } from '../../lib/local/aws/network-acl-entry';
import { NOW, ban } from '../enforcement/support/bans';
import { deployment } from '../enforcement/support/deployment';
import type { Dice } from './dice';
import type { Laboratory } from './laboratory';

/** The numbers that are ours in every site. */
const LAST_OWNED = 50;
/** What one request takes of the site's clock, milliseconds. */
const REQUEST_MS = 15;

const silent = (): void => undefined;
const log: Log = { info: silent, warn: silent, error: silent };

/** What became of a run: a report, or what it threw. */
export interface RunOutcome {
  readonly report?: ReconcileReport;
  readonly thrown?: unknown;
  /** Calls that asked EC2 or WAFv2 for a change, refused ones too. */
  readonly changes: number;
}

/** One environment: its ledger, its walls, its clock, and what the laboratory knows that the enforcer does not. */
export class Site {
  nowMs = NOW * 1000;
  readonly deployment: Deployment;
  readonly ledger: DynamoDbLedger;
  readonly id: string;
  /** Rules inside our numbers that are somebody else's, by number. */
  readonly strangers = new Map<number, string>();
  /** What operators allowed. */
  readonly allowed: string[] = [];
  /** Every ban that was put, also those that have ended since. */
  readonly bans = new Map<string, Ban>();
  /** Requests of all runs. */
  calls = 0;
  #runs = 0;

  constructor(
    readonly laboratory: Laboratory,
    readonly table: string,
    readonly dice: Dice,
  ) {
    const { aws, clean } = laboratory;
    const entries = Array.from({ length: dice.between(1, 4) }, (_, i) => customerRule(100 + i));
    this.id = aws.networkAcls.seed({ vpcId: 'vpc-0a1b2c3d4e5f60718', entries }).id;
    const ipSets = (['IPV4', 'IPV6'] as const).map((family) => {
      const name = `${table}-${family.toLowerCase()}`;
      const set = aws.ipSets.create({
        Name: name,
        Scope: 'REGIONAL',
        IPAddressVersion: family,
        Addresses: [],
      });
      return { name, id: set.Id, scope: 'REGIONAL' as const, family };
    });
    const networkAcls = [
      { id: this.id, ruleNumbers: `1-${LAST_OWNED}`, quota: 20, slots: { ipv4: 18, ipv6: 18 } },
    ];
    this.deployment = deployment({ ledgerTable: table, networkAcls, ipSets });
    this.ledger = new DynamoDbLedger({ client: clean.document, tableName: table, now: () => this.nowMs });
  }

  get now(): number {
    return Math.floor(this.nowMs / 1000);
  }

  /** One run of the enforcer by one of the two processes, whose clock may be off. Never rejects. */
  async run(seat: 0 | 1, settings: { skewMs?: number; deadlineMs?: number } = {}): Promise<RunOutcome> {
    const { proxy, clients } = this.laboratory.seats[seat];
    const { skewMs = 0, deadlineMs = 60_000 } = settings;
    const clock = (): number => this.nowMs + skewMs;
    const [callsBefore, changesBefore] = [proxy.calls, this.changingCalls()];
    const ended = await reconcile({
      ledger: new DynamoDbLedger({ client: clients.document, tableName: this.table, now: clock }),
      networkAcls: new Ec2NetworkAcls(clients.ec2),
      ipSets: new Wafv2IpSets(clients.waf),
      deployment: this.deployment,
      clock,
      holder: `run-${++this.#runs}`,
      deadlineMs: clock() + deadlineMs,
      sleep: async (ms) => (this.nowMs += ms),
      random: this.dice.random,
      log,
    }).then(
      (report) => ({ report }),
      (thrown: unknown) => ({ thrown }),
    );
    this.calls += proxy.calls - callsBefore;
    return { ...ended, changes: this.changingCalls() - changesBefore };
  }

  /** Told by the proxies. */
  requestPassed(ms = REQUEST_MS): void {
    this.nowMs += ms;
  }

  async ban(source: string, change: Partial<Ban> = {}): Promise<void> {
    const one = ban(source, {
      bannedAt: this.now - 600,
      expiresAt: this.now + 86_400,
      weightAt: this.now,
      ...change,
    });
    this.bans.set(one.key, one);
    await this.ledger.putBan(one, one.origin === 'operator' ? 'ann' : 'detector');
  }

  async unban(key: string): Promise<void> {
    await this.ledger.endBan(key, this.now, 'ann', 'a mistake');
    this.bans.delete(key);
  }

  async allow(cidr: string): Promise<void> {
    await this.ledger.allow(cidr, 'ann', 'a carrier', this.now);
    this.allowed.push(cidr);
  }

  inForce(at = this.now): Ban[] {
    return [...this.bans.values()].filter((each) => isInForce(each, at));
  }

  /** Never to be denied. */
  allowlist(): CidrSet {
    const { allowlist, ownCidrs, proxyRanges } = this.deployment;
    return CidrSet.parse([...allowlist, ...ownCidrs, ...proxyRanges, ...this.allowed]);
  }

  ingress(): NetworkAclEntry[] {
    return this.laboratory.aws.networkAcls.get(this.id).entries.filter(({ egress }) => !egress);
  }

  /** Our denies: number and CIDR. */
  denies(): Map<number, string> {
    const ours = this.ingress().filter(
      ({ ruleNumber }) => ruleNumber <= LAST_OWNED && !this.strangers.has(ruleNumber),
    );
    return new Map(ours.map((entry) => [entry.ruleNumber, entry.cidrBlock ?? entry.ipv6CidrBlock ?? '']));
  }

  /** Everything that is not ours, as the API would show it. */
  foreign(): string {
    const ours = this.denies();
    const { entries } = this.laboratory.aws.networkAcls.get(this.id);
    return JSON.stringify(entries.filter(({ egress, ruleNumber }) => egress || !ours.has(ruleNumber)));
  }

  /** What the IP sets hold. */
  listed(): string[] {
    return this.sets().flatMap(({ Addresses }) => [...Addresses]);
  }

  sets() {
    const names = this.deployment.ipSets.map(({ name }) => name);
    return this.laboratory.aws.ipSets.list('REGIONAL').filter(({ Name }) => names.includes(Name));
  }

  changingCalls(): number {
    return this.laboratory.aws.changingCalls().length;
  }

  /** Gives back what the embedded services hold for it. */
  remove(): void {
    const { aws } = this.laboratory;
    aws.networkAcls.deleteNetworkAcl({ networkAclId: this.id });
    for (const { Name, Id, LockToken } of this.sets()) {
      aws.ipSets.delete({ Name, Scope: 'REGIONAL', Id, LockToken });
    }
  }
}

function customerRule(ruleNumber: number) {
  const portRange = { from: 5060, to: 5060 + ruleNumber };
  return {
    ruleNumber,
    egress: false,
    protocol: '17',
    ruleAction: 'allow',
    cidrBlock: '0.0.0.0/0',
    portRange,
  };
}

/** Addresses as one block each, for comparing what lists cover. */
export const coverage = (texts: Iterable<string>): CidrSet =>
  CidrSet.of(Array.from(texts, (text) => parseCidr(text, { hostBits: 'mask' })));
