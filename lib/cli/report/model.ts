import { cidrsOverlap, parseCidr } from '../../../lambda/address';
import { type Ban, isInForce } from '../../../lambda/blacklist/ban';
import { decayWeight } from '../../../lambda/detection/weight';
import type { ReplayResult, ReplaySlot } from '../replay/replay';
import type { ReportInput } from './input';

/** One source that was banned at least once. */
export interface BannedSource {
  readonly key: string;
  readonly source: string;
  /** In order of time, never empty. */
  readonly bans: readonly Ban[];
  readonly first: Ban;
  readonly latest: Ban;
  /** Whether the latest ban is in force at the end of the log. */
  readonly inForce: boolean;
  /** Probe packets as of the end of the log, decayed. */
  readonly weight: number;
  /** Rule number that denies it at the end of the log, undefined where none does. */
  readonly ruleNumber?: number;
  /** From the first packet to the first ban, or from the first evidence where packets are not known; seconds. */
  readonly toBan: number;
}

/** Everything the sections share, worked out once. */
export interface ReportModel {
  readonly input: ReportInput;
  /** Epoch seconds; both 0 for an empty log. */
  readonly from: number;
  readonly to: number;
  /** How the time is called as of which everything is told: the log's end, or now. */
  readonly end: 'at the end of the log' | 'now';
  /** Heaviest first. */
  readonly banned: readonly BannedSource[];
  /** Bans whose CIDR touches an address that must never be denied: always empty, unless something is very wrong. */
  readonly onAllowlist: readonly Ban[];
}

/** Works out what the sections show. Pure. */
export function reportModel(input: ReportInput): ReportModel {
  const { result, setup } = input;
  const lastBan = Math.max(0, ...result.bans.slice(-1).map(({ bannedAt }) => bannedAt));
  const to = Math.max(result.span?.to ?? 0, lastBan);
  return {
    input,
    end: input.environment === undefined ? 'at the end of the log' : 'now',
    from: result.span?.from ?? result.bans[0]?.bannedAt ?? 0,
    to,
    banned: bannedSources(input, to),
    onAllowlist: result.bans.filter(({ cidr }) => setup.judge.allowlist.overlaps(parseCidr(cidr))),
  };
}

function bannedSources(input: ReportInput, now: number): BannedSource[] {
  const byKey = new Map<string, [Ban, ...Ban[]]>();
  for (const ban of input.result.bans) {
    const known = byKey.get(ban.key);
    if (known === undefined) byKey.set(ban.key, [ban]);
    else known.push(ban);
  }
  const standing = weightsAtEnd(input.result, [...byKey.values()].map(latestOf), now);
  return [...byKey]
    .map(([key, bans]) => ({ ...bannedSource(key, bans, input, now), ...standing.get(key) }))
    .sort((a, b) => b.weight - a.weight || (a.key < b.key ? -1 : 1));
}

function bannedSource(
  key: string,
  bans: readonly [Ban, ...Ban[]],
  input: ReportInput,
  now: number,
): BannedSource {
  const latest = latestOf(bans);
  return {
    key,
    source: latest.source,
    bans,
    first: bans[0],
    latest,
    inForce: isInForce(latest, now),
    weight: decayWeight(latest.weight, latest.weightAt, now),
    toBan: secondsToBan(bans[0], input),
  };
}

function latestOf(bans: readonly [Ban, ...Ban[]]): Ban {
  return bans.at(-1) ?? bans[0];
}

function secondsToBan(ban: Ban, { activity }: ReportInput): number {
  const firstPacket = activity?.get(ban.key)?.find(({ packets }) => packets > 0)?.window;
  const since = firstPacket ?? Math.min(ban.bannedAt, ...ban.evidence.map(({ at }) => at));
  return Math.max(0, ban.bannedAt - since);
}

interface Standing {
  readonly weight: number;
  readonly ruleNumber?: number;
}

/**
 * What the ledger knew at the end: packets that came in while a ban stood are in the weights of slots and overflow, but
 * not in the ban as it was decided. A slot's weight is shared out among its sources as they stood when banned.
 */
function weightsAtEnd(result: ReplayResult, latest: readonly Ban[], now: number): Map<string, Standing> {
  const standing = new Map<string, Standing>();
  const inForce = latest
    .filter((ban) => isInForce(ban, now))
    .map((ban) => ({
      key: ban.key,
      cidr: parseCidr(ban.cidr),
      weight: decayWeight(ban.weight, ban.weightAt, now),
    }));
  const overflow = new Map(
    result.overflow.map(({ cidr, weight }) => [`${cidr.first}/${cidr.prefixLength}`, weight]),
  );
  for (const { key, cidr } of inForce) {
    const weight = overflow.get(`${cidr.first}/${cidr.prefixLength}`);
    if (weight !== undefined) standing.set(key, { weight });
  }
  for (const slot of result.slots) {
    const members = inForce.filter(({ cidr }) => cidrsOverlap(slot.cidr, cidr));
    shareOut(slot, members, standing);
  }
  return standing;
}

function shareOut(
  { weight: total, ruleNumber }: ReplaySlot,
  members: readonly { readonly key: string; readonly weight: number }[],
  standing: Map<string, Standing>,
): void {
  const sum = members.reduce((all, { weight }) => all + weight, 0);
  for (const { key, weight } of members) {
    standing.set(key, { weight: sum > 0 ? (weight * total) / sum : total / members.length, ruleNumber });
  }
}

/** Banned sources that a slot denies at the end of the log, by rule number. */
export function sourcesBySlot({ banned }: ReportModel): Map<number, BannedSource[]> {
  const slots = new Map<number, BannedSource[]>();
  for (const source of banned) {
    if (source.ruleNumber === undefined) continue;
    slots.set(source.ruleNumber, [...(slots.get(source.ruleNumber) ?? []), source]);
  }
  return slots;
}
