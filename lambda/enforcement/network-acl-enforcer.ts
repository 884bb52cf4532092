import { parseCidr } from '../address';
import type { RecordedEntry } from '../blacklist/ledger';
import type { NetworkAclDeployment } from './deployment';
import { CapacityError, isStale } from './enforcement-error';
import { type EnforcementRun, FACTS_MAX_AGE_MS, MAX_ROUNDS } from './enforcement-run';
import type { Facts } from './facts';
import type { ObservedEntry } from './network-acl-gateway';
import { type NetworkAclChange, type NetworkAclPlan, planNetworkAcl } from './network-acl-plan';
import { boundNetworkAcl } from './network-acl-state';
import { NetworkAclWriter } from './network-acl-writer';
import { chooseWanted } from './wanted-entries';

/** A network ACL as observed and as recorded. */
export interface KnownNetworkAcl {
  readonly observed: readonly ObservedEntry[];
  readonly owned: readonly RecordedEntry[];
}

/** What became of the plan for one network ACL. */
export interface NetworkAclOutcome {
  /** The last plan made. */
  readonly plan: NetworkAclPlan;
  /** Changes made in earlier rounds, before a conflict made it necessary to plan again. */
  readonly before: readonly NetworkAclChange[];
  /** What observing again after the changes, and once more after a wait, says is still to be done. */
  readonly differs: readonly NetworkAclChange[];
  /** Entries of the plan that EC2 had no room for, canonical CIDR text. */
  readonly unplaced: readonly string[];
  /** Why not all changes of the last plan were made. */
  readonly error?: unknown;
}

/** Makes one network ACL equal to the ledger: observe, plan, apply, verify. */
export class NetworkAclEnforcer {
  private readonly done: NetworkAclChange[] = [];

  constructor(
    private readonly run: EnforcementRun,
    private readonly acl: NetworkAclDeployment,
  ) {}

  /** Makes the changes, if the run may. What stops it is part of the outcome. */
  async enforce(known: KnownNetworkAcl, facts: Facts): Promise<NetworkAclOutcome> {
    const plan = this.plan(known, facts);
    if (this.run.guard === undefined) return { plan, before: [], differs: [], unplaced: [] };
    return this.converge(new NetworkAclWriter(this.run, this.run.guard, this.acl), plan, known);
  }

  private async converge(
    writer: NetworkAclWriter,
    plan: NetworkAclPlan,
    { owned }: KnownNetworkAcl,
    round = 1,
  ): Promise<NetworkAclOutcome> {
    const outcome = { plan, before: [...this.done], differs: [], unplaced: [] };
    try {
      const room = await this.apply(writer, plan, owned);
      return { ...outcome, ...room, differs: await this.verify() };
    } catch (error) {
      if (!isStale(error) || round === MAX_ROUNDS) return { ...outcome, error };
      this.run.log.info('planning again', { networkAcl: this.acl.id, because: String(error) });
    }
    try {
      await this.run.calls.settle(round);
      const facts = await this.run.facts(0);
      const known = await this.observe();
      return await this.converge(writer, this.plan(known, facts), known, round + 1);
    } catch (error) {
      return { ...outcome, error };
    }
  }

  private plan(known: KnownNetworkAcl, facts: Facts): NetworkAclPlan {
    const acl = boundNetworkAcl(this.acl, known);
    const others = this.run.networkAclsAtStart.filter(({ id }) => id !== acl.id);
    return planNetworkAcl({
      ...acl,
      wanted: chooseWanted({ ...facts, acl, others }),
      allowlist: facts.allowlist,
    });
  }

  /**
   * Makes the changes in order. Where EC2 has no room for a new entry, the family's other new ones are left out and
   * the changes that need no room are made all the same: an entry that has to go must not stay for lack of room.
   */
  private async apply(
    writer: NetworkAclWriter,
    plan: NetworkAclPlan,
    owned: readonly RecordedEntry[],
  ): Promise<Pick<NetworkAclOutcome, 'unplaced' | 'error'>> {
    const stale = new Set(plan.stale.map(({ ruleNumber }) => ruleNumber));
    for (const entry of owned) if (stale.has(entry.ruleNumber)) await writer.forget(entry);
    const unplaced: string[] = [];
    let error: CapacityError | undefined;
    for (const change of plan.changes) {
      if (change.op === 'create' && unplaced.some((cidr) => isSameFamily(cidr, change.to))) {
        unplaced.push(change.to);
        continue;
      }
      const refusal = await this.makeIfRoom(writer, change, owned);
      if (refusal === undefined) continue;
      error = refusal;
      if (change.op === 'create') unplaced.push(change.to);
    }
    return { unplaced, error };
  }

  private async makeIfRoom(
    writer: NetworkAclWriter,
    change: NetworkAclChange,
    owned: readonly RecordedEntry[],
  ): Promise<CapacityError | undefined> {
    try {
      await writer.make(change, owned);
      this.done.push(change);
      return undefined;
    } catch (error) {
      if (error instanceof CapacityError) return error;
      throw error;
    }
  }

  private async observe(): Promise<KnownNetworkAcl> {
    const owned = await this.run.ledger.ownedEntries(this.acl.id);
    const { calls, networkAcls } = this.run;
    const { ingress } = await calls.make('DescribeNetworkAcls', () => networkAcls.describe(this.acl.id));
    return { observed: ingress, owned };
  }

  /** EC2 may answer with what was a moment ago, so a difference is looked at twice. */
  private async verify(): Promise<readonly NetworkAclChange[]> {
    if (this.done.length === 0) return [];
    const differs = await this.compare();
    if (differs.length === 0) return differs;
    await this.run.calls.settle(MAX_ROUNDS);
    return this.compare();
  }

  private async compare(): Promise<readonly NetworkAclChange[]> {
    return this.plan(await this.observe(), await this.run.facts(FACTS_MAX_AGE_MS)).changes;
  }
}

function isSameFamily(a: string, b: string): boolean {
  return parseCidr(a).family === parseCidr(b).family;
}
