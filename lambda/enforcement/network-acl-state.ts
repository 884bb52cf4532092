import { type Cidr, type IpFamily, formatCidr } from '../address';
import type { OwnedEntry } from '../blacklist/ledger';
import {
  LAST_RULE_NUMBER,
  type NetworkAclDeployment,
  type RuleNumberRange,
  parseRuleNumbers,
} from './deployment';
import type { ObservedEntry } from './network-acl-gateway';

/** A value of each family. */
export type ByFamily<T> = Readonly<Record<IpFamily, T>>;

/** What is known of one network ACL: observed in EC2, recorded in the ledger, configured. */
export interface NetworkAclKnowledge {
  readonly observed: readonly ObservedEntry[];
  /** What the ledger says we made. */
  readonly owned: readonly OwnedEntry[];
  /** The numbers that are ours to use. */
  readonly ruleNumbers: RuleNumberRange;
}

/** An entry that is ours to change. */
export interface OurEntry {
  readonly ruleNumber: number;
  readonly cidr: Cidr;
}

/** An entry where only ours should be, or one of ours where we may not go. It keeps its place (invariant I2). */
export interface Stranger {
  readonly ruleNumber: number;
  readonly action: 'allow' | 'deny';
  readonly protocol: string;
  readonly cidr: string;
  readonly reason: 'not recorded as ours' | 'not a plain deny' | 'recorded as ours outside the owned numbers';
}

/** The entries of a network ACL sorted by whose they are. */
export interface NetworkAclState {
  /** Ordered by rule number. */
  readonly ours: readonly OurEntry[];
  readonly strangers: readonly Stranger[];
  /** Ingress rules of each family that are not ours, strangers included, the final deny not. */
  readonly foreign: ByFamily<number>;
  /** Owned numbers that no stranger holds. */
  readonly usableNumbers: number;
  /** Owned numbers that hold an entry, ours or not. */
  readonly taken: ReadonlySet<number>;
  /** Records in the ledger without an entry of ours: to be forgotten, unless the number is used again. */
  readonly stale: readonly OwnedEntry[];
}

/**
 * Sorts the entries by whose they are (invariant I2). Ours is a plain deny (ingress, protocol −1) on a number that
 * we own and that the ledger says we used. Its CIDR may differ from the recorded one: the record is written before
 * the call, so a crash in between leaves exactly that; and when somebody edited the CIDR by hand the entry is still
 * in a place we made and recorded, so replacing it restores what the ledger wants. Any other edit (an allow, one
 * protocol) makes it a stranger, and its record stale.
 */
export function classify(known: NetworkAclKnowledge): NetworkAclState {
  const recorded = new Set(known.owned.map(({ ruleNumber }) => ruleNumber));
  const byNumber = [...known.observed].sort((a, b) => a.ruleNumber - b.ruleNumber);
  const inside = byNumber.filter(({ ruleNumber }) => isOwnedNumber(known.ruleNumbers, ruleNumber));
  const ours = inside.filter((entry) => recorded.has(entry.ruleNumber) && isPlainDeny(entry));
  const oursByNumber = new Set(ours.map(({ ruleNumber }) => ruleNumber));
  const strangers = byNumber.flatMap((entry) => strangerOf(entry, known, recorded));
  const { first, last } = known.ruleNumbers;
  return {
    ours: ours.map(({ ruleNumber, cidr }) => ({ ruleNumber, cidr })),
    strangers,
    foreign: countForeign(byNumber, oursByNumber),
    usableNumbers: last - first + 1 - (inside.length - ours.length),
    taken: new Set(inside.map(({ ruleNumber }) => ruleNumber)),
    stale: known.owned.filter(
      ({ ruleNumber }) => isOwnedNumber(known.ruleNumbers, ruleNumber) && !oursByNumber.has(ruleNumber),
    ),
  };
}

/** Bounds on the entries of one network ACL. */
export interface SlotBounds {
  /** Most slots of each family that the configuration grants. */
  readonly slots: ByFamily<number>;
  /** Rules a direction and family, the final deny included (VPC user guide, *Amazon VPC quotas*). */
  readonly quota: number;
}

/**
 * How many entries each family may have now: min(slots, quota − 1 − foreign rules of the family), and both together
 * no more than the owned numbers that are free of strangers, because families share the rule numbers (I3). Where
 * numbers are short IPv6 gets what it asks for up to half, or what IPv4 leaves; IPv4 gets the rest.
 * @param demand how many entries each family would use at most
 */
export function effectiveSlots(
  state: NetworkAclState,
  bounds: SlotBounds,
  demand: ByFamily<number>,
): ByFamily<number> {
  const bound = (family: IpFamily): number =>
    Math.max(0, Math.min(bounds.slots[family], bounds.quota - 1 - state.foreign[family]));
  const numbers = state.usableNumbers;
  const [four, six] = [bound(4), bound(6)];
  if (four + six <= numbers) return { 4: four, 6: six };
  const left = Math.max(numbers - Math.min(four, demand[4]), Math.floor(numbers / 2));
  const shareOfSix = Math.min(six, demand[6], left);
  return { 4: Math.min(four, numbers - shareOfSix), 6: shareOfSix };
}

/** A network ACL of the deployment: whose its entries are, and how many ours may be. */
export interface BoundedNetworkAcl extends NetworkAclKnowledge, SlotBounds {
  readonly id: string;
  readonly state: NetworkAclState;
}

/** Joins what is configured and what is known of a network ACL. */
export function boundNetworkAcl(
  { id, ruleNumbers, slots, quota }: NetworkAclDeployment,
  { observed, owned }: Pick<NetworkAclKnowledge, 'observed' | 'owned'>,
): BoundedNetworkAcl {
  const knowledge = { observed, owned, ruleNumbers: parseRuleNumbers(ruleNumbers) };
  const bounds = { quota, slots: { 4: slots.ipv4, 6: slots.ipv6 } };
  return { id, ...knowledge, ...bounds, state: classify(knowledge) };
}

function isOwnedNumber(range: RuleNumberRange, ruleNumber: number): boolean {
  return ruleNumber >= range.first && ruleNumber <= range.last;
}

function isPlainDeny(entry: ObservedEntry): boolean {
  return entry.action === 'deny' && entry.protocol === '-1';
}

function strangerOf(
  entry: ObservedEntry,
  { ruleNumbers }: NetworkAclKnowledge,
  recorded: ReadonlySet<number>,
): Stranger[] {
  const reason = isOwnedNumber(ruleNumbers, entry.ruleNumber)
    ? strangerInside(entry, recorded.has(entry.ruleNumber))
    : recorded.has(entry.ruleNumber) && ('recorded as ours outside the owned numbers' as const);
  if (reason === false) return [];
  const { ruleNumber, action, protocol, cidr } = entry;
  return [{ ruleNumber, action, protocol, cidr: formatCidr(cidr), reason }];
}

function strangerInside(entry: ObservedEntry, isRecorded: boolean): Stranger['reason'] | false {
  if (!isRecorded) return 'not recorded as ours';
  return !isPlainDeny(entry) && 'not a plain deny';
}

function countForeign(entries: readonly ObservedEntry[], ours: ReadonlySet<number>): ByFamily<number> {
  const foreign = { 4: 0, 6: 0 };
  for (const { ruleNumber, cidr } of entries) {
    if (ruleNumber <= LAST_RULE_NUMBER && !ours.has(ruleNumber)) foreign[cidr.family] += 1;
  }
  return foreign;
}

/** Splits CIDRs by family, keeping their order. */
export function byFamily(cidrs: readonly Cidr[]): ByFamily<Cidr[]> {
  const of = (family: IpFamily): Cidr[] => cidrs.filter((cidr) => cidr.family === family);
  return { 4: of(4), 6: of(6) };
}

/** The families, in the order in which they are dealt with everywhere. */
export const FAMILIES: readonly IpFamily[] = [4, 6];
