import { type Cidr, CidrSet, cidrsOverlap, formatCidr, parseCidr } from '../address';
import type { Ban } from '../blacklist/ban';
import { LAST_RULE_NUMBER, parseRuleNumbers } from './deployment';
import type { EnforcementOptions } from './enforcement-run';
import { classify } from './network-acl-state';
import { type NetworkAclObservation, observeAll } from './observation';
import { PacedCalls } from './paced-calls';
import { reconcile } from './reconcile';
import type { ReconcileReport } from './reconcile-report';

/** A deny entry of a network ACL as observed. */
export interface DenyRule {
  readonly networkAclId: string;
  readonly ruleNumber: number;
  /** Canonical CIDR text. */
  readonly cidr: string;
  /** Whether Ringfence made it. */
  readonly ours: boolean;
}

/** What denies a block now. */
export interface Denial {
  /** Deny entries that cover it or a part of it, ours first. */
  readonly rules: readonly DenyRule[];
  /** Names of the IP sets that hold it or a part of it. */
  readonly ipSets: readonly string[];
  /** Network ACLs, of those that could be read, in which none of our entries covers all of it. */
  readonly openNetworkAcls: readonly string[];
}

interface KnownSet {
  readonly name: string;
  readonly addresses: readonly Cidr[];
}

/** The walls as they stand, and what one run of the enforcer would change: read, never written. */
export class EnforcementView {
  private constructor(
    /** What a dry run of the enforcer says: slots, strangers, overflow, breaker, errors. */
    readonly report: ReconcileReport,
    private readonly rules: readonly DenyRule[],
    private readonly networkAclIds: readonly string[],
    private readonly sets: readonly KnownSet[],
  ) {}

  /** @throws what the ledger throws; what else cannot be read is in the report's errors */
  static async read(looking: Omit<EnforcementOptions, 'dryRun'>): Promise<EnforcementView> {
    const options = { ...looking, dryRun: true };
    const { networkAcls, ipSets } = await observeAll(options, new PacedCalls(options));
    const report = await reconcile(options);
    const known = networkAcls.filter((acl) => 'known' in acl);
    return new EnforcementView(
      report,
      known.flatMap(denyRules),
      known.map(({ config }) => config.id),
      ipSets.flatMap((set) =>
        'known' in set ? [{ name: set.config.name, addresses: set.known.addresses }] : [],
      ),
    );
  }

  /** Our entries, network ACL by network ACL, by rule number. */
  get ours(): readonly DenyRule[] {
    return this.rules.filter(({ ours }) => ours);
  }

  /** What denies the block, or a part of it. */
  denialOf(cidr: Cidr): Denial {
    const rules = this.rules
      .filter((rule) => cidrsOverlap(parseCidr(rule.cidr), cidr))
      .sort((a, b) => Number(b.ours) - Number(a.ours) || a.ruleNumber - b.ruleNumber);
    const open = this.networkAclIds.filter((id) => {
      const ours = rules.filter((rule) => rule.ours && rule.networkAclId === id);
      return !CidrSet.parse(ours.map((rule) => rule.cidr)).covers(cidr);
    });
    const ipSets = this.sets.filter(({ addresses }) => addresses.some((held) => cidrsOverlap(held, cidr)));
    return { rules, ipSets: ipSets.map(({ name }) => name), openNetworkAcls: open };
  }

  /** Why a ban in force is not denied by every network ACL, or undefined where nothing is missing. */
  missing(ban: Ban): MissingReason | undefined {
    const overflow = this.report.overflow.find(
      ({ cidr, source }) => cidr === ban.cidr && source === ban.source,
    );
    if (overflow !== undefined) return overflow.reason;
    if (this.denialOf(parseCidr(ban.cidr)).openNetworkAcls.length === 0) return undefined;
    if (this.report.mode === 'observe') return 'observe';
    return this.report.paused === undefined ? 'pending' : 'paused';
  }
}

/** Why a ban is not in a network ACL: no slot, allowlisted, held by the breaker, may not, or not yet. */
export type MissingReason = 'capacity' | 'allowlist' | 'breaker' | 'observe' | 'paused' | 'pending';

function denyRules(acl: NetworkAclObservation): DenyRule[] {
  if (!('known' in acl)) return [];
  const { observed, owned } = acl.known;
  const ruleNumbers = parseRuleNumbers(acl.config.ruleNumbers);
  const ours = new Set(classify({ observed, owned, ruleNumbers }).ours.map(({ ruleNumber }) => ruleNumber));
  return observed
    .filter(({ action, ruleNumber }) => action === 'deny' && ruleNumber <= LAST_RULE_NUMBER)
    .map(({ ruleNumber, cidr }) => ({
      networkAclId: acl.config.id,
      ruleNumber,
      cidr: formatCidr(cidr),
      ours: ours.has(ruleNumber),
    }));
}
