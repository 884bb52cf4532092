import { parseCidr } from '../address';
import type { Ban } from '../blacklist/ban';
import type { EnforcementRunNote, FeedSnapshot, Hold, Ledger } from '../blacklist/ledger';
import { decayWeight } from '../detection/weight';
import type { EnforcementOptions, ReconcileReport } from '../enforcement';
import {
  type Denial,
  type DenyRule,
  EnforcementView,
  type MissingReason,
} from '../enforcement/enforcement-view';

/** A ban in force, and what denies it. */
export interface ShownBan {
  readonly ban: Ban;
  /** Decayed packets as of now. */
  readonly weight: number;
  readonly denial: Denial;
  /** Why it is not in every network ACL. */
  readonly missing?: MissingReason;
}

/** What the widget shows. Times are epoch seconds. */
export interface WidgetFacts {
  readonly environment: string;
  readonly now: number;
  /** Operators' first, then the heaviest. */
  readonly bans: readonly ShownBan[];
  /** Our entries in the network ACLs. */
  readonly rules: readonly DenyRule[];
  /** What a run of the enforcer would find and do now. */
  readonly report: ReconcileReport;
  /** Whether several network ACLs are kept equal. */
  readonly networkAcls: number;
  readonly lastRun?: EnforcementRunNote;
  readonly judgedThrough?: number;
  readonly feeds: readonly Pick<FeedSnapshot, 'name' | 'from' | 'cidrs' | 'expiresAt'>[];
  readonly holds: readonly Hold[];
}

/** What is read: the ledger, and what the enforcer would look at. */
export type WidgetSources = Omit<EnforcementOptions, 'dryRun' | 'ledger'> & { readonly ledger: Ledger };

/**
 * Reads everything that is shown, and writes nothing.
 * @throws what the ledger throws; network ACLs and IP sets that cannot be read are in the report's errors
 */
export async function readWidgetFacts(sources: WidgetSources): Promise<WidgetFacts> {
  const { ledger, deployment, clock } = sources;
  const now = Math.floor(clock() / 1000);
  const [view, bans, lastRun, judgedThrough, feeds, holds] = await Promise.all([
    EnforcementView.read(sources),
    ledger.bansInForce(now),
    ledger.lastRun(),
    ledger.judgedThrough(),
    ledger.feedsInForce(now),
    ledger.holds(),
  ]);
  return {
    environment: deployment.environment,
    now,
    bans: bans.map((ban) => shownBan(ban, view, now)).sort(byImportance),
    rules: view.ours,
    report: view.report,
    networkAcls: deployment.networkAcls.length,
    ...(lastRun && { lastRun }),
    ...(judgedThrough !== undefined && { judgedThrough }),
    feeds,
    holds: holds.filter(({ until }) => until > now),
  };
}

function shownBan(ban: Ban, view: EnforcementView, now: number): ShownBan {
  const missing = view.missing(ban);
  return {
    ban,
    weight: decayWeight(ban.weight, ban.weightAt, now),
    denial: view.denialOf(parseCidr(ban.cidr)),
    ...(missing && { missing }),
  };
}

function byImportance(a: ShownBan, b: ShownBan): number {
  const byHand = ({ ban }: ShownBan): number => (ban.origin === 'operator' ? 0 : 1);
  return byHand(a) - byHand(b) || b.weight - a.weight || (a.ban.key < b.ban.key ? -1 : 1);
}
