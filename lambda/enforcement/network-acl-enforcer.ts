import { parseCidr } from '../address';
import type { OwnedEntry } from '../blacklist/ledger';
import type { NetworkAclDeployment } from './deployment';
import { AllowlistError, CapacityError, ConflictError } from './enforcement-error';
import { type EnforcementRun, MAX_ROUNDS } from './enforcement-run';
import type { Facts } from './facts';
import type { ObservedEntry } from './network-acl-gateway';
import { type NetworkAclChange, type NetworkAclPlan, planNetworkAcl } from './network-acl-plan';
import { boundNetworkAcl } from './network-acl-state';
import { NetworkAclWriter } from './network-acl-writer';
import { chooseWanted } from './wanted-entries';

/** A network ACL as observed and as recorded. */
export interface KnownNetworkAcl {
  readonly observed: readonly ObservedEntry[];
  readonly owned: readonly OwnedEntry[];
}

/** What became of the plan for one network ACL. */
export interface NetworkAclOutcome {
  /** The last plan made. */
  readonly plan: NetworkAclPlan;
  /** Changes made in earlier rounds, before a conflict made it necessary to plan again. */
  readonly before: readonly NetworkAclChange[];
  /** What observing again after the changes says is still to be done (EC2 may answer with what was a moment ago). */
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
    return this.converge(new NetworkAclWriter(this.run, this.run.guard, this.acl.id), plan, known, facts);
  }

  private async converge(
    writer: NetworkAclWriter,
    plan: NetworkAclPlan,
    { owned }: KnownNetworkAcl,
    facts: Facts,
    round = 1,
  ): Promise<NetworkAclOutcome> {
    const outcome = { plan, before: [...this.done], differs: [], unplaced: [] };
    try {
      const room = await this.apply(writer, plan, owned);
      return { ...outcome, ...room, differs: await this.verify(facts) };
    } catch (error) {
      if (!isStale(error) || round === MAX_ROUNDS) return { ...outcome, error };
      this.run.log.info('planning again', { networkAcl: this.acl.id, because: String(error) });
    }
    try {
      const factsNow = await this.run.facts();
      const known = await this.observe();
      return await this.converge(writer, this.plan(known, factsNow), known, factsNow, round + 1);
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
    owned: readonly OwnedEntry[],
  ): Promise<Pick<NetworkAclOutcome, 'unplaced' | 'error'>> {
    for (const entry of plan.stale) await writer.forget(entry);
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
    owned: readonly OwnedEntry[],
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
    return { observed: (await this.run.networkAcls.describe(this.acl.id)).ingress, owned };
  }

  private async verify(facts: Facts): Promise<readonly NetworkAclChange[]> {
    if (this.done.length === 0) return [];
    return this.plan(await this.observe(), facts).changes;
  }
}

/** Observing and planning again is the answer to these. */
function isStale(error: unknown): boolean {
  return error instanceof ConflictError || error instanceof AllowlistError;
}

function isSameFamily(a: string, b: string): boolean {
  return parseCidr(a).family === parseCidr(b).family;
}
