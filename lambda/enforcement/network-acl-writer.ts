import { cidrsOverlap, parseCidr } from '../address';
import { LedgerConflictError, type OwnedEntry, type RecordedEntry } from '../blacklist/ledger';
import type { ChangeGuard } from './change-guard';
import { type NetworkAclDeployment, parseRuleNumbers } from './deployment';
import {
  AllowlistError,
  CapacityError,
  TransientError,
  UnjustifiedError,
  isStale,
} from './enforcement-error';
import { type EnforcementRun, FACTS_MAX_AGE_MS } from './enforcement-run';
import { isDeny, isStillToDo } from './entry-check';
import type { ObservedEntry } from './network-acl-gateway';
import type { NetworkAclChange } from './network-acl-plan';

type Placing = Exclude<NetworkAclChange, { op: 'delete' }>;

const ACTIONS = {
  create: 'CreateNetworkAclEntry',
  replace: 'ReplaceNetworkAclEntry',
  delete: 'DeleteNetworkAclEntry',
} as const;

/**
 * How long a call that was given up may still arrive at EC2, seconds: the longest life of a Lambda function. A record
 * whose entry is not there is kept that long after it was written, also when the entry was made by a second try and has
 * been removed since: an entry made that late is known as ours, and goes.
 */
export const LATE_CALL_SECONDS = 900;

/**
 * Makes changes to one network ACL, each with its record in the ledger: written before an entry is made and removed
 * after it is gone, so that after a crash anywhere every entry of ours is known as ours (invariants I2, I5).
 */
export class NetworkAclWriter {
  /** Whether a try of the change in hand went out and its outcome is not known. */
  private uncertain = false;

  constructor(
    private readonly run: EnforcementRun,
    private readonly guard: ChangeGuard,
    private readonly acl: NetworkAclDeployment,
  ) {}

  /** Forgets a record whose entry is gone, unless the call that was to make it may still be on its way. */
  async forget(record: RecordedEntry): Promise<void> {
    if (!this.isSettled(record)) return;
    await this.guard.check();
    await this.unrecord(record.ruleNumber);
  }

  /** @param owned what the ledger said we made when the plan was made */
  async make(change: NetworkAclChange, owned: readonly RecordedEntry[]): Promise<void> {
    this.uncertain = false;
    if (change.op === 'delete') {
      await this.call(change, (id) => this.run.networkAcls.deleteEntry(id, change.ruleNumber));
      const record = owned.find(({ ruleNumber }) => ruleNumber === change.ruleNumber);
      if (record === undefined || this.isSettled(record)) await this.unrecord(change.ruleNumber);
    } else {
      await this.record(change.ruleNumber, change.to);
      await this.place(change, owned);
    }
    this.run.log.info('network ACL changed', { networkAcl: this.acl.id, ...change });
  }

  private async place(change: Placing, owned: readonly OwnedEntry[]): Promise<void> {
    const { networkAcls } = this.run;
    const { op, ruleNumber, to } = change;
    const cidr = parseCidr(to);
    try {
      await this.call(change, (id) =>
        op === 'create'
          ? networkAcls.createDeny(id, ruleNumber, cidr)
          : networkAcls.replaceDeny(id, ruleNumber, cidr),
      );
    } catch (error) {
      const refused = isStale(error) || error instanceof CapacityError;
      if (refused && !this.uncertain && !(await this.isThere(change))) await this.restore(change, owned);
      throw error;
    }
  }

  /** Each try asks again whatever could forbid it. */
  private async call(change: NetworkAclChange, make: (id: string) => Promise<void>): Promise<void> {
    await this.run.calls.make(ACTIONS[change.op], async () => {
      if (!(await this.mayBeMade(change))) return;
      try {
        await make(this.acl.id);
      } catch (error) {
        this.uncertain ||= error instanceof TransientError;
        throw error;
      }
    });
  }

  /**
   * The last look before the call: the entry and the quota (I2, I3), the allowlist as operators left it (I1), whether a
   * ban still asks for it (I8, I10), and last whether this run may still change anything (I9, I11).
   * @returns false when it is done already
   */
  private async mayBeMade(change: NetworkAclChange): Promise<boolean> {
    const { id, quota, ruleNumbers } = this.acl;
    const bounds = { id, quota, ruleNumbers: parseRuleNumbers(ruleNumbers) };
    if (!isStillToDo(change, await this.ingress(), bounds)) return false;
    if (change.op !== 'delete') {
      await this.checkJustified(change);
      await this.checkAllowlist(change);
    }
    await this.guard.check();
    return true;
  }

  private async checkAllowlist({ to }: Placing): Promise<void> {
    const allowlist = await this.run.allowlist();
    if (!allowlist.overlaps(parseCidr(to))) return;
    throw new AllowlistError(this.acl.id, `${to} overlaps the allowlist by now`);
  }

  private async checkJustified({ to }: Placing): Promise<void> {
    const cidr = parseCidr(to);
    const { targets, feeds } = await this.run.facts(FACTS_MAX_AGE_MS);
    const asks =
      targets.some(({ candidates }) => candidates.some((each) => cidrsOverlap(each.cidr, cidr))) ||
      feeds.some((block) => cidrsOverlap(block, cidr));
    if (!asks) throw new UnjustifiedError(this.acl.id, `no ban asks for ${to} any more`);
  }

  private async ingress(): Promise<readonly ObservedEntry[]> {
    const { calls, networkAcls } = this.run;
    return (await calls.make('DescribeNetworkAcls', () => networkAcls.describe(this.acl.id))).ingress;
  }

  /** The number is taken: by our own try, when only the answer to it was lost? */
  private async isThere({ ruleNumber, to }: Placing): Promise<boolean> {
    const ingress = await this.ingress();
    return ingress.some((entry) => entry.ruleNumber === ruleNumber && isDeny(entry, to));
  }

  /** The entry on this number is not the one we wanted to make, so it must not pass for ours (invariant I2). */
  private async restore({ ruleNumber }: Placing, owned: readonly OwnedEntry[]): Promise<void> {
    const before = owned.find((entry) => entry.ruleNumber === ruleNumber);
    if (before === undefined) await this.unrecord(ruleNumber);
    else await this.record(ruleNumber, before.cidr);
  }

  private async record(ruleNumber: number, cidr: string): Promise<void> {
    const { fence } = this.guard;
    const entry = { networkAclId: this.acl.id, ruleNumber, cidr, fence, recordedAt: this.now() };
    await this.fenced(() => this.run.ledger.recordOwnedEntry(entry));
  }

  private async unrecord(ruleNumber: number): Promise<void> {
    await this.fenced(() => this.run.ledger.forgetOwnedEntry(this.acl.id, ruleNumber, this.guard.fence));
  }

  /** The ledger has a record under a newer lease: somebody took over, and this run ends. */
  private async fenced(write: () => Promise<void>): Promise<void> {
    try {
      await write();
    } catch (error) {
      throw error instanceof LedgerConflictError ? this.guard.stop('lease-lost') : error;
    }
  }

  /** Whether no call that was made under this record can still be on its way. */
  private isSettled({ recordedAt }: RecordedEntry): boolean {
    return recordedAt + LATE_CALL_SECONDS <= this.now();
  }

  private now(): number {
    return Math.floor(this.run.clock() / 1000);
  }
}
