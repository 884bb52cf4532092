import { type Cidr, type IpFamily, formatCidr } from '../address';
import type { IpSetDeployment, NetworkAclDeployment } from './deployment';
import { StoppedError } from './enforcement-error';
import type { EnforcementOptions } from './enforcement-run';
import type { Facts } from './facts';
import type { IpSetOutcome } from './ip-set-enforcer';
import type { NetworkAclOutcome } from './network-acl-enforcer';
import { findOverflow } from './overflow';
import type { IpSetReport, NetworkAclReport, ReconcileReport, ReportedError } from './reconcile-report';

/** What became of one network ACL or IP set: no outcome if it could not be read, an error if not all was done. */
interface Enforced<Config, Outcome> {
  readonly config: Config;
  readonly outcome?: Outcome;
  readonly error?: unknown;
}
/** What became of a network ACL. */
export type EnforcedNetworkAcl = Enforced<NetworkAclDeployment, NetworkAclOutcome>;
/** What became of an IP set. */
export type EnforcedIpSet = Enforced<IpSetDeployment, IpSetOutcome>;

/** All that a run did. */
export interface RunResult {
  readonly acls: readonly EnforcedNetworkAcl[];
  readonly sets: readonly EnforcedIpSet[];
  readonly facts: Facts;
  /** False for a dry run, `observe` and paused. */
  readonly mayChange: boolean;
}

/** The report of a run that has done nothing yet. */
export function emptyReport({ deployment, dryRun = false }: EnforcementOptions): ReconcileReport {
  return {
    environment: deployment.environment,
    mode: deployment.mode,
    dryRun,
    networkAcls: [],
    ipSets: [],
    applied: false,
    overflow: [],
    breaker: { tripped: false, held: 0 },
    errors: [],
  };
}

/** The empty report with what the run did. */
export function completeReport(empty: ReconcileReport, result: RunResult): ReconcileReport {
  const { acls, sets, facts, mayChange } = result;
  const failed = [
    ...acls.map(({ config, error }) => ({ target: config.id, error })),
    ...sets.map(({ config, error }) => ({ target: config.name, error })),
  ].filter(({ error }) => error !== undefined);
  const stopped = failed.map(({ error }) => error).find((error) => error instanceof StoppedError);
  return {
    ...empty,
    networkAcls: acls.flatMap(({ config, outcome }) => (outcome ? [reportNetworkAcl(config, outcome)] : [])),
    ipSets: sets.flatMap(({ config, outcome }) => (outcome ? [reportIpSet(config, outcome)] : [])),
    applied: mayChange && failed.length === 0 && !acls.some(isUnverified) && !sets.some(isUnverified),
    ...(stopped && { stopped: stopped.reason }),
    overflow: findOverflow(facts, acls.flatMap(deniedBy), sets.flatMap(listedIn)),
    breaker: { tripped: facts.tripped, held: facts.held.length },
    errors: failed.flatMap(({ target, error }) => reportError(target, error)),
  };
}

/** Whether AWS shows something else than what was made. */
function isUnverified({ outcome }: EnforcedNetworkAcl | EnforcedIpSet): boolean {
  const differs = outcome?.differs ?? false;
  return differs === true || (differs !== false && differs.length > 0);
}

function reportNetworkAcl({ id }: NetworkAclDeployment, outcome: NetworkAclOutcome): NetworkAclReport {
  const { changes, strangers, slots, entries, refused } = outcome.plan;
  const slotsOf = (family: IpFamily) => ({ effective: slots[family], used: entries[family].length });
  return {
    id,
    changes: [...outcome.before, ...changes],
    strangers,
    slots: { ipv4: slotsOf(4), ipv6: slotsOf(6) },
    refused: refused.map(formatCidr),
    differs: outcome.differs,
  };
}

function reportIpSet(set: IpSetDeployment, { plan, differs }: IpSetOutcome): IpSetReport {
  return {
    ...set,
    addresses: plan.addresses.length,
    add: plan.add.map(formatCidr),
    remove: plan.remove.map(formatCidr),
    overflow: plan.overflow.length,
    differs,
  };
}

/** One network ACL's denies; nothing is known of one that could not be read, so it is passed over. */
function deniedBy({ outcome }: EnforcedNetworkAcl): Cidr[][] {
  if (outcome === undefined) return [];
  const { plan, unplaced } = outcome;
  return [[...plan.entries[4], ...plan.entries[6]].filter((cidr) => !unplaced.includes(formatCidr(cidr)))];
}

function listedIn({ outcome, error }: EnforcedIpSet): readonly Cidr[] {
  return outcome === undefined || error !== undefined ? [] : outcome.plan.addresses;
}

/** To be stopped is no error: the next run goes on. */
function reportError(target: string, error: unknown): ReportedError[] {
  if (error instanceof StoppedError) return [];
  if (error instanceof Error) return [{ target, error: error.name, message: error.message }];
  return [{ target, error: 'unknown', message: String(error) }];
}
