import * as fc from 'fast-check';
import { CidrSet, formatCidr, parseCidr } from '../../lambda/address';
import { type Ban, isStanding } from '../../lambda/blacklist/ban';
import { MemoryLedger } from '../../lambda/blacklist/memory-ledger';
import {
  CapacityError,
  ConflictError,
  type Deployment,
  type EnforcementOptions,
  type IpSetGateway,
  type NetworkAclGateway,
  ReadIncompleteError,
  type ReconcileReport,
  reconcile,
} from '../../lambda/enforcement';
import { NetworkAclState } from '../../lib/local/aws/ec2-network-acl-state';
import { Identifiers } from '../../lib/local/aws/identifiers';
import { ServiceError } from '../../lib/local/aws/service-error';
import { IpSetState } from '../../lib/local/aws/wafv2-ip-set-state';
import { NOW, ban } from '../enforcement/support/bans';
import { ACL, deployment } from '../enforcement/support/deployment';

/** A small universe: sixteen neighbours, some far apart, some of IPv6. */
export const SOURCES = [
  ...Array.from({ length: 16 }, (_, i) => `198.51.100.${i}`),
  ...Array.from({ length: 6 }, (_, i) => `203.0.113.${20 * i + 1}`),
  ...Array.from({ length: 4 }, (_, i) => `2001:db8:${i + 1}::7`),
];
const ALLOWABLE = [
  '198.51.100.3/32',
  '198.51.100.8/30',
  '203.0.113.21/32',
  '2001:db8:2::/64',
  '203.0.113.0/25',
];

/** Something that happens in the life of an environment. */
export type Step =
  | {
      readonly kind: 'ban';
      readonly source: number;
      readonly minutes: number;
      readonly weight: number;
      readonly byHand: boolean;
    }
  | { readonly kind: 'unban'; readonly source: number }
  | { readonly kind: 'allow'; readonly cidr: number }
  | { readonly kind: 'time'; readonly minutes: number }
  | { readonly kind: 'remove' | 'stranger' | 'empty set'; readonly at: number };

const source = fc.nat(SOURCES.length - 1);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('ban' as const),
      source,
      minutes: fc.integer({ min: 1, max: 300 }),
      weight: fc.nat(1000),
      byHand: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('unban' as const), source }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('allow' as const), cidr: fc.nat(ALLOWABLE.length - 1) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('time' as const), minutes: fc.integer({ min: 1, max: 120 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constantFrom('remove' as const, 'stranger' as const, 'empty set' as const),
      at: fc.nat(9),
    }),
  },
);

/** What happens between two runs, for several runs. */
export const lives = fc.array(fc.array(step, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 5 });

/** An environment in memory: the embedded services without the wire, so that thousands of runs take seconds. */
export class Life {
  readonly acls: NetworkAclState;
  readonly sets: IpSetState;
  readonly ledger = new MemoryLedger();
  readonly strangers = new Set<number>();
  readonly allowed: string[] = [];
  readonly bans = new Map<string, Ban>();
  readonly site: Deployment;
  nowMs = NOW * 1000;
  /** Changing calls so far: what was asked for, and by which run. */
  readonly changes: {
    readonly action: string;
    readonly holder: string;
    readonly cidrs: readonly string[];
  }[] = [];
  /** Asked before each changing call, told after it. */
  watch: { before?: (cidrs: readonly string[]) => void; after?: () => void } = {};
  /** Given a turn at each call, for runs that go on at the same time. */
  turn: () => Promise<void> = () => Promise.resolve();
  #runs = 0;

  constructor(change: Partial<Deployment> = {}) {
    const identifiers = new Identifiers();
    this.acls = new NetworkAclState(identifiers, { entryQuota: 20 });
    this.sets = new IpSetState(identifiers);
    const rule = { egress: false, protocol: '17', ruleAction: 'allow', cidrBlock: '0.0.0.0/0' };
    const portRange = { from: 5060, to: 5061 };
    const entries = [100, 110, 120, 130].map((ruleNumber) => ({ ...rule, ruleNumber, portRange }));
    this.acls.seed({ id: ACL, vpcId: 'vpc-0a1b2c3d4e5f60718', entries });
    const ipSets = (['IPV4', 'IPV6'] as const).map((family) => {
      const set = this.sets.create({
        Name: family,
        Scope: 'REGIONAL',
        IPAddressVersion: family,
        Addresses: [],
      });
      return { name: family, id: set.Id, scope: 'REGIONAL' as const, family };
    });
    this.site = deployment({ ipSets, ...change });
  }

  get now(): number {
    return Math.floor(this.nowMs / 1000);
  }

  async take(steps: readonly Step[]): Promise<void> {
    for (const each of steps) await this.happen(each);
  }

  run(change: Partial<EnforcementOptions> = {}): Promise<ReconcileReport> {
    const holder = `run-${++this.#runs}`;
    const silent = (): void => undefined;
    return reconcile({
      ledger: this.ledger,
      networkAcls: this.networkAcls(holder),
      ipSets: this.ipSets(holder),
      deployment: this.site,
      clock: () => this.nowMs,
      holder,
      deadlineMs: this.nowMs + 900_000,
      sleep: async (ms) => (this.nowMs += ms),
      random: () => 0.5,
      log: { info: silent, warn: silent, error: silent },
      ...change,
    });
  }

  /** A minute later, another run. */
  tick(change: Partial<EnforcementOptions> = {}): Promise<ReconcileReport> {
    this.nowMs += 60_000;
    return this.run(change);
  }

  inForce(): Ban[] {
    return [...this.bans.values()].filter((each) => isStanding(each, this.now));
  }

  allowlist(): CidrSet {
    const { allowlist, ownCidrs, proxyRanges } = this.site;
    return CidrSet.parse([...allowlist, ...ownCidrs, ...proxyRanges, ...this.allowed]);
  }

  ingress() {
    return this.acls.get(ACL).entries.filter(({ egress }) => !egress);
  }

  denies(): Map<number, string> {
    const ours = this.ingress().filter(
      ({ ruleNumber }) => ruleNumber <= 50 && !this.strangers.has(ruleNumber),
    );
    return new Map(ours.map((entry) => [entry.ruleNumber, entry.cidrBlock ?? entry.ipv6CidrBlock ?? '']));
  }

  denied(): CidrSet {
    return CidrSet.parse(this.denies().values());
  }

  listed(): CidrSet {
    const texts = this.sets.list('REGIONAL').flatMap(({ Addresses }) => [...Addresses]);
    return CidrSet.of(texts.map((text) => parseCidr(text, { hostBits: 'mask' })));
  }

  foreign(): string {
    const ours = this.denies();
    return JSON.stringify(
      this.acls.get(ACL).entries.filter(({ egress, ruleNumber }) => egress || !ours.has(ruleNumber)),
    );
  }

  private async happen(each: Step): Promise<void> {
    switch (each.kind) {
      case 'ban':
        return this.ban(each);
      case 'unban': {
        const key = ban(SOURCES[each.source] ?? '').key;
        await this.ledger.endBan(key, this.now, 'ann', 'a mistake');
        this.bans.delete(key);
        return;
      }
      case 'allow': {
        const cidr = ALLOWABLE[each.cidr] ?? '';
        await this.ledger.allow(cidr, 'ann', 'a carrier', this.now);
        this.allowed.push(cidr);
        return;
      }
      case 'time':
        this.nowMs += each.minutes * 60_000;
        return;
      default:
        this.edit(each.kind, each.at);
    }
  }

  private async ban({ source: i, minutes, weight, byHand }: Extract<Step, { kind: 'ban' }>): Promise<void> {
    // Each second has one decision for a key at most.
    this.nowMs += 1000;
    const one = ban(SOURCES[i] ?? '', {
      bannedAt: this.now,
      expiresAt: this.now + 60 * minutes,
      weight,
      weightAt: this.now,
      ...(byHand && { origin: 'operator' as const, because: 'known' }),
    });
    await this.ledger.putBan(one, byHand ? 'ann' : 'detector');
    this.bans.set(one.key, one);
  }

  private edit(kind: 'remove' | 'stranger' | 'empty set', at: number): void {
    const ours = [...this.denies().keys()];
    const number = ours[at % Math.max(1, ours.length)];
    if (kind === 'remove' && number !== undefined) {
      this.acls.deleteEntry({ networkAclId: ACL, ruleNumber: number, egress: false });
    } else if (
      kind === 'stranger' &&
      !this.ingress().some(({ ruleNumber }) => ruleNumber === 40 + at) &&
      this.ingress().length < 15
    ) {
      const theirs = { egress: false, protocol: '-1', ruleAction: 'deny', cidrBlock: '203.0.113.250/32' };
      this.acls.createEntry({ networkAclId: ACL, ruleNumber: 40 + at, ...theirs });
      this.strangers.add(40 + at);
    } else if (kind === 'empty set') {
      const [set] = this.sets.list('REGIONAL');
      if (set !== undefined) this.sets.update({ ...set, Addresses: [] });
    }
  }

  private async change(
    action: string,
    holder: string,
    cidrs: readonly string[],
    make: () => unknown,
  ): Promise<void> {
    await this.turn();
    this.watch.before?.(cidrs);
    this.changes.push({ action, holder, cidrs });
    translated(make);
    this.watch.after?.();
    await this.turn();
  }

  private networkAcls(holder: string): NetworkAclGateway {
    const deny = (networkAclId: string, ruleNumber: number, cidr: string) => ({
      ...{ networkAclId, ruleNumber, egress: false, protocol: '-1', ruleAction: 'deny' },
      ...(cidr.includes(':') ? { ipv6CidrBlock: cidr } : { cidrBlock: cidr }),
    });
    return {
      describe: async (id) => {
        await this.turn();
        if (id !== ACL) throw new ReadIncompleteError(id, 'no such network ACL');
        const ingress = this.ingress().map(
          ({ ruleNumber, ruleAction, protocol, cidrBlock, ipv6CidrBlock }) => ({
            ...{ ruleNumber, action: ruleAction, protocol },
            cidr: parseCidr(cidrBlock ?? ipv6CidrBlock ?? ''),
          }),
        );
        return { id, ingress: ingress.sort((a, b) => a.ruleNumber - b.ruleNumber) };
      },
      createDeny: (id, ruleNumber, cidr) => {
        const text = formatCidr(cidr);
        return this.change('create', holder, [text], () => this.acls.createEntry(deny(id, ruleNumber, text)));
      },
      replaceDeny: (id, ruleNumber, cidr) => {
        const text = formatCidr(cidr);
        return this.change('replace', holder, [text], () =>
          this.acls.replaceEntry(deny(id, ruleNumber, text)),
        );
      },
      deleteEntry: (id, ruleNumber) =>
        this.change('delete', holder, [], () =>
          this.acls.deleteEntry({ networkAclId: id, ruleNumber, egress: false }),
        ),
    };
  }

  private ipSets(holder: string): IpSetGateway {
    return {
      read: async ({ name, id }) => {
        await this.turn();
        const set = this.sets.get({ Name: name, Scope: 'REGIONAL', Id: id });
        const addresses = set.Addresses.map((text) => parseCidr(text, { hostBits: 'mask' }));
        return { addresses, lockToken: set.LockToken };
      },
      replace: ({ name, id }, cidrs, { lockToken }) => {
        const texts = cidrs.map(formatCidr);
        const update = {
          Name: name,
          Scope: 'REGIONAL' as const,
          Id: id,
          Addresses: texts,
          LockToken: lockToken,
        };
        return this.change('update', holder, texts, () => this.sets.update(update));
      },
    };
  }
}

/** As the gateways do it. */
function translated(make: () => unknown): void {
  try {
    make();
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    if (error.code === 'NetworkAclEntryLimitExceeded') throw new CapacityError(ACL, error.message);
    throw new ConflictError(ACL, error.message);
  }
}
