import { type Cidr, CidrSet } from '../address';
import type { Ban } from '../blacklist/ban';
import type {
  BanLedger,
  EnforcementLedger,
  FeedLedger,
  LegitimacyLedger,
  OperatorLedger,
} from '../blacklist/ledger';
import type { LegitimateSource } from '../filter-set';
import { type BanTarget, banTargets } from './ban-target';
import { applyBreaker } from './breaker';
import type { Deployment } from './deployment';
import { feedBlocks } from './feed-blocks';
import { legitimateBesides } from './legitimate';

/** What the ledger and the deployment say now: all that plans are made of. */
export interface Facts {
  /** What to enforce. */
  readonly targets: readonly BanTarget[];
  /** Bans in force that the breaker keeps from being enforced (invariant I10). */
  readonly held: readonly Ban[];
  readonly tripped: boolean;
  /** Never denied (invariant I1). */
  readonly allowlist: CidrSet;
  /** Known by what they did, and not banned themselves: no entry wider than an address may cover them. */
  readonly legitimate: readonly LegitimateSource[];
  /** What feeds ask for, in order of precedence: only where our own evidence leaves room. */
  readonly feeds: readonly Cidr[];
}

/** What facts are read from. */
export interface FactSources {
  readonly ledger: Pick<BanLedger, 'bansInForce'> &
    Pick<EnforcementLedger, 'allowedCidrs'> &
    Pick<LegitimacyLedger, 'legitimateSources'> &
    Pick<OperatorLedger, 'holds'> &
    Pick<FeedLedger, 'feedsInForce'>;
  readonly deployment: Deployment;
  /** Epoch milliseconds. */
  readonly clock: () => number;
}

/**
 * Reads what should be so.
 * @param standing what is denied already, for the breaker
 * @throws whatever the ledger throws: without all of it nothing may be decided (invariant I6)
 */
export async function readFacts(sources: FactSources, standing: CidrSet): Promise<Facts> {
  const now = Math.floor(sources.clock() / 1000);
  const bans = await sources.ledger.bansInForce(now);
  const allowlist = await effectiveAllowlist(sources);
  const known = await sources.ledger.legitimateSources(now);
  const holds = await sources.ledger.holds();
  const feeds = await sources.ledger.feedsInForce(now);
  const { maxNewPerHour } = sources.deployment.ban;
  const { enforced, held, tripped } = applyBreaker({ bans, now, maxNewPerHour, standing });
  return {
    targets: banTargets(enforced, now, allowlist),
    held,
    tripped,
    allowlist,
    legitimate: legitimateBesides(enforced, known),
    feeds: feedBlocks(feeds, {
      allowlist,
      held: holds.filter(({ until }) => now < until).map(({ cidr }) => cidr),
      legitimate: known,
    }),
  };
}

/** Facts that are read again when they have grown too old. */
export class FactsReader {
  #latest: { readonly facts: Facts; readonly readAtMs: number } | undefined;

  /** @param standing what is denied already, for the breaker */
  constructor(
    private readonly sources: FactSources,
    private readonly standing: CidrSet,
  ) {}

  /**
   * @param maxAgeMs 0 to read them now
   * @throws whatever the ledger throws
   */
  async facts(maxAgeMs: number): Promise<Facts> {
    const readAtMs = this.sources.clock();
    const latest = this.#latest;
    if (latest !== undefined && readAtMs - latest.readAtMs < maxAgeMs) return latest.facts;
    const facts = await readFacts(this.sources, this.standing);
    this.#latest = { facts, readAtMs };
    return facts;
  }
}

/** Configuration ∪ own CIDRs ∪ proxy and media ranges ∪ the ledger's allow items. */
export async function effectiveAllowlist({
  ledger,
  deployment,
}: {
  readonly ledger: Pick<EnforcementLedger, 'allowedCidrs'>;
  readonly deployment: Deployment;
}): Promise<CidrSet> {
  const { allowlist, ownCidrs, proxyRanges, mediaRanges = [] } = deployment;
  const allowed = await ledger.allowedCidrs();
  return CidrSet.parse([...allowlist, ...ownCidrs, ...proxyRanges, ...mediaRanges, ...allowed]);
}
