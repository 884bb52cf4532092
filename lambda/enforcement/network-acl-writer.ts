import { parseCidr } from '../address';
import type { OwnedEntry } from '../blacklist/ledger';
import type { ChangeGuard } from './change-guard';
import { AllowlistError, CapacityError, ConflictError } from './enforcement-error';
import type { EnforcementRun } from './enforcement-run';
import type { NetworkAclChange } from './network-acl-plan';

type Create = Extract<NetworkAclChange, { op: 'create' }>;

/**
 * Makes changes to one network ACL, each with its record in the ledger: written before an entry is made and removed
 * after it is gone, so that after a crash anywhere every entry of ours is known as ours (invariants I2, I5).
 */
export class NetworkAclWriter {
  constructor(
    private readonly run: EnforcementRun,
    private readonly guard: ChangeGuard,
    private readonly id: string,
  ) {}

  /** Forgets a record whose entry is gone. */
  async forget({ ruleNumber }: OwnedEntry): Promise<void> {
    await this.guard.check();
    await this.run.ledger.forgetOwnedEntry(this.id, ruleNumber);
  }

  /** @param owned what the ledger said we made when the plan was made */
  async make(change: NetworkAclChange, owned: readonly OwnedEntry[]): Promise<void> {
    await this.checkAllowlist(change);
    await this.guard.check();
    switch (change.op) {
      case 'create':
        await this.create(change, owned);
        break;
      case 'replace':
        await this.record(change.ruleNumber, change.to);
        await this.run.networkAcls.replaceDeny(this.id, change.ruleNumber, parseCidr(change.to));
        break;
      case 'delete':
        await this.run.networkAcls.deleteEntry(this.id, change.ruleNumber);
        await this.run.ledger.forgetOwnedEntry(this.id, change.ruleNumber);
    }
    this.run.log.info('network ACL changed', { networkAcl: this.id, ...change });
  }

  /** Just before the call, against what operators allow by now (invariant I1). */
  private async checkAllowlist(change: NetworkAclChange): Promise<void> {
    if (change.op === 'delete') return;
    const allowlist = await this.run.allowlist();
    if (!allowlist.overlaps(parseCidr(change.to))) return;
    throw new AllowlistError(this.id, `${change.to} overlaps the allowlist by now`);
  }

  private async record(ruleNumber: number, cidr: string): Promise<void> {
    await this.run.ledger.recordOwnedEntry({ networkAclId: this.id, ruleNumber, cidr });
  }

  private async create(change: Create, owned: readonly OwnedEntry[]): Promise<void> {
    await this.record(change.ruleNumber, change.to);
    try {
      await this.run.networkAcls.createDeny(this.id, change.ruleNumber, parseCidr(change.to));
    } catch (error) {
      const refused = error instanceof ConflictError || error instanceof CapacityError;
      if (refused && !(await this.isThere(change))) await this.unrecord(change.ruleNumber, owned);
      throw error;
    }
  }

  /** The number is taken: by our own try, when only the answer to it was lost? */
  private async isThere({ ruleNumber, to }: Create): Promise<boolean> {
    const { ingress } = await this.run.networkAcls.describe(this.id);
    const { first, prefixLength } = parseCidr(to);
    return ingress.some(
      (entry) =>
        entry.ruleNumber === ruleNumber &&
        entry.action === 'deny' &&
        entry.protocol === '-1' &&
        entry.cidr.first === first &&
        entry.cidr.prefixLength === prefixLength,
    );
  }

  /** The entry on this number is not the one we wanted to make, so it must not pass for ours (invariant I2). */
  private async unrecord(ruleNumber: number, owned: readonly OwnedEntry[]): Promise<void> {
    const before = owned.find((entry) => entry.ruleNumber === ruleNumber);
    if (before === undefined) await this.run.ledger.forgetOwnedEntry(this.id, ruleNumber);
    else await this.record(ruleNumber, before.cidr);
  }
}
