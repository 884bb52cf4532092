import { CidrSet, cidrsOverlap, parseCidr } from '../../lambda/address';
import { isInForce } from '../../lambda/blacklist/ban';
import { QUOTA } from './laboratory';
import { type Site, coverage } from './site';

/** Whether it is an IPv6 block. */
const isIpv6 = (cidr: string): boolean => cidr.includes(':');

/**
 * Looks at the walls after each call that was carried out, and says which invariant does not hold. It knows what the
 * laboratory did, nothing of plans.
 */
export class Watch {
  readonly violations: string[] = [];
  #foreign: string;
  #denies: ReadonlyMap<number, string>;
  #kept: string[];
  #watching = true;
  /** The processes that made changes, each time another one did. */
  #writers: number[] = [];

  /** Begins with what is there now; what is denied now and banned for the next hour must stay denied (I5). */
  constructor(private readonly site: Site) {
    this.#foreign = site.foreign();
    this.#denies = site.denies();
    const lasting = site.inForce().filter(({ expiresAt }) => expiresAt > site.now + 3600);
    const allowlist = site.allowlist();
    const denied = coverage(this.#denies.values());
    this.#kept = lasting
      .map(({ cidr }) => cidr)
      .filter((cidr) => denied.covers(parseCidr(cidr)) && !allowlist.overlaps(parseCidr(cidr)));
  }

  /** Somebody else changed something: that is how things are now, and what they unblocked is not our doing. */
  edited(...unblocked: readonly string[]): void {
    this.#foreign = this.site.foreign();
    this.#denies = this.site.denies();
    const gone = unblocked.map((cidr) => parseCidr(cidr));
    this.#kept = this.#kept.filter((cidr) => !gone.some((each) => cidrsOverlap(each, parseCidr(cidr))));
  }

  /** Bans that ended are not kept any more. */
  ended(): void {
    const { site } = this;
    const inForce = new Set(site.inForce(site.now + 3600).map(({ cidr }) => cidr));
    const allowlist = site.allowlist();
    this.#kept = this.#kept.filter((cidr) => inForce.has(cidr) && !allowlist.overlaps(parseCidr(cidr)));
  }

  /** While a call that nobody waits for any more arrives late, nothing can be asked of anybody: the next tick heals it. */
  async notWatching(action: () => Promise<unknown>): Promise<void> {
    this.#watching = false;
    await action();
    this.#watching = true;
    this.#denies = this.site.denies();
    this.#kept = this.#kept.filter((cidr) => coverage(this.#denies.values()).covers(parseCidr(cidr)));
  }

  /**
   * After each call.
   * @param writer which process made it, where it was a change
   */
  look(writer?: number): void {
    if (!this.#watching) return;
    if (writer !== undefined) this.#checkWriter(writer);
    const denies = this.site.denies();
    this.#check('I2', this.site.foreign() === this.#foreign, 'a rule that is not ours was changed');
    this.#checkNew(denies);
    for (const six of [false, true]) this.#checkQuota(six);
    const denied = coverage(denies.values());
    const open = this.#kept.filter((cidr) => !denied.covers(parseCidr(cidr)));
    this.#check('I5', open.length === 0, `unblocked although still banned: ${open.join(', ')}`);
    this.#denies = denies;
  }

  /** When all is over and a run had nothing to do: the walls are what the ledger says, no more and no less. */
  lookAtTheEnd(): void {
    const { site } = this;
    const allowlist = site.allowlist();
    const bans = site.inForce().map(({ cidr }) => parseCidr(cidr));
    const denies = [...site.denies().values()].map((text) => parseCidr(text));
    const idle = denies.filter((deny) => !bans.some((cidr) => cidrsOverlap(cidr, deny)));
    this.#check('I8', idle.length === 0, `${idle.length} denies without a ban in force`);
    this.#check('I1', !denies.some((deny) => allowlist.overlaps(deny)), 'a deny over the allowlist');
    const open = bans.filter((cidr) => !allowlist.overlaps(cidr) && !CidrSet.of(denies).covers(cidr));
    this.#check('I5', open.length === 0, `${open.length} bans that fit are not denied`);
    const wanted = CidrSet.of(bans.filter((cidr) => !allowlist.overlaps(cidr))).toStrings();
    const listed = coverage(site.listed()).toStrings();
    this.#check(
      'IP sets',
      listed.join() === wanted.join(),
      `hold ${listed.length}, not ${wanted.length} blocks`,
    );
    this.#check('I2', site.foreign() === this.#foreign, 'a rule that is not ours was changed');
  }

  /** @param numbers of entries that the ledger says we made */
  lookAtRecords(numbers: readonly number[]): void {
    const ours = [...this.site.denies().keys()].sort((a, b) => a - b);
    this.#check('I2', numbers.join() === ours.join(), `records ${numbers.join()} for entries ${ours.join()}`);
  }

  /** Runs that begin from here on may be by either process. */
  anotherRun(): void {
    this.#writers = [];
  }

  /** Something that must hold. */
  expect(what: string, holds: boolean, otherwise: string): void {
    this.#check(what, holds, otherwise);
  }

  /** Once another one has begun, a writer may make the call it was about to make, and no more (I9). */
  #checkWriter(writer: number): void {
    if (this.#writers.at(-1) !== writer) this.#writers.push(writer);
    const slipped = this.#writers.length - new Set(this.#writers).size;
    this.#check('I9', slipped < 2, `two writers took turns: ${this.#writers.join(', ')}`);
  }

  #checkNew(denies: ReadonlyMap<number, string>): void {
    const made = [...denies].filter(([number, cidr]) => this.#denies.get(number) !== cidr);
    const allowlist = this.site.allowlist();
    const wrong = made.filter(([, cidr]) => allowlist.overlaps(parseCidr(cidr)));
    this.#check('I1', wrong.length === 0, `a deny was made over the allowlist: ${String(wrong[0]?.[1])}`);
    const asked = [...this.site.bans.values()].filter((each) => isInForce(each, this.site.now));
    const idle = made.filter(
      ([, cidr]) => !asked.some((each) => cidrsOverlap(parseCidr(each.cidr), parseCidr(cidr))),
    );
    // A ban may end between the last look and the call.
    this.#check(
      'I8',
      idle.length === 0 || asked.length < this.site.bans.size,
      'a deny was made that no ban asks for',
    );
  }

  #checkQuota(six: boolean): void {
    const rules = this.site
      .ingress()
      .filter(({ cidrBlock, ipv6CidrBlock }) => isIpv6(cidrBlock ?? ipv6CidrBlock ?? '') === six);
    this.#check('I3', rules.length <= QUOTA, `${rules.length} rules of one family`);
  }

  #check(what: string, holds: boolean, otherwise: string): void {
    if (!holds) this.violations.push(`${what}: ${otherwise}`);
  }
}
