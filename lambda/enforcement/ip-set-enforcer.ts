import type { IpFamily } from '../address';
import type { IpSetDeployment } from './deployment';
import { AllowlistError, isStale } from './enforcement-error';
import { type EnforcementRun, MAX_ROUNDS } from './enforcement-run';
import type { Facts } from './facts';
import type { ObservedIpSet } from './ip-set-gateway';
import { type IpSetPlan, planIpSet } from './ip-set-plan';

/** What became of the plan for one IP set. */
export interface IpSetOutcome {
  /** The last plan made. */
  readonly plan: IpSetPlan;
  /** Whether reading again after the change says that something is still to be done. */
  readonly differs: boolean;
  /** Why the plan was not carried out. */
  readonly error?: unknown;
}

/** Makes one IP set equal to the ledger: observe, plan, apply, verify. At most one update a plan. */
export class IpSetEnforcer {
  private readonly family: IpFamily;

  constructor(
    private readonly run: EnforcementRun,
    private readonly set: IpSetDeployment,
  ) {
    this.family = set.family === 'IPV4' ? 4 : 6;
  }

  /** Makes the change, if the run may. What stops it is part of the outcome. */
  async enforce(observed: ObservedIpSet, facts: Facts, round = 1): Promise<IpSetOutcome> {
    const plan = this.plan(observed, facts);
    if (this.run.guard === undefined || isDone(plan)) return { plan, differs: false };
    try {
      await this.write(plan, observed);
      return { plan, differs: !isDone(this.plan(await this.read(), facts)) };
    } catch (error) {
      if (!isStale(error) || round === MAX_ROUNDS) return { plan, differs: false, error };
      this.run.log.info('planning again', { ipSet: this.set.name, because: String(error) });
    }
    return this.again(plan, round + 1);
  }

  /**
   * After somebody else's write: reads the ledger and the set, and decides again. The list that was refused is
   * never sent with a newer token, it may undo what happened since.
   */
  private async again(refused: IpSetPlan, round: number): Promise<IpSetOutcome> {
    try {
      await this.run.calls.settle(round - 1);
      const facts = await this.run.facts(0);
      return await this.enforce(await this.read(), facts, round);
    } catch (error) {
      return { plan: refused, differs: false, error };
    }
  }

  private plan({ addresses }: ObservedIpSet, { targets, feeds }: Facts): IpSetPlan {
    return planIpSet({ family: this.family, targets, feeds, observed: addresses });
  }

  private read(): Promise<ObservedIpSet> {
    return this.run.calls.make('GetIPSet', () => this.run.ipSets.read(this.set));
  }

  /** A try whose answer was lost makes the next one a conflict, because its lock token is used up: read again. */
  private async write(plan: IpSetPlan, observed: ObservedIpSet): Promise<void> {
    await this.run.calls.make('UpdateIPSet', async () => {
      const allowlist = await this.run.allowlist();
      const allowed = plan.addresses.find((cidr) => allowlist.overlaps(cidr));
      if (allowed !== undefined) throw new AllowlistError(this.set.name, 'the allowlist grew meanwhile');
      await this.run.guard?.check();
      await this.run.ipSets.replace(this.set, plan.addresses, observed);
    });
    const { add, remove } = plan;
    this.run.log.info('IP set changed', { ipSet: this.set.name, added: add.length, removed: remove.length });
  }
}

function isDone({ add, remove }: IpSetPlan): boolean {
  return add.length === 0 && remove.length === 0;
}
