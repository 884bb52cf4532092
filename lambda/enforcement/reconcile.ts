import { CidrSet } from '../address';
import { ChangeGuard } from './change-guard';
import type { EnforcementOptions, EnforcementRun } from './enforcement-run';
import { type Facts, effectiveAllowlist, readFacts } from './facts';
import { IpSetEnforcer } from './ip-set-enforcer';
import { NetworkAclEnforcer } from './network-acl-enforcer';
import { type BoundedNetworkAcl, boundNetworkAcl } from './network-acl-state';
import { type IpSetObservation, type NetworkAclObservation, observeAll } from './observation';
import type { ReconcileReport } from './reconcile-report';
import { type EnforcedIpSet, type EnforcedNetworkAcl, completeReport, emptyReport } from './report-run';

/**
 * One run of the enforcer: makes network ACLs and IP sets equal to the ledger. Level-triggered: it looks at what is,
 * not at what happened, so that whatever was missed, crashed or edited by hand heals in the next run.
 * @returns what was found, planned and done; `errors` not empty means that an alarm is due
 * @throws whatever the ledger throws while it is read: nothing has been changed then (invariant I6)
 */
export async function reconcile(options: EnforcementOptions): Promise<ReconcileReport> {
  const paused = await options.ledger.paused();
  const report: ReconcileReport = { ...emptyReport(options), ...(paused && { paused }) };
  if (report.dryRun || report.mode === 'observe' || paused !== undefined) {
    return enforceAll(options, undefined, report);
  }
  const guard = await ChangeGuard.acquire(options);
  if (guard === undefined) return { ...report, stopped: 'lease-held' };
  try {
    return await enforceAll(options, guard, report);
  } finally {
    await release(options, guard);
  }
}

/** A lease that cannot be given back expires by itself; that must not hide what the run found. */
async function release({ log }: EnforcementOptions, guard: ChangeGuard): Promise<void> {
  try {
    await guard.release();
  } catch (error) {
    log.warn('the lease was not given back', { because: String(error) });
  }
}

/** Everything is read before anything is changed. */
async function enforceAll(
  options: EnforcementOptions,
  guard: ChangeGuard | undefined,
  report: ReconcileReport,
): Promise<ReconcileReport> {
  const { networkAcls, ipSets } = await observeAll(options);
  const networkAclsAtStart = networkAcls.flatMap((acl) =>
    'known' in acl ? [boundNetworkAcl(acl.config, acl.known)] : [],
  );
  const standing = standingDenies(networkAclsAtStart, ipSets);
  const readAgain = (): Promise<Facts> => readFacts(options, standing);
  const facts = await readAgain();
  const run: EnforcementRun = {
    ...options,
    ...(guard && { guard }),
    networkAclsAtStart,
    facts: readAgain,
    allowlist: () => effectiveAllowlist(options),
  };
  // One that fails does not stop the others: each is a wall of its own.
  const acls: EnforcedNetworkAcl[] = [];
  for (const acl of networkAcls) acls.push(await enforceNetworkAcl(run, acl, facts));
  const sets: EnforcedIpSet[] = [];
  for (const set of ipSets) sets.push(await enforceIpSet(run, set, facts));
  return completeReport(report, { acls, sets, facts, mayChange: guard !== undefined });
}

/** What is denied by our entries and sets already, for the breaker (invariant I10: what stands stays). */
function standingDenies(
  networkAcls: readonly BoundedNetworkAcl[],
  ipSets: readonly IpSetObservation[],
): CidrSet {
  const slots = networkAcls.flatMap(({ state }) => state.ours.map(({ cidr }) => cidr));
  const lists = ipSets.flatMap((set) => ('known' in set ? set.known.addresses : []));
  return CidrSet.of([...slots, ...lists]);
}

async function enforceNetworkAcl(
  run: EnforcementRun,
  acl: NetworkAclObservation,
  facts: Facts,
): Promise<EnforcedNetworkAcl> {
  if (!('known' in acl)) return acl;
  const outcome = await new NetworkAclEnforcer(run, acl.config).enforce(acl.known, facts);
  return { config: acl.config, outcome, error: outcome.error };
}

async function enforceIpSet(
  run: EnforcementRun,
  set: IpSetObservation,
  facts: Facts,
): Promise<EnforcedIpSet> {
  if (!('known' in set)) return set;
  const outcome = await new IpSetEnforcer(run, set.config).enforce(set.known, facts);
  return { config: set.config, outcome, error: outcome.error };
}
